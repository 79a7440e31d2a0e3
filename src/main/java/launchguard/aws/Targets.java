package launchguard.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.DeploymentTarget;
import software.amazon.awssdk.services.codedeploy.model.InstanceTarget;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsResponse;

/** Reads what a deployment did on EC2 instances. */
final class Targets {
    private Targets() {}

    /** The instances that a deployment went to. */
    static List<InstanceId> of(CodeDeployClient codeDeploy, DeploymentId deployment) {
        List<InstanceId> instances = new ArrayList<>();
        String token = null;
        do {
            String from = token;
            ListDeploymentTargetsResponse page = codeDeploy.listDeploymentTargets(
                    request -> request.deploymentId(deployment.value()).nextToken(from));
            page.targetIds().forEach(id -> instance(id).ifPresent(instances::add));
            token = page.nextToken();
        } while (token != null);
        return instances;
    }

    /** The record of one instance; empty when the deployment did not go there. */
    static Optional<InstanceTarget> on(CodeDeployClient codeDeploy, DeploymentId deployment, InstanceId instance) {
        return codeDeploy
                .batchGetDeploymentTargets(
                        request -> request.deploymentId(deployment.value()).targetIds(instance.value()))
                .deploymentTargets()
                .stream()
                .map(DeploymentTarget::instanceTarget)
                .filter(Objects::nonNull)
                .findFirst();
    }

    /** On-premises instances have any name; targets of Lambda and ECS are functions and services. */
    private static Optional<InstanceId> instance(String id) {
        try {
            return Optional.of(new InstanceId(id));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }
}
