package launchguard.probe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * cloud-init in this boot.
 *
 * @param finishedUptime when its last stage ended, seconds since boot; null when it has not or nothing shows it
 * @param upgradedPackages whether it upgraded packages in this boot; null when unknown
 */
public record CloudInit(
        State state,
        @Nullable String version,
        @Nullable Double finishedUptime,
        @Nullable String source,
        @Nullable Boolean upgradedPackages,
        List<String> errors) {
    /** Copies its list. */
    public CloudInit {
        errors = List.copyOf(errors);
    }

    /** How far cloud-init is. */
    public enum State {
        /** All stages ended. */
        DONE,
        /** A stage has not ended. */
        RUNNING,
        /** It ended with a fault; ended all the same. */
        FAILED,
        /** Switched off on this instance. */
        DISABLED,
        /** Not installed. */
        ABSENT,
        /** Nothing shows it. */
        UNKNOWN
    }
}
