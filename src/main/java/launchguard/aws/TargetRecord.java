package launchguard.aws;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import launchguard.cases.FailedLaunch;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.Diagnostics;
import software.amazon.awssdk.services.codedeploy.model.InstanceTarget;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEventStatus;
import software.amazon.awssdk.services.codedeploy.model.TargetStatus;

/** Converts CodeDeploy's record of one instance in a deployment. */
final class TargetRecord {
    private static final Set<String> INSTALLING =
            Set.of("DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart", "ValidateService");
    private static final Set<String> NOT_RUN = Set.of("Skipped");

    /** Messages of a shell, the loader or java itself where java or a part of its JDK is missing. */
    private static final Pattern NO_JAVA = Pattern.compile("\\bjava\\b[^\\n]{0,80}(No such file|not found)"
            + "|(No such file|not found)[^\\n]{0,80}\\bjava\\b"
            + "|lib(jvm|jli)\\.so[^\\n]{0,40}cannot open"
            + "|NoClassDefFoundError: (java|javax|jdk|sun)/");

    private TargetRecord() {}

    static DeploymentRecord of(DeploymentId deployment, InstanceTarget target, @Nullable DeploymentGroup group) {
        Progress progress = progress(target.status());
        Instant ended = progress == Progress.RUNNING ? null : endedAt(target);
        return new DeploymentRecord(deployment, group == null ? null : group.id(), progress, startedAt(target), ended);
    }

    private static @Nullable Instant startedAt(InstanceTarget target) {
        return target.lifecycleEvents().stream()
                .map(LifecycleEvent::startTime)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private static @Nullable Instant endedAt(InstanceTarget target) {
        return target.lifecycleEvents().stream()
                .map(LifecycleEvent::endTime)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /** The script's output is the application's; only whether it says this is kept. */
    static FailedLaunch failed(InstanceId instance, Instant at, InstanceTarget target) {
        Optional<LifecycleEvent> failed = target.lifecycleEvents().stream()
                .filter(event -> event.status() == LifecycleEventStatus.FAILED)
                .findFirst();
        boolean javaMissing = failed.map(LifecycleEvent::diagnostics)
                .map(Diagnostics::logTail)
                .filter(log -> NO_JAVA.matcher(log).find())
                .isPresent();
        return new FailedLaunch(
                instance,
                at,
                failed.map(LifecycleEvent::lifecycleEventName).orElse(null),
                startedAt(target),
                endedAt(target),
                javaMissing);
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
        boolean known = over || !target.lifecycleEvents().isEmpty();
        return known && !installs && !(failed && target.lifecycleEvents().isEmpty());
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
