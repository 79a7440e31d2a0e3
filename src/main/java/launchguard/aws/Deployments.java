package launchguard.aws;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.verdict.DeploymentRecord;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;

/** CodeDeploy: its own record of deployments. */
public final class Deployments {
    private final Clients clients;
    private final TargetLists targets;

    /** Uses the CodeDeploy clients of these. */
    public Deployments(Clients clients, InstantSource clock) {
        this.clients = clients;
        this.targets = new TargetLists(clients, clock);
    }

    /** What a deployment did on an instance; empty when CodeDeploy knows neither or nothing of the two together. */
    public Optional<DeploymentRecord> record(
            DeploymentId deployment, InstanceId instance, @Nullable DeploymentGroup group) {
        String what = "read deployment " + deployment + " on " + instance;
        return Call.to(what, "codedeploy:BatchGetDeploymentTargets", () -> {
            try {
                return Targets.on(clients.codeDeploy.get(), deployment, instance)
                        .map(target -> TargetRecord.of(deployment, target, group));
            } catch (CodeDeployException fault) {
                return absent(fault);
            }
        });
    }

    /** Whether this deployment ran lifecycle events on the instance but installed nothing there. */
    public boolean installedNothing(DeploymentId deployment, InstanceId instance) {
        return Call.to(
                "read deployment " + deployment + " on " + instance, "codedeploy:BatchGetDeploymentTargets", () -> {
                    try {
                        return Targets.on(clients.codeDeploy.get(), deployment, instance)
                                .filter(TargetRecord::installedNothing)
                                .isPresent();
                    } catch (CodeDeployException fault) {
                        return Deployments.<Boolean>absent(fault).orElse(false);
                    }
                });
    }

    static <T> Optional<T> absent(CodeDeployException fault) {
        boolean unknown = Call.code(
                fault,
                "ApplicationDoesNotExistException",
                "DeploymentGroupDoesNotExistException",
                "InstanceDoesNotExistException",
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

    /**
     * The instances that a deployment which has ended went to; none when it went to Lambda or ECS, whose targets have
     * other names, or is not known. Asked once for each deployment: nothing changes there any more.
     *
     * @param modest low priority: where CodeDeploy throttles, it is not asked again for a while
     * @throws BusyException only when modest
     */
    public List<InstanceId> instances(DeploymentId deployment, boolean modest) {
        return targets.of(deployment, modest);
    }

    /** The deployment group of a deployment, with its id; empty when CodeDeploy does not know it. */
    public Optional<DeploymentGroup> group(DeploymentId deployment) {
        return describe(deployment)
                .filter(info -> info.applicationName() != null && info.deploymentGroupName() != null)
                .flatMap(this::group);
    }

    private Optional<DeploymentGroup> group(DeploymentInfo info) {
        String what = "read deployment group " + info.deploymentGroupName();
        return Call.to(what, "codedeploy:GetDeploymentGroup", () -> {
            try {
                String id = clients.codeDeploy
                        .get()
                        .getDeploymentGroup(request -> request.applicationName(info.applicationName())
                                .deploymentGroupName(info.deploymentGroupName()))
                        .deploymentGroupInfo()
                        .deploymentGroupId();
                return Optional.of(new DeploymentGroup(info.applicationName(), info.deploymentGroupName(), id));
            } catch (CodeDeployException fault) {
                return absent(fault);
            }
        });
    }

    /** When a deployment was created; empty when CodeDeploy does not know it. */
    public Optional<Instant> createdAt(DeploymentId deployment) {
        return describe(deployment).map(DeploymentInfo::createTime);
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
