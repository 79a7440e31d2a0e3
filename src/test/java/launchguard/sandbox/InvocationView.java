package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
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
    /** The agent cuts what lists carry so that it stays below this, in bytes. */
    private static final int LISTED_BELOW = 2_400;

    private static final String LISTED_ERRORS = "\n----------ERROR-------\n";
    private static final String LISTED_CUT = "\n---Output truncated---";

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
                        "Output", listedOutput(invocation)))
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

    /** As the agent puts stdout and stderr together for a list. */
    private static String listedOutput(Command.Invocation invocation) {
        String all =
                invocation.stderr.isEmpty() ? invocation.stdout : invocation.stdout + LISTED_ERRORS + invocation.stderr;
        byte[] bytes = all.getBytes(StandardCharsets.UTF_8);
        return bytes.length < LISTED_BELOW
                ? all
                : new String(bytes, 0, LISTED_BELOW - LISTED_CUT.length() - 1, StandardCharsets.UTF_8) + LISTED_CUT;
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
