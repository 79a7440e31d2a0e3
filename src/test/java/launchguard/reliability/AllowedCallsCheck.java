package launchguard.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import launchguard.sandbox.wire.Call;

/** Checks promise 2, and of promise 6 that only our own documents are run. */
final class AllowedCallsCheck {
    private static final Set<String> REMEDIES = Set.of("LaunchGuard-Redeploy", "LaunchGuard-Restart");

    private AllowedCallsCheck() {}

    static Optional<String> fault(Call call, boolean remediate) {
        return !call.changing() || own(call) || (remediate && remedy(call))
                ? Optional.empty()
                : Optional.of("2: changes what it must not: " + call);
    }

    private static boolean own(Call call) {
        JsonNode input = call.input();
        return switch (call.service() + ":" + call.operation()) {
            case "dynamodb:PutItem", "dynamodb:TransactWriteItems", "dynamodb:UpdateItem" -> true;
            case "sqs:SendMessage", "sqs:ChangeMessageVisibility" ->
                input.path("QueueUrl").asText().endsWith("/launch-guard-signals");
            case "events:PutEvents" ->
                input.path("Entries")
                        .valueStream()
                        .allMatch(entry -> entry.path("Source").asText().equals("launch-guard"));
            case "autoscaling:CompleteLifecycleAction" ->
                gate(input) && input.path("LifecycleActionResult").asText().equals("CONTINUE");
            case "ec2:CreateTags" ->
                input.path("Tags")
                        .valueStream()
                        .allMatch(tag -> tag.path("Key").asText().startsWith("launch-guard:"));
            case "ssm:SendCommand" -> input.path("DocumentName").asText().equals("LaunchGuard-Probe");
            default -> false;
        };
    }

    private static boolean gate(JsonNode input) {
        return input.path("LifecycleHookName").asText().equals(GateCheck.OURS);
    }

    private static boolean remedy(Call call) {
        return switch (call.service() + ":" + call.operation()) {
            case "ssm:SendCommand" ->
                REMEDIES.contains(call.input().path("DocumentName").asText());
            case "codedeploy:CreateDeployment" ->
                call.input().path("description").asText().startsWith("launch-guard ");
            case "autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat" ->
                gate(call.input());
            case "autoscaling:SetInstanceHealth" ->
                call.input().path("HealthStatus").asText().equals("Unhealthy");
            default -> false;
        };
    }
}
