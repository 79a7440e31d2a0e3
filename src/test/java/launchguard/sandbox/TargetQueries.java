package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.List;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;

/** CodeDeploy's questions about the targets of a deployment. */
final class TargetQueries {
    private static final int MOST_IDS = 25;
    private final CodeDeployService service;
    private final InstantSource clock;

    TargetQueries(CodeDeployService service, InstantSource clock) {
        this.service = service;
        this.clock = clock;
    }

    ObjectNode get(ObjectNode input) {
        return Json.object(
                "deploymentTarget",
                target(service.deployment(input), input.path("targetId").asText()));
    }

    ObjectNode list(ObjectNode input) {
        Deployment deployment = service.deployment(input);
        List<String> statuses = Json.strings(input.path("targetFilters").path("TargetStatus"));
        List<String> ids = deployment.targets.values().stream()
                .filter(target -> statuses.isEmpty() || statuses.contains(target.status))
                .map(target -> target.instance)
                .toList();
        return CodeDeployService.page(ids, input).output("targetIds", "nextToken", id -> id);
    }

    ObjectNode batchGet(ObjectNode input) {
        Deployment deployment = service.deployment(input);
        List<String> ids = CodeDeployService.atMost(
                MOST_IDS, input.path("targetIds"), "DeploymentTargetListSizeExceededException");
        return Json.object(
                "deploymentTargets",
                ids.stream().map(id -> target(deployment, id)).toList());
    }

    private ObjectNode target(Deployment deployment, String id) {
        Deployment.Target target = deployment.targets.get(id);
        if (target == null) {
            throw new AwsError("DeploymentTargetDoesNotExistException", "The target " + id + " could not be found");
        }
        return Deployment.info(deployment, target, clock.instant());
    }
}
