package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import launchguard.sandbox.wire.Json;

/** CodeDeploy's events. The two kinds of event name their resources in different orders, as AWS does. */
final class DeploymentEvents {
    private final EventBus bus;

    DeploymentEvents(EventBus bus) {
        this.bus = bus;
    }

    void of(Deployment deployment, String state) {
        bus.emit(
                "aws.codedeploy",
                "CodeDeploy Deployment State-change Notification",
                List.of(application(deployment), group(deployment)),
                detail(deployment, state));
    }

    void of(Deployment deployment, Deployment.Target target, String state) {
        bus.emit(
                "aws.codedeploy",
                "CodeDeploy Instance State-change Notification",
                List.of(Names.instanceArn(target.instance), group(deployment), application(deployment)),
                detail(deployment, state).put("instanceId", target.instance));
    }

    private static ObjectNode detail(Deployment deployment, String state) {
        return Json.object(
                "region",
                Names.REGION,
                "state",
                state,
                "application",
                deployment.group.application(),
                "deploymentId",
                deployment.id,
                "instanceGroupId",
                deployment.group.id(),
                "deploymentGroup",
                deployment.group.name());
    }

    private static String group(Deployment deployment) {
        return Names.arn(
                "codedeploy", "deploymentgroup:" + deployment.group.application() + "/" + deployment.group.name());
    }

    private static String application(Deployment deployment) {
        return Names.arn("codedeploy", "application:" + deployment.group.application());
    }
}
