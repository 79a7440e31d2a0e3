package launchguard.verdict;

/** How it is known that a JVM or a unit belongs to a deployment group. */
public enum Ownership {
    /** A sign on the instance: its environment, unit, control group, working directory, command line or an open jar. */
    SIGN,
    /** Its start time and nothing else, which never permits a replacement. */
    TIME
}
