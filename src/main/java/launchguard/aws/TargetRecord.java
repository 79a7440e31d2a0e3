package launchguard.aws;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.InstanceTarget;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;
import software.amazon.awssdk.services.codedeploy.model.TargetStatus;

/** CodeDeploy's record of one instance in a deployment, in our words. */
final class TargetRecord {
    private TargetRecord() {}

    static DeploymentRecord of(DeploymentId deployment, InstanceTarget target, @Nullable DeploymentGroup group) {
        Instant started = target.lifecycleEvents().stream()
                .map(LifecycleEvent::startTime)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
        Progress progress = progress(target.status());
        Instant ended = progress == Progress.RUNNING
                ? null
                : target.lifecycleEvents().stream()
                        .map(LifecycleEvent::endTime)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .orElse(null);
        return new DeploymentRecord(deployment, group == null ? null : group.id(), progress, started, ended);
    }

    private static Progress progress(TargetStatus status) {
        return switch (status) {
            case PENDING, IN_PROGRESS -> Progress.RUNNING;
            case SUCCEEDED -> Progress.SUCCEEDED;
            case FAILED -> Progress.FAILED;
            case SKIPPED, READY, UNKNOWN, UNKNOWN_TO_SDK_VERSION -> Progress.UNKNOWN;
        };
    }
}
