package launchguard.verdict;

/** By what a JVM or a unit is known to be a deployment group's. */
public enum Ownership {
    /** A sign on the instance: its environment, unit, control group, working directory, command line or an open jar. */
    SIGN,
    /** The time of its start and nothing else, which never permits a replacement. */
    TIME
}
