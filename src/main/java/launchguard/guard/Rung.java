package launchguard.guard;

/** One remedy in the ladder. */
public enum Rung {
    /** The units of the stale JVMs are restarted. */
    RESTART,
    /** The deployment is run again. */
    REDEPLOY,
    /** Auto Scaling replaces the instance. */
    REPLACE
}
