package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each changing action of the role: what it is for is allowed, and the next thing beside it is not. */
class RoleScopeTest {
    private static final Role INSTANCES =
            Role.of(Map.of("Mode", "remediate", "Ladder", "restart,redeploy,replace"), "rest-api", "prod");
    private static final Role GROUPS =
            Role.of(Map.of("Mode", "remediate", "RedeployScope", "group", "Ladder", "redeploy"), "rest-api", "prod");
    private static final Role OBSERVING = Role.of(Map.of(), "rest-api", "prod");

    private static final String INSTANCE = Role.arn("ec2", "instance/i-0123456789abcdef0");
    private static final String GROUP = Role.arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web");
    private static final String BUS = Role.arn("events", "event-bus/default");

    static Stream<Arguments> iamRequests() {
        return Stream.of(
                        commands(),
                        tags(),
                        health(),
                        deployments(),
                        Stream.of(
                                row(
                                        true,
                                        OBSERVING,
                                        iamRequest("events:PutEvents", BUS, "events:source", "launch-guard")),
                                row(false, OBSERVING, iamRequest("events:PutEvents", BUS, "events:source", "aws.ec2")),
                                row(false, OBSERVING, IamRequest.of("events:PutEvents", BUS)),
                                row(
                                        false,
                                        OBSERVING,
                                        iamRequest(
                                                "events:PutEvents",
                                                Role.arn("events", "event-bus/other"),
                                                "events:source",
                                                "launch-guard")),
                                row(true, OBSERVING, IamRequest.of("sqs:SendMessage", OBSERVING.own("Queue"))),
                                row(false, OBSERVING, IamRequest.of("sqs:SendMessage", Role.arn("sqs", "other"))),
                                row(false, OBSERVING, IamRequest.of("sqs:DeleteQueue", OBSERVING.own("Queue"))),
                                row(true, OBSERVING, IamRequest.of("dynamodb:PutItem", OBSERVING.own("Table"))),
                                row(false, OBSERVING, IamRequest.of("dynamodb:PutItem", OBSERVING.own("Table") + "2")),
                                row(false, OBSERVING, IamRequest.of("dynamodb:DeleteItem", OBSERVING.own("Table"))),
                                row(false, OBSERVING, IamRequest.of("dynamodb:Scan", OBSERVING.own("Table"))),
                                row(false, OBSERVING, IamRequest.of("ec2:TerminateInstances", INSTANCE)),
                                row(false, INSTANCES, IamRequest.of("ec2:TerminateInstances", INSTANCE))))
                .flatMap(rows -> rows);
    }

    private static Stream<Arguments> commands() {
        String action = "ssm:SendCommand";
        return Stream.of(
                row(true, OBSERVING, document("LaunchGuard-Probe")),
                row(false, OBSERVING, document("LaunchGuard-Restart")),
                row(false, OBSERVING, document("LaunchGuard-Redeploy")),
                row(true, INSTANCES, document("LaunchGuard-Restart")),
                row(true, INSTANCES, document("LaunchGuard-Redeploy")),
                // An instance that the launch gate holds is redeployed locally in either scope.
                row(true, GROUPS, document("LaunchGuard-Redeploy")),
                row(false, GROUPS, document("LaunchGuard-Restart")),
                row(false, INSTANCES, document("LaunchGuard-Redeploy2")),
                row(false, INSTANCES, document("AWS-RunShellScript")),
                row(false, INSTANCES, IamRequest.of(action, "arn:aws:ssm:us-east-1::document/AWS-RunShellScript")),
                row(true, INSTANCES, iamRequest(action, INSTANCE, "ssm:resourceTag/launch-guard", "on")),
                row(false, INSTANCES, iamRequest(action, INSTANCE, "ssm:resourceTag/launch-guard", "off")),
                row(false, INSTANCES, iamRequest(action, INSTANCE, "ssm:resourceTag/Name", "on")),
                row(false, INSTANCES, IamRequest.of(action, INSTANCE)),
                row(
                        false,
                        INSTANCES,
                        iamRequest(
                                action,
                                INSTANCE.replace("123456789012", "999999999999"),
                                "ssm:resourceTag/launch-guard",
                                "on")));
    }

    private static IamRequest document(String name) {
        return IamRequest.of("ssm:SendCommand", Role.arn("ssm", "document/" + name));
    }

    private static Stream<Arguments> tags() {
        String tag = "aws:ResourceTag/launch-guard";
        return Stream.of(
                row(true, OBSERVING, tagging(Map.of(tag, "on"), "launch-guard:case", "launch-guard:verdict")),
                row(true, OBSERVING, tagging(Map.of(tag, "on"), "launch-guard:case")),
                row(false, OBSERVING, tagging(Map.of(tag, "on"), "launch-guard:case", "launch-guard")),
                row(false, OBSERVING, tagging(Map.of(tag, "on"), "Name")),
                row(false, OBSERVING, tagging(Map.of(tag, "on"))),
                row(false, OBSERVING, tagging(Map.of(tag, "off"), "launch-guard:case")),
                row(false, OBSERVING, tagging(Map.of(), "launch-guard:case")));
    }

    private static IamRequest tagging(Map<String, String> tags, String... keys) {
        Map<String, List<String>> context = new java.util.TreeMap<>();
        tags.forEach((key, value) -> context.put(key, List.of(value)));
        context.put("aws:TagKeys", List.of(keys));
        return new IamRequest("ec2:CreateTags", INSTANCE, context);
    }

    private static Stream<Arguments> health() {
        String action = "autoscaling:SetInstanceHealth";
        String tag = "autoscaling:ResourceTag/launch-guard";
        return Stream.of(
                row(true, INSTANCES, iamRequest(action, GROUP, tag, "on")),
                row(false, INSTANCES, iamRequest(action, GROUP, tag, "off")),
                row(false, INSTANCES, IamRequest.of(action, GROUP)),
                row(false, GROUPS, iamRequest(action, GROUP, tag, "on")),
                row(false, OBSERVING, iamRequest(action, GROUP, tag, "on")),
                row(true, OBSERVING, iamRequest("autoscaling:CompleteLifecycleAction", GROUP, tag, "on")),
                row(false, OBSERVING, iamRequest("autoscaling:CompleteLifecycleAction", GROUP, tag, "off")),
                row(true, INSTANCES, iamRequest("autoscaling:RecordLifecycleActionHeartbeat", GROUP, tag, "on")),
                row(false, INSTANCES, IamRequest.of("autoscaling:RecordLifecycleActionHeartbeat", GROUP)),
                row(false, OBSERVING, iamRequest("autoscaling:RecordLifecycleActionHeartbeat", GROUP, tag, "on")),
                row(false, INSTANCES, iamRequest("autoscaling:DeleteLifecycleHook", GROUP, tag, "on")),
                row(false, INSTANCES, iamRequest("autoscaling:UpdateAutoScalingGroup", GROUP, tag, "on")));
    }

    private static Stream<Arguments> deployments() {
        String action = "codedeploy:CreateDeployment";
        String prod = Role.arn("codedeploy", "deploymentgroup:rest-api/prod");
        return Stream.of(
                row(true, GROUPS, IamRequest.of(action, prod)),
                row(false, GROUPS, IamRequest.of(action, prod + "2")),
                row(false, GROUPS, IamRequest.of(action, prod.replace("rest-api", "payments"))),
                row(false, INSTANCES, IamRequest.of(action, prod)),
                row(false, OBSERVING, IamRequest.of(action, prod)),
                row(
                        false,
                        GROUPS,
                        IamRequest.of(
                                "codedeploy:RegisterApplicationRevision",
                                Role.arn("codedeploy", "application:payments"))));
    }

    private static IamRequest iamRequest(String action, String resource, String key, String value) {
        return new IamRequest(action, resource, Map.of(key, List.of(value)));
    }

    private static Arguments row(boolean allowed, Role role, IamRequest iamRequest) {
        return Arguments.of(allowed, role, iamRequest);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("iamRequests")
    void allowed(boolean expected, Role role, IamRequest iamRequest) {
        assertEquals(expected, role.allows(iamRequest).isPresent(), iamRequest.toString());
    }
}
