package launchguard.guard;

/**
 * One remedy that was tried in a case.
 *
 * @param number counts the attempts of the case, from 1
 */
public record Attempt(int number, Action action, End end) {

    /** How it ended. */
    public enum End {
        /** The remedy proved that it worked, or found nothing to do. */
        PROVED,
        /** It touched nothing, since something was busy: the same rung is tried again later. */
        BUSY,
        /** It touched nothing and can't work here: next rung. */
        NOT_POSSIBLE,
        /**
         * It touched nothing, since what was diagnosed was not found: the instance is probed again. The same action is
         * not tried again.
         */
        OUTDATED,
        /** Its stop hook failed, and the diagnosed JVM still runs: next rung, but no replacement. */
        NOT_STOPPED,
        /** It failed half-way, so the application may be down: next rung at once. */
        BROKE
    }
}
