package launchguard.probe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * cloud-init in this boot.
 *
 * @param finishedUptime when its last stage ended, seconds since boot; null when it has not or nothing shows it
 * @param upgradedPackages whether it upgraded packages in this boot; null when unknown
 * @param stages those that have begun, as far as cloud-init noted them; empty where it did not
 */
public record CloudInit(
        State state,
        @Nullable String version,
        @Nullable Double finishedUptime,
        @Nullable String source,
        @Nullable Boolean upgradedPackages,
        List<String> errors,
        List<Stage> stages) {
    /** Copies its lists. */
    public CloudInit {
        errors = List.copyOf(errors);
        stages = List.copyOf(stages);
    }

    /**
     * One of its stages, in seconds since boot.
     *
     * @param finishedUptime null when it has not ended, or the time is unknown
     */
    public record Stage(
            String name, double startedUptime, @Nullable Double finishedUptime) {}

    /** How far cloud-init is. */
    public enum State {
        /** All stages ended. */
        DONE,
        /** A stage has not ended. */
        RUNNING,
        /** It ended with an error. */
        FAILED,
        /** Switched off on this instance. */
        DISABLED,
        /** Not installed. */
        ABSENT,
        /** Nothing shows it. */
        UNKNOWN
    }
}
