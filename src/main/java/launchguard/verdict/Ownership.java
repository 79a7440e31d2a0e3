package launchguard.verdict;

/** How it is known that a JVM or a unit belongs to a deployment group. */
public enum Ownership {
    /** A sign on the instance: its environment, unit, control group, working directory, command line or an open jar. */
    SIGN,
    /** The time of its start and nothing else, which never permits a replacement. */
    TIME
}
