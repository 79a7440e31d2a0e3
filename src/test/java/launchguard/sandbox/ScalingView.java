package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.wire.Json;

/** How Auto Scaling's API shows its state; groups with all that it says of a usual one behind a load balancer. */
final class ScalingView {
    static final String TEMPLATE = "lt-0a20c965061f64abc";

    private static final ObjectNode USUAL = Json.resource("/usual/group.json");

    private ScalingView() {}

    static ObjectNode group(ScalingGroup group) {
        ObjectNode view = USUAL.deepCopy();
        if (group.weighted() || !group.capacityType().equals("units")) {
            view.set("MixedInstancesPolicy", mixed(group));
        } else {
            view.set("LaunchTemplate", Json.node(template(group.templateVersion())));
        }
        if (group.launchesFirst()) {
            view.set(
                    "InstanceMaintenancePolicy", Json.object("MinHealthyPercentage", 100, "MaxHealthyPercentage", 110));
        }
        if (group.hasWarmPool()) {
            view.set("WarmPoolConfiguration", Json.object("MinSize", 0, "PoolState", "Stopped"));
        }
        return view.setAll(Json.object(
                "AutoScalingGroupName", group.name(),
                "AutoScalingGroupARN", group.arn(),
                "DesiredCapacityType",
                        group.capacityType().equals("units") && !group.weighted() ? null : group.capacityType(),
                "HealthCheckType", group.healthCheck(),
                "DesiredCapacity", group.desired(),
                "AvailabilityZones", List.of(Names.ZONE),
                "HealthCheckGracePeriod", group.gracePeriod().toSeconds(),
                "Instances",
                        group.instances().stream()
                                .filter(instance -> !instance.unknownToScaling)
                                .map(instance -> member(group, instance))
                                .toList(),
                "CreatedTime", group.createdAt(),
                "SuspendedProcesses",
                        group.suspended().stream()
                                .map(process -> Map.of("ProcessName", process, "SuspensionReason", "User suspended"))
                                .toList(),
                "Tags", tags(group)));
    }

    static List<ObjectNode> tags(ScalingGroup group) {
        return group.tags().entrySet().stream()
                .map(tag -> Json.object(
                        "ResourceId", group.name(),
                        "ResourceType", "auto-scaling-group",
                        "Key", tag.getKey(),
                        "Value", tag.getValue(),
                        "PropagateAtLaunch", true))
                .toList();
    }

    private static Map<String, String> template(String version) {
        return Map.of("LaunchTemplateId", TEMPLATE, "LaunchTemplateName", "rest-api", "Version", version);
    }

    private static ObjectNode mixed(ScalingGroup group) {
        ObjectNode override = group.weighted()
                ? Json.object("InstanceType", "m5.large", "WeightedCapacity", String.valueOf(group.weight()))
                : Json.object(
                        "InstanceRequirements",
                        Map.of("VCpuCount", Map.of("Min", 2, "Max", 16), "MemoryMiB", Map.of("Min", 4096)));
        return Json.object(
                "LaunchTemplate",
                Map.of(
                        "LaunchTemplateSpecification",
                        template(group.templateVersion()),
                        "Overrides",
                        List.of(override)));
    }

    private static ObjectNode member(ScalingGroup group, Instance instance) {
        return group.weighted()
                ? instance(instance).put("WeightedCapacity", String.valueOf(instance.weight()))
                : instance(instance);
    }

    private static ObjectNode instance(Instance instance) {
        return Json.object(
                "InstanceId", instance.id(),
                "InstanceType", "m5.large",
                "AvailabilityZone", Names.ZONE,
                "LifecycleState", instance.lifecycle(),
                "HealthStatus", instance.health(),
                "LaunchTemplate", template(instance.templateVersion),
                "ProtectedFromScaleIn", false);
    }

    /** The other listing writes the health in capitals. */
    static ObjectNode detached(Instance instance) {
        return instance(instance)
                .put("AutoScalingGroupName", instance.group())
                .put("HealthStatus", instance.health().equals("Healthy") ? "HEALTHY" : "UNHEALTHY");
    }

    static ObjectNode refresh(ScalingGroup group, ScalingGroup.Refresh refresh) {
        return Json.object(
                "InstanceRefreshId", refresh.id(),
                "AutoScalingGroupName", group.name(),
                "Status", refresh.status(),
                "StartTime", refresh.start(),
                "EndTime", refresh.end(),
                "PercentageComplete", refresh.status().equals("InProgress") ? 50 : 100,
                "InstancesToUpdate", refresh.status().equals("InProgress") ? 1 : 0);
    }
}
