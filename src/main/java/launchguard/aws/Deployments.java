package launchguard.aws;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import launchguard.cases.FailedLaunch;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.verdict.DeploymentRecord;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;
import software.amazon.awssdk.services.codedeploy.model.TargetStatus;

/** Reads CodeDeploy's own record of deployments. */
public final class Deployments {
    /** So many answers that never change are kept. */
    private static final int KEPT = 5_000;

    private final Clients clients;
    private final TargetLists targets;
    private final DeploymentDescriptions descriptions = new DeploymentDescriptions();
    private final RecentAnswers<On, Boolean> came = new RecentAnswers<>(KEPT);
    private final RecentAnswers<DeploymentId, InstanceId> reported = new RecentAnswers<>(KEPT);

    /** A deployment on an instance. */
    private record On(DeploymentId deployment, InstanceId instance) {}

    /** Uses the CodeDeploy clients of these. */
    public Deployments(Clients clients, InstantSource clock) {
        this.clients = clients;
        this.targets = new TargetLists(clients, clock);
    }

    /** What a deployment did on an instance; empty when CodeDeploy knows neither, or not the two together. */
    public Optional<DeploymentRecord> record(
            DeploymentId deployment, InstanceId instance, @Nullable DeploymentGroup group) {
        return record(clients.codeDeploy.get(), deployment, instance, group);
    }

    private Optional<DeploymentRecord> record(
            CodeDeployClient client, DeploymentId deployment, InstanceId instance, @Nullable DeploymentGroup group) {
        String what = "read deployment " + deployment + " on " + instance;
        return Call.to(what, "codedeploy:BatchGetDeploymentTargets", () -> {
            try {
                Optional<DeploymentRecord> record = Targets.on(client, deployment, instance)
                        .map(target -> TargetRecord.of(deployment, target, group));
                record.ifPresent(there -> came.keep(new On(deployment, instance), true));
                return record;
            } catch (CodeDeployException fault) {
                return CodeDeployErrors.emptyIfNotFound(fault);
            }
        });
    }

    /**
     * Whether CodeDeploy itself says that this deployment reached the instance; once it has said so, it is not asked
     * again. A throttled call is not retried.
     */
    public boolean cameTo(DeploymentId deployment, InstanceId instance) {
        return came.find(new On(deployment, instance)).isPresent()
                || record(clients.codeDeployLowPriority.get(), deployment, instance, null)
                        .isPresent();
    }

    /** When a launch deployment was created; empty for any other. A throttled call is not retried. */
    public Optional<Instant> launchCreatedAt(DeploymentId deployment) {
        return descriptions
                .of(clients.codeDeployLowPriority.get(), deployment)
                .filter(DeploymentDescriptions.Description::ofLaunch)
                .flatMap(described -> Optional.ofNullable(described.createdAt()));
    }

    /** Which of these were begun for one launched instance each; one call for 25 of them, each asked about once. */
    public Set<DeploymentId> ofLaunches(Collection<DeploymentId> deployments) {
        return descriptions.of(clients.codeDeployLowPriority.get(), deployments).entrySet().stream()
                .filter(described -> described.getValue().ofLaunch())
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** A case has received this deployment's end on an instance. */
    public void reported(DeploymentId deployment, InstanceId instance) {
        reported.keep(deployment, instance);
    }

    /** The instance whose case has received this deployment's end, as far as this process remembers. */
    public Optional<InstanceId> reportedBy(DeploymentId deployment) {
        return reported.find(deployment);
    }

    /**
     * Whether this deployment ran lifecycle events on the instance but installed nothing there. A throttled call is not
     * retried.
     */
    public boolean installedNothing(DeploymentId deployment, InstanceId instance) {
        return Call.to(
                "read deployment " + deployment + " on " + instance, "codedeploy:BatchGetDeploymentTargets", () -> {
                    try {
                        return Targets.on(clients.codeDeployLowPriority.get(), deployment, instance)
                                .filter(TargetRecord::installedNothing)
                                .isPresent();
                    } catch (CodeDeployException fault) {
                        return CodeDeployErrors.<Boolean>emptyIfNotFound(fault).orElse(false);
                    }
                });
    }

    /** How a launch's deployment failed on its instance; empty where CodeDeploy does not say that it failed there. */
    public Optional<FailedLaunch> failed(DeploymentId deployment, InstanceId instance, Instant at) {
        return Call.to(
                "read deployment " + deployment + " on " + instance, "codedeploy:BatchGetDeploymentTargets", () -> {
                    try {
                        return Targets.on(clients.codeDeployLowPriority.get(), deployment, instance)
                                .filter(target -> target.status() == TargetStatus.FAILED)
                                .map(target -> TargetRecord.failed(instance, at, target));
                    } catch (CodeDeployException fault) {
                        return CodeDeployErrors.emptyIfNotFound(fault);
                    }
                });
    }

    /**
     * The instances of a deployment that has ended; none when it went to Lambda or ECS, whose targets have other names,
     * or is not known. Read once for each deployment, since they no longer change.
     *
     * @param lowPriority after a throttle no such read is made for a while
     * @throws BusyException only with low priority
     */
    public List<InstanceId> instances(DeploymentId deployment, boolean lowPriority) {
        return targets.of(deployment, lowPriority);
    }

    /**
     * The deployment group of a deployment, with its id; empty when CodeDeploy does not know it. A throttled call is
     * not retried.
     */
    public Optional<DeploymentGroup> group(DeploymentId deployment) {
        return descriptions.of(clients.codeDeployLowPriority.get(), deployment).flatMap(this::group);
    }

    private Optional<DeploymentGroup> group(DeploymentDescriptions.Description deployment) {
        String application = deployment.application();
        String name = deployment.group();
        return application == null || name == null
                ? Optional.empty()
                : SharedReads.once(List.of(application, name), () -> group(application, name));
    }

    private Optional<DeploymentGroup> group(String application, String name) {
        return Call.to("read deployment group " + name, "codedeploy:GetDeploymentGroup", () -> {
            try {
                String id = clients.codeDeployLowPriority
                        .get()
                        .getDeploymentGroup(
                                request -> request.applicationName(application).deploymentGroupName(name))
                        .deploymentGroupInfo()
                        .deploymentGroupId();
                return Optional.of(new DeploymentGroup(application, name, id));
            } catch (CodeDeployException fault) {
                return CodeDeployErrors.emptyIfNotFound(fault);
            }
        });
    }

    /** When a deployment was created; empty when CodeDeploy does not know it. */
    public Optional<Instant> createdAt(DeploymentId deployment) {
        return descriptions
                .of(clients.codeDeploy.get(), deployment)
                .flatMap(info -> Optional.ofNullable(info.createdAt()));
    }
}
