package launchguard.aws;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
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
    private static final Set<String> INSTALLING =
            Set.of("DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart", "ValidateService");
    private static final Set<String> NOT_RUN = Set.of("Skipped");

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

    /**
     * Whether nothing was installed there: CodeDeploy also runs lifecycle events on the original instances of a blue/green
     * deployment and, by a termination hook, on instances that are leaving. What can't be determined counts as installed.
     */
    static boolean installedNothing(InstanceTarget target) {
        boolean failed = target.status() == TargetStatus.FAILED;
        boolean over = failed || target.status() == TargetStatus.SUCCEEDED;
        boolean installs = target.lifecycleEvents().stream()
                .filter(event -> INSTALLING.contains(String.valueOf(event.lifecycleEventName())))
                .anyMatch(event -> failed || !NOT_RUN.contains(String.valueOf(event.statusAsString())));
        boolean told = over || !target.lifecycleEvents().isEmpty();
        return told && !installs && !(failed && target.lifecycleEvents().isEmpty());
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
