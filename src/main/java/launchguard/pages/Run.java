package launchguard.pages;

import java.time.Instant;

/**
 * Something that ran on the instance or was done to it, and when.
 *
 * @param label short enough to stand beside its bar on a phone
 * @param detail shown on hover
 * @param well whether it ended as it should
 */
public record Run(Kind kind, Instant from, Instant to, String label, String detail, boolean well) {

    /** The kind of what ran. */
    public enum Kind {
        /** The launch gate's hold, and what ended it. */
        GATE,
        /** A deployment of CodeDeploy's, with all its lifecycle events. */
        DEPLOYMENT,
        /** The probe. */
        PROBE,
        /** The wait while a limit, or the group's state, holds a remedy back. */
        HELD,
        /** A remedy. */
        REMEDY,
        /** The probe after a remedy. */
        VERIFICATION
    }
}
