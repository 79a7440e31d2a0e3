package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import launchguard.sandbox.wire.Call;
import launchguard.template.IamRequest;
import launchguard.template.Role;

/**
 * The requests for which IAM is asked before a call is done.
 *
 * <p>After the <a
 * href="https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html">service
 * authorization reference</a>.
 */
record IamRequests(Role role, Fleet fleet, CodeDeploy codeDeploy, Queue queue) {
    private static final List<String> WITHOUT_RESOURCE = List.of(
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeInstanceRefreshes",
            "autoscaling:DescribeLifecycleHooks",
            "codedeploy:BatchGetDeploymentTargets",
            "codedeploy:ListDeploymentTargets",
            "ec2:DescribeInstances",
            "ssm:GetCommandInvocation",
            "ssm:ListCommandInvocations",
            "ssm:ListCommands");

    List<IamRequest> of(Call call) {
        String action = call.service() + ":" + call.operation();
        ObjectNode input = call.input();
        if (WITHOUT_RESOURCE.contains(action)) {
            return List.of(IamRequest.of(action));
        }
        return switch (call.service()) {
            case "dynamodb" -> table(call.operation(), input);
            case "sqs" -> List.of(IamRequest.of(action.replace("Batch", ""), queue(input)));
            case "ssm" -> command(action, input);
            case "events" ->
                input.path("Entries")
                        .valueStream()
                        .map(entry -> event(action, entry))
                        .toList();
            case "ec2" ->
                input.path("Resources")
                        .valueStream()
                        .map(id -> tags(action, id.asText(), input))
                        .toList();
            case "autoscaling" ->
                List.of(
                        input.has("AutoScalingGroupName")
                                ? onScalingGroup(
                                        action,
                                        input.path("AutoScalingGroupName").asText())
                                : onScalingGroup(
                                        action,
                                        fleet.find(input.path("InstanceId").asText())
                                                .map(Instance::group)
                                                .orElse("none")));
            case "codedeploy" -> deployments(action, input);
            default -> List.of(IamRequest.of(action));
        };
    }

    /** A transaction is authorised as the writes and checks that it holds. */
    private List<IamRequest> table(String operation, ObjectNode input) {
        if (operation.equals("TransactWriteItems")) {
            Map<String, String> actions = Map.of(
                    "Put",
                    "PutItem",
                    "Update",
                    "UpdateItem",
                    "Delete",
                    "DeleteItem",
                    "ConditionCheck",
                    "ConditionCheckItem");
            return input.path("TransactItems")
                    .valueStream()
                    .flatMap(item -> item.properties().stream())
                    .map(item -> IamRequest.of("dynamodb:" + actions.get(item.getKey()), role.own("Table")))
                    .toList();
        }
        String index = input.path("IndexName").asText();
        return List.of(
                IamRequest.of("dynamodb:" + operation, role.own("Table") + (index.isEmpty() ? "" : "/index/" + index)));
    }

    private String queue(ObjectNode input) {
        return role.own(input.path("QueueUrl").asText().endsWith("/" + queue.name()) ? "Queue" : "DeadLetterQueue");
    }

    private List<IamRequest> command(String action, ObjectNode input) {
        return Stream.concat(
                        Stream.of(IamRequest.of(
                                action,
                                Role.arn(
                                        "ssm",
                                        "document/" + input.path("DocumentName").asText()))),
                        input.path("InstanceIds")
                                .valueStream()
                                .map(id -> onInstance(action, id.asText(), "ssm:resourceTag/")))
                .toList();
    }

    private IamRequest onInstance(String action, String id, String prefix) {
        return new IamRequest(
                action,
                Role.arn("ec2", "instance/" + id),
                fleet.find(id).map(instance -> context(prefix, instance.tags())).orElse(Map.of()));
    }

    private IamRequest tags(String action, String id, ObjectNode input) {
        IamRequest tagged = onInstance(action, id, "aws:ResourceTag/");
        Map<String, List<String>> context = new TreeMap<>(tagged.context());
        context.put("aws:TagKeys", input.path("Tags").findValuesAsText("Key"));
        return new IamRequest(action, tagged.resource(), context);
    }

    private IamRequest onScalingGroup(String action, String name) {
        return new IamRequest(
                action,
                Role.arn("autoscaling", "autoScalingGroup:0:autoScalingGroupName/" + name),
                fleet.groups().containsKey(name)
                        ? context("autoscaling:ResourceTag/", fleet.group(name).tags())
                        : Map.of());
    }

    private static IamRequest event(String action, JsonNode entry) {
        String bus = entry.path("EventBusName").asText("default");
        return new IamRequest(
                action,
                Role.arn("events", "event-bus/" + bus),
                Map.of("events:source", List.of(entry.path("Source").asText())));
    }

    private List<IamRequest> deployments(String action, ObjectNode input) {
        List<IamRequest> iamRequests = new ArrayList<>();
        if (input.has("applicationName")) {
            iamRequests.add(onGroup(
                    action,
                    input.path("applicationName").asText(),
                    input.path("deploymentGroupName").asText()));
        }
        Stream.concat(
                        Stream.of(input.path("deploymentId")),
                        input.path("deploymentIds").valueStream())
                .filter(JsonNode::isTextual)
                .map(id -> Optional.ofNullable(codeDeploy.deployments().get(id.asText()))
                        .map(known -> onGroup(action, known.group.application(), known.group.name()))
                        .orElseGet(() -> onGroup(action, "unknown", "unknown")))
                .forEach(iamRequests::add);
        if (action.equals("codedeploy:CreateDeployment")) {
            String application = Role.arn(
                    "codedeploy", "application:" + input.path("applicationName").asText());
            iamRequests.add(IamRequest.of("codedeploy:GetApplicationRevision", application));
            iamRequests.add(IamRequest.of("codedeploy:RegisterApplicationRevision", application));
            iamRequests.add(IamRequest.of(
                    "codedeploy:GetDeploymentConfig",
                    Role.arn("codedeploy", "deploymentconfig:CodeDeployDefault.OneAtATime")));
        }
        return iamRequests;
    }

    private static IamRequest onGroup(String action, String application, String group) {
        return IamRequest.of(action, Role.arn("codedeploy", "deploymentgroup:" + application + "/" + group));
    }

    private static Map<String, List<String>> context(String prefix, Map<String, String> tags) {
        Map<String, List<String>> context = new TreeMap<>();
        tags.forEach((key, value) -> context.put(prefix + key, List.of(value)));
        return context;
    }
}
