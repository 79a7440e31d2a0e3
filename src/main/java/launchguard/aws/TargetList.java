package launchguard.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.ListDeploymentTargetsResponse;

/** The EC2 instances that a deployment went to, page by page. */
final class TargetList {
    private TargetList() {}

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

    /** On-premises instances have any name; targets of Lambda and ECS are functions and services. */
    private static Optional<InstanceId> instance(String id) {
        try {
            return Optional.of(new InstanceId(id));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }
}
