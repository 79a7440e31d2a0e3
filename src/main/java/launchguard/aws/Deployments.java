package launchguard.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.verdict.DeploymentRecord;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;
import software.amazon.awssdk.services.codedeploy.model.ComputePlatform;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTarget;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsResponse;

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
                        .map(target -> TargetRecord.of(deployment, target, group))
                        .findFirst();
            } catch (CodeDeployException fault) {
                return absent(fault);
            }
        });
    }

    private static <T> Optional<T> absent(CodeDeployException fault) {
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

    /** The instances that a deployment went to; none when it went to Lambda or ECS, or is not known. */
    public List<InstanceId> instances(DeploymentId deployment) {
        if (describe(deployment)
                .filter(info -> info.computePlatform() == null || info.computePlatform() == ComputePlatform.SERVER)
                .isEmpty()) {
            return List.of();
        }
        return Call.to("list the targets of " + deployment, "codedeploy:ListDeploymentTargets", () -> {
            try {
                return targets(deployment).stream()
                        .flatMap(id -> instance(id).stream())
                        .toList();
            } catch (CodeDeployException fault) {
                return Deployments.<List<InstanceId>>absent(fault).orElse(List.of());
            }
        });
    }

    private List<String> targets(DeploymentId deployment) {
        List<String> ids = new ArrayList<>();
        String token = null;
        do {
            String from = token;
            ListDeploymentTargetsResponse page = clients.codeDeploy
                    .get()
                    .listDeploymentTargets(
                            request -> request.deploymentId(deployment.value()).nextToken(from));
            ids.addAll(page.targetIds());
            token = page.nextToken();
        } while (token != null);
        return ids;
    }

    /** On-premises instances have any name. */
    private static Optional<InstanceId> instance(String id) {
        try {
            return Optional.of(new InstanceId(id));
        } catch (IllegalArgumentException onPremises) {
            return Optional.empty();
        }
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
