package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;

/** EC2 Auto Scaling. */
final class ScalingService implements Service {
    private static final int PAGE = 50;
    private static final int MOST = 100;
    private static final String BAD_TOKEN = "InvalidNextToken";
    private final Fleet fleet;
    private final Names names;
    private final LaunchHooks hooks;
    private final CodeDeploy codeDeploy;

    ScalingService(Fleet fleet, Names names, LaunchHooks hooks, CodeDeploy codeDeploy) {
        this.fleet = fleet;
        this.names = names;
        this.hooks = hooks;
        this.codeDeploy = codeDeploy;
    }

    @Override
    public String name() {
        return "autoscaling";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.ofEntries(
                Map.entry("DescribeAutoScalingGroups", this::groups),
                Map.entry("DescribeAutoScalingInstances", this::instances),
                Map.entry("DescribeInstanceRefreshes", this::refreshes),
                Map.entry("DescribeTags", this::tags),
                Map.entry("SetInstanceHealth", this::setHealth),
                Map.entry("TerminateInstanceInAutoScalingGroup", this::terminate),
                Map.entry("DescribeLifecycleHooks", this::launchHooks),
                Map.entry("CompleteLifecycleAction", this::complete),
                Map.entry("RecordLifecycleActionHeartbeat", this::heartbeat),
                Map.entry("PutLifecycleHook", this::putHook),
                Map.entry("DeleteLifecycleHook", this::deleteHook));
    }

    private static <T> Page<T> page(List<T> all, ObjectNode input) {
        int size = input.path("MaxRecords").asInt(PAGE);
        if (size > MOST) {
            throw new AwsError("ValidationError", "MaxRecords must be less than or equal to " + MOST);
        }
        return Page.of(all, Json.text(input, "NextToken"), size, BAD_TOKEN);
    }

    private ObjectNode groups(ObjectNode input) {
        List<String> wanted = Json.strings(input.path("AutoScalingGroupNames"));
        Predicate<ScalingGroup> fits =
                TagFilter.of(input.path("Filters"), ScalingGroup::tags, Map.of(), "ValidationError");
        List<ScalingGroup> found = fleet.groups().values().stream()
                .filter(group -> wanted.isEmpty() || wanted.contains(group.name()))
                .filter(fits)
                .toList();
        boolean members = input.path("IncludeInstances").asBoolean(true);
        return page(found, input).output("AutoScalingGroups", "NextToken", group -> {
            ObjectNode view = ScalingView.group(group);
            return members ? view : view.without("Instances");
        });
    }

    private ObjectNode instances(ObjectNode input) {
        List<String> wanted = Json.strings(input.path("InstanceIds"));
        if (wanted.size() > PAGE) {
            throw new AwsError("ValidationError", "The number of instance ids must be at most " + PAGE);
        }
        List<Instance> found = fleet.instances().values().stream()
                .filter(instance -> wanted.isEmpty() || wanted.contains(instance.id()))
                .filter(instance -> !instance.lifecycle.equals("Terminated") && !instance.unknownToScaling)
                .toList();
        return page(found, input).output("AutoScalingInstances", "NextToken", ScalingView::detached);
    }

    private ObjectNode refreshes(ObjectNode input) {
        ScalingGroup group = group(input.path("AutoScalingGroupName").asText());
        return page(group.refreshes.reversed(), input)
                .output("InstanceRefreshes", "NextToken", refresh -> ScalingView.refresh(group, refresh));
    }

    /** Those of the group's owner, and CodeDeploy's own for each deployment group that deploys to it at launch. */
    private ObjectNode launchHooks(ObjectNode input) {
        ScalingGroup group = group(input.path("AutoScalingGroupName").asText());
        List<String> wanted = Json.strings(input.path("LifecycleHookNames"));
        Stream<ObjectNode> own = group.launchHooks().values().stream().map(hook -> hook.view(group));
        Stream<ObjectNode> ofCodeDeploy = codeDeploy.groups().values().stream()
                .filter(each -> each.scalingGroups().contains(group.name()))
                .map(each -> new LaunchHooks.Hook(
                                "CodeDeploy-managed-automatic-launch-deployment-hook-" + each.name() + "-" + each.id(),
                                Duration.ofMinutes(10),
                                "ABANDON",
                                each.id())
                        .view(group));
        return Json.object(
                "LifecycleHooks",
                Stream.concat(own, ofCodeDeploy)
                        .filter(hook -> wanted.isEmpty()
                                || wanted.contains(
                                        hook.path("LifecycleHookName").asText()))
                        .toList());
    }

    private ObjectNode complete(ObjectNode input) {
        group(input.path("AutoScalingGroupName").asText());
        hooks.complete(input);
        return Json.object();
    }

    private ObjectNode heartbeat(ObjectNode input) {
        group(input.path("AutoScalingGroupName").asText());
        hooks.heartbeat(input);
        return Json.object();
    }

    private ObjectNode putHook(ObjectNode input) {
        group(input.path("AutoScalingGroupName").asText())
                .launchHook(
                        input.path("LifecycleHookName").asText(),
                        Duration.ofSeconds(input.path("HeartbeatTimeout").asInt(3600)),
                        input.path("DefaultResult").asText("ABANDON"));
        return Json.object();
    }

    private ObjectNode deleteHook(ObjectNode input) {
        hooks.delete(
                group(input.path("AutoScalingGroupName").asText()),
                input.path("LifecycleHookName").asText());
        return Json.object();
    }

    private ScalingGroup group(String name) {
        ScalingGroup group = fleet.groups().get(name);
        if (group == null) {
            throw new AwsError(
                    "ValidationError", "AutoScalingGroup name not found - AutoScalingGroup '" + name + "' not found");
        }
        return group;
    }

    private ObjectNode tags(ObjectNode input) {
        Predicate<JsonNode> fits = tag -> true;
        for (JsonNode filter : input.path("Filters")) {
            List<String> values = Json.strings(filter.path("Values"));
            String member = switch (filter.path("Name").asText()) {
                case "auto-scaling-group" -> "ResourceId";
                case "key" -> "Key";
                case "value" -> "Value";
                case "propagate-at-launch" -> "PropagateAtLaunch";
                default -> throw new AwsError("ValidationError", "Filter type is not correct.");
            };
            fits = fits.and(tag -> values.contains(tag.path(member).asText()));
        }
        List<JsonNode> found = fleet.groups().values().stream()
                .flatMap(group -> Stream.<JsonNode>of(ScalingView.tags(group).toArray(JsonNode[]::new)))
                .filter(fits)
                .toList();
        return page(found, input).output("Tags", "NextToken", tag -> tag);
    }

    private Instance member(ObjectNode input) {
        String id = input.path("InstanceId").asText();
        return fleet.find(id)
                .filter(instance -> !instance.lifecycle.equals("Terminated") && !instance.unknownToScaling)
                .filter(instance -> !instance.warmed())
                .orElseThrow(() -> new AwsError(
                        "ValidationError", "Instance Id not found - No managed instance found for instance ID: " + id));
    }

    private ObjectNode setHealth(ObjectNode input) {
        Instance instance = member(input);
        String health = input.path("HealthStatus").asText();
        if (!List.of("Healthy", "Unhealthy").contains(health)) {
            throw new AwsError("ValidationError", "Invalid value '" + health + "' for the healthStatus");
        }
        Instant graceEnds =
                instance.launchTime().plus(fleet.group(instance.group()).gracePeriod());
        boolean respected = input.path("ShouldRespectGracePeriod").asBoolean(true);
        if (!respected || !fleet.now().isBefore(graceEnds)) {
            instance.health = health;
            fleet.replaceIfUnhealthy(instance);
        }
        return Json.object();
    }

    private ObjectNode terminate(ObjectNode input) {
        Instance instance = member(input);
        ScalingGroup group = fleet.group(instance.group());
        if (input.path("ShouldDecrementDesiredCapacity").asBoolean()) {
            group.desired(group.desired() - instance.weight());
        }
        fleet.terminate(instance);
        return Json.object(
                "Activity",
                Json.object(
                        "ActivityId",
                        names.uuid(),
                        "AutoScalingGroupName",
                        group.name(),
                        "Description",
                        "Terminating EC2 instance: " + instance.id(),
                        "Cause",
                        "An instance was taken out of service in response to a user request.",
                        "StartTime",
                        fleet.now(),
                        "StatusCode",
                        "InProgress",
                        "Progress",
                        0));
    }
}
