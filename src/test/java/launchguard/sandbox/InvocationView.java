package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** How SSM's API shows invocations and nodes. */
final class InvocationView {
    /** As SSM says that a command's output goes to no log group. */
    static final Map<String, Object> NO_LOG_GROUP =
            Map.of("CloudWatchLogGroupName", "", "CloudWatchOutputEnabled", false);

    private static final int MOST_STDOUT = 24_000;
    private static final int MOST_STDERR = 8_000;
    private static final int MOST_LISTED = 2_500;

    private InvocationView() {}

    static ObjectNode of(Command command, Command.Invocation invocation) {
        return Json.object(
                "CommandId",
                command.id,
                "InstanceId",
                invocation.instance,
                "Comment",
                command.comment,
                "DocumentName",
                command.documentName(),
                "DocumentVersion",
                "$DEFAULT",
                "PluginName",
                "aws:runShellScript",
                "ResponseCode",
                invocation.responseCode,
                "ExecutionStartDateTime",
                time(invocation.startedAt),
                "ExecutionElapsedTime",
                elapsed(invocation),
                "ExecutionEndDateTime",
                time(invocation.endedAt),
                "Status",
                invocation.status,
                "StatusDetails",
                invocation.details,
                "StandardOutputContent",
                first(MOST_STDOUT, invocation.stdout),
                "StandardOutputUrl",
                "",
                "StandardErrorContent",
                first(MOST_STDERR, invocation.stderr),
                "StandardErrorUrl",
                "",
                "CloudWatchOutputConfig",
                NO_LOG_GROUP);
    }

    static ObjectNode listed(Command command, Command.Invocation invocation, boolean details) {
        List<ObjectNode> plugins = details
                ? List.of(Json.object(
                        "Name", "aws:runShellScript",
                        "Status", invocation.status,
                        "StatusDetails", invocation.details,
                        "ResponseCode", invocation.responseCode,
                        "ResponseStartDateTime", invocation.startedAt,
                        "ResponseFinishDateTime", invocation.endedAt,
                        "Output", first(MOST_LISTED, invocation.stdout)))
                : List.of();
        return Json.object(
                "CommandId", command.id,
                "InstanceId", invocation.instance,
                "Comment", command.comment,
                "DocumentName", command.documentName(),
                "DocumentVersion", "$DEFAULT",
                "RequestedDateTime", command.requestedAt,
                "Status", invocation.status,
                "StatusDetails", invocation.details,
                "CommandPlugins", plugins);
    }

    static ObjectNode node(Instance instance) {
        return Json.object(
                "InstanceId", instance.id(),
                "PingStatus", instance.agent ? "Online" : "ConnectionLost",
                "LastPingDateTime", instance.agentSince,
                "AgentVersion", "3.3.1611.0",
                "IsLatestVersion", true,
                "PlatformType", "Linux",
                "PlatformName", "Amazon Linux",
                "PlatformVersion", "2",
                "ResourceType", "EC2Instance");
    }

    /** Characters, not the 16-bit halves of some of them that Java counts. */
    private static String first(int most, String text) {
        return text.codePointCount(0, text.length()) <= most
                ? text
                : text.substring(0, text.offsetByCodePoints(0, most));
    }

    private static String time(@Nullable Instant time) {
        return time == null ? "" : time.toString();
    }

    private static String elapsed(Command.Invocation invocation) {
        return invocation.startedAt == null || invocation.endedAt == null
                ? ""
                : Duration.between(invocation.startedAt, Objects.requireNonNull(invocation.endedAt))
                        .toString();
    }
}
