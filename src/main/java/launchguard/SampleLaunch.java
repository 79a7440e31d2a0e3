package launchguard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import launchguard.aws.FakeAws;
import launchguard.settings.Settings;
import org.jspecify.annotations.Nullable;

/** One invented healthy launch: its events, and AWS's answers to their calls. */
final class SampleLaunch implements FakeAws {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String INSTANCE = "i-00000000000000000";
    private static final String DEPLOYMENT = "d-REHEARSAL";
    private static final String COMMAND = "00000000-0000-4000-8000-000000000000";

    private final Settings settings;
    private final Instant now;
    private final Map<String, String> words;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private @Nullable JsonNode stored;

    SampleLaunch(Settings settings, Instant now) {
        this.settings = settings;
        this.now = now;
        words = Map.of(
                "instance", INSTANCE,
                "deployment", DEPLOYMENT,
                "command", COMMAND,
                "optIn", settings.optInValue(),
                "now", now.toString(),
                "seconds", String.valueOf(now.getEpochSecond()),
                "yesterday", String.valueOf(now.getEpochSecond() - 86_400),
                "launched", now.minusSeconds(100).toString());
    }

    /** The operations that were called so far. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** The end of the deployment, of the instance's part in it, and then of the probe: each list is one batch. */
    List<List<String>> batches() {
        return List.of(
                List.of(
                        event("aws.codedeploy", "CodeDeploy Instance State-change Notification", """
                                {"instanceId": "%s", "state": "SUCCESS", "application": "rehearsal", \
                                "deploymentId": "%s", "deploymentGroup": "rehearsal", \
                                "instanceGroupId": "00000000-0000-0000-0000-000000000000"}
                                """.formatted(
                                        INSTANCE, DEPLOYMENT)),
                        event("aws.codedeploy", "CodeDeploy Deployment State-change Notification", """
                                {"deploymentId": "%s", "state": "SUCCESS", "application": "rehearsal", \
                                "deploymentGroup": "rehearsal", \
                                "instanceGroupId": "00000000-0000-0000-0000-000000000000"}
                                """.formatted(
                                        DEPLOYMENT)),
                        event("aws.autoscaling", "EC2 Instance Launch Successful", """
                                {"EC2InstanceId": "%s", "AutoScalingGroupName": "rehearsal", "Origin": "EC2", \
                                "Destination": "AutoScalingGroup", "StatusCode": "InProgress"}
                                """.formatted(INSTANCE))),
                List.of(event("aws.ssm", "EC2 Command Invocation Status-change Notification", """
                                {"command-id": "%s", "document-name": "%s-Probe", "instance-id": "%s", \
                                "status": "Success"}
                                """.formatted(
                                COMMAND, settings.documentPrefix(), INSTANCE))));
    }

    private String event(String source, String type, String detail) {
        return """
                {"version": "0", "id": "rehearsal", "source": "%s", "detail-type": "%s", "time": "%s", \
                "account": "123456789012", "region": "rehearsal", "resources": [], "detail": %s}
                """.formatted(source, type, now, detail);
    }

    @Override
    public String answer(String operation, String request) {
        asked.add(operation);
        return switch (operation) {
            case "Query" ->
                stored == null ? "{\"Items\": [], \"Count\": 0}" : "{\"Items\": [" + stored + "], \"Count\": 1}";
            case "PutItem" -> {
                stored = json(request).path("Item");
                yield "{}";
            }
            case "SendMessage" ->
                """
                    {"MessageId": "%s", "MD5OfMessageBody": "%s"}
                    """.formatted(COMMAND, md5(json(request).path("MessageBody").asText()));
            case "DescribeInstances", "DescribeAutoScalingInstances", "DescribeAutoScalingGroups" ->
                SampleResponses.filled(operation + ".xml", words);
            case "GetCommandInvocation" -> {
                Map<String, String> more = new TreeMap<>(words);
                more.put("evidence", SampleResponses.filled("evidence.json", words));
                yield SampleResponses.filled(operation + ".json", more);
            }
            default -> SampleResponses.filled(operation + ".json", words);
        };
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notOurs) {
            throw new IllegalArgumentException(notOurs);
        }
    }

    /** The SDK compares it with its own. */
    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
