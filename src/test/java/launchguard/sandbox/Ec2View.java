package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.wire.Json;

/**
 * How EC2's API shows an instance, with all members of a usual one in a VPC: the function uses few of them, but has to
 * read them all.
 */
final class Ec2View {
    private static final ObjectNode USUAL = Json.resource("/usual/instance.json");
    private static final Map<String, Integer> STATE_CODES =
            Map.of("pending", 0, "running", 16, "shutting-down", 32, "terminated", 48, "stopping", 64, "stopped", 80);

    private Ec2View() {}

    static ObjectNode reservation(Instance instance) {
        return Json.object(
                "ReservationId",
                "r-" + instance.id().substring(2),
                "OwnerId",
                Names.ACCOUNT,
                "Instances",
                List.of(instance(instance)));
    }

    private static ObjectNode instance(Instance instance) {
        return USUAL.deepCopy()
                .setAll(Json.object(
                        "InstanceId", instance.id(),
                        "State", state(instance),
                        "LaunchTime", instance.launchTime(),
                        "Tags",
                                instance.tags().entrySet().stream()
                                        .map(tag -> Map.of("Key", tag.getKey(), "Value", tag.getValue()))
                                        .toList()));
    }

    private static ObjectNode state(Instance instance) {
        return Json.object("Code", STATE_CODES.get(instance.state()), "Name", instance.state());
    }

    static ObjectNode status(Instance instance) {
        Map<String, String> ok = Map.of("Status", instance.state().equals("running") ? "ok" : "not-applicable");
        return Json.object(
                "InstanceId",
                instance.id(),
                "AvailabilityZone",
                Names.ZONE,
                "InstanceState",
                state(instance),
                "InstanceStatus",
                ok,
                "SystemStatus",
                ok);
    }

    static List<ObjectNode> tags(Instance instance) {
        return instance.tags().entrySet().stream()
                .map(tag -> Json.object(
                        "ResourceId", instance.id(),
                        "ResourceType", "instance",
                        "Key", tag.getKey(),
                        "Value", tag.getValue()))
                .toList();
    }
}
