package launchguard.verdict;

import java.time.Instant;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * CodeDeploy's own record of one deployment on one instance.
 *
 * @param deploymentId null when the question does not name it: then it is the latest ordinary one on the instance
 * @param groupId null when unknown
 * @param startedAt start of its first lifecycle event on the instance; null when unknown
 * @param endedAt end of its last lifecycle event; null when unknown or not ended
 */
public record DeploymentRecord(
        @Nullable DeploymentId deploymentId,
        @Nullable String groupId,
        Progress progress,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt) {
    /** CodeDeploy's clock and the instance's differ by up to this. */
    private static final double TOLERANCE_SECONDS = 2;

    /** Whether evidence of that boot shows that a JDK was replaced while this deployment ran. */
    public boolean jdkReplaced(Evidence evidence) {
        Double start = start(evidence);
        Double end = endedAt == null ? null : evidence.uptimeOf(endedAt.toEpochMilli() / 1000.0) + TOLERANCE_SECONDS;
        return start != null
                && !JdkChanges.of(evidence)
                        .replacedBetween(start - TOLERANCE_SECONDS, end)
                        .isEmpty();
    }

    /** When it started, seconds since boot; null when unknown or before this boot. */
    @Nullable
    Double start(Evidence evidence) {
        if (startedAt == null) {
            return null;
        }
        double start = evidence.uptimeOf(startedAt.toEpochMilli() / 1000.0);
        return start < -TOLERANCE_SECONDS ? null : start;
    }

    /** How far the deployment is on the instance. */
    public enum Progress {
        /** Pending or in progress. */
        RUNNING,
        /** Ended well. */
        SUCCEEDED,
        /** Ended with a failed lifecycle event. */
        FAILED,
        /** The service does not say. */
        UNKNOWN
    }
}
