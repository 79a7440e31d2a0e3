package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.wire.Json;

/** How Auto Scaling's API shows its state. */
final class ScalingView {
    private ScalingView() {}

    static ObjectNode group(ScalingGroup group) {
        return Json.object(
                "AutoScalingGroupName", group.name(),
                "AutoScalingGroupARN", group.arn(),
                "LaunchTemplate", template(group.templateVersion()),
                "MinSize", 0,
                "MaxSize", 10_000,
                "DesiredCapacity", group.desired(),
                "DefaultCooldown", 300,
                "AvailabilityZones", List.of(Names.ZONE),
                "HealthCheckType", "EC2",
                "HealthCheckGracePeriod", group.gracePeriod().toSeconds(),
                "Instances",
                        group.instances().stream().map(ScalingView::instance).toList(),
                "CreatedTime", group.createdAt(),
                "SuspendedProcesses",
                        group.suspended().stream()
                                .map(process -> Map.of("ProcessName", process, "SuspensionReason", "User suspended"))
                                .toList(),
                "Tags", tags(group),
                "TerminationPolicies", List.of("Default"),
                "NewInstancesProtectedFromScaleIn", false);
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
        return Map.of("LaunchTemplateId", "lt-0a20c965061f64abc", "LaunchTemplateName", "rest-api", "Version", version);
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
