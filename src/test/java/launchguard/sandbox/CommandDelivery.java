package launchguard.sandbox;

/** How the delivery of a command ends. */
public enum CommandDelivery {
    /** It is delivered and runs. */
    RUNS,
    /** It is never delivered, and times out. */
    TIMES_OUT,
    /** SSM finds out at once that it can't be delivered. */
    UNDELIVERABLE,
    /** It runs, and never ends by itself. */
    HANGS,
    /** It runs; then its process is killed, output and all. */
    TERMINATED
}
