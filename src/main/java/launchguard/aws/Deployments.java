package launchguard.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTarget;
import software.amazon.awssdk.services.codedeploy.model.InstanceTarget;
import software.amazon.awssdk.services.codedeploy.model.LifecycleEvent;
import software.amazon.awssdk.services.codedeploy.model.TargetStatus;

/** CodeDeploy: its own record of deployments, and deploying again to a whole group. */
public final class Deployments {
    private final Clients clients;

    /** Uses the CodeDeploy client of these. */
    public Deployments(Clients clients) {
        this.clients = clients;
    }

    /** What a deployment did on an instance; empty when CodeDeploy knows neither or nothing of the two together. */
    public Optional<DeploymentRecord> record(
            DeploymentId deployment, InstanceId instance, @Nullable DeploymentGroup group) {
        String what = "read deployment " + deployment + " on " + instance;
        return Call.to(what, "codedeploy:BatchGetDeploymentTargets", () -> {
            try {
                return clients
                        .codeDeploy
                        .get()
                        .batchGetDeploymentTargets(request ->
                                request.deploymentId(deployment.value()).targetIds(instance.value()))
                        .deploymentTargets()
                        .stream()
                        .map(DeploymentTarget::instanceTarget)
                        .filter(Objects::nonNull)
                        .map(target -> record(deployment, target, group))
                        .findFirst();
            } catch (CodeDeployException fault) {
                return absent(fault);
            }
        });
    }

    private static <T> Optional<T> absent(CodeDeployException fault) {
        boolean unknown = Call.code(
                fault,
                "DeploymentDoesNotExistException",
                "DeploymentTargetDoesNotExistException",
                "DeploymentNotStartedException",
                "InvalidDeploymentIdException",
                "InvalidDeploymentTargetIdException",
                "InvalidTargetException");
        if (unknown) {
            return Optional.empty();
        }
        throw fault;
    }

    private static DeploymentRecord record(
            DeploymentId deployment, InstanceTarget target, @Nullable DeploymentGroup group) {
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

    /** The instances that a deployment went to; none when it went to Lambda or ECS, or is not known. */
    public List<InstanceId> instances(DeploymentId deployment) {
        if (describe(deployment)
                .filter(info -> info.computePlatform() == null || info.computePlatform() == ComputePlatform.SERVER)
                .isEmpty()) {
            return List.of();
        }
        return Call.to("list the targets of " + deployment, "codedeploy:ListDeploymentTargets", () -> {
            List<String> ids = new ArrayList<>();
            String token = null;
            do {
                String from = token;
                var page = clients.codeDeploy
                        .get()
                        .listDeploymentTargets(request ->
                                request.deploymentId(deployment.value()).nextToken(from));
                ids.addAll(page.targetIds());
                token = page.nextToken();
            } while (token != null);
            return ids.stream()
                    .filter(id -> id.startsWith("i-"))
                    .map(InstanceId::new)
                    .toList();
        });
    }

    /** The deployment group of a deployment, with its id; empty when CodeDeploy does not know it. */
    public Optional<DeploymentGroup> group(DeploymentId deployment) {
        return describe(deployment)
                .filter(info -> info.applicationName() != null && info.deploymentGroupName() != null)
                .map(info -> Call.to(
                        "read deployment group " + info.deploymentGroupName(),
                        "codedeploy:GetDeploymentGroup",
                        () -> new DeploymentGroup(
                                info.applicationName(),
                                info.deploymentGroupName(),
                                clients.codeDeploy
                                        .get()
                                        .getDeploymentGroup(request -> request.applicationName(info.applicationName())
                                                .deploymentGroupName(info.deploymentGroupName()))
                                        .deploymentGroupInfo()
                                        .deploymentGroupId())));
    }

    private Optional<DeploymentInfo> describe(DeploymentId deployment) {
        return Call.to("read deployment " + deployment, "codedeploy:GetDeployment", () -> {
            try {
                return Optional.of(clients.codeDeploy
                        .get()
                        .getDeployment(request -> request.deploymentId(deployment.value()))
                        .deploymentInfo());
            } catch (CodeDeployException fault) {
                return absent(fault);
            }
        });
    }
}
