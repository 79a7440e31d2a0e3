package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;
import launchguard.template.Template;
import software.amazon.event.ruler.Machine;

/** The stack of packaging/central.yaml: a bus whose rule stores events in a log, which CloudWatch Logs returns. */
public final class CentralLog implements Service {
    /** The bus, as its stack's output names it. */
    public static final String BUS = "arn:aws:events:us-east-1:123456789012:event-bus/launch-guard-central";

    /** The log, as its stack's output names it. */
    public static final String NAME = "/aws/events/launch-guard";

    private static final Template STACK =
            Template.read(Path.of("packaging/central.yaml"), Map.of("OrganizationId", "o-exampleorg1"));
    private static final int PAGE = 3;

    private final Machine rules = Machine.builder().build();
    private final List<ObjectNode> kept = new ArrayList<>();

    CentralLog() {
        STACK.rulePatterns().forEach((name, pattern) -> {
            try {
                rules.addRule(name, pattern);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** An event from an account of the organization. */
    public void receive(ObjectNode event) {
        try {
            if (!rules.rulesForJSONEvent(event.toString()).isEmpty()) {
                keep(event.toString(), Instant.parse(event.path("time").asText()));
            }
        } catch (Exception e) {
            throw new IllegalArgumentException("not an event: " + event, e);
        }
    }

    /** Adds a line to the log, whoever wrote it. */
    public synchronized void keep(String line, Instant at) {
        kept.add(Json.object(
                "logStreamName", "stream",
                "timestamp", at.toEpochMilli(),
                "message", line,
                "ingestionTime", at.toEpochMilli(),
                "eventId", String.valueOf(kept.size())));
    }

    /** The lines so far. */
    public synchronized List<String> lines() {
        return kept.stream().map(node -> node.path("message").asText()).toList();
    }

    @Override
    public String name() {
        return "logs";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.of("FilterLogEvents", this::filter);
    }

    /** A few at a time; a page may be empty, as with AWS. */
    private synchronized ObjectNode filter(ObjectNode input) {
        if (!input.path("logGroupName").asText().equals(NAME)) {
            throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
        }
        if (!input.path("filterPattern").asText("").isEmpty()) {
            throw new AwsError("InvalidParameterException", "the sandbox knows no patterns");
        }
        int from = input.path("nextToken").asInt(0);
        int to = Math.min(kept.size(), from + PAGE);
        List<ObjectNode> page = kept.subList(from, to).stream()
                .filter(node -> node.path("timestamp").asLong()
                        >= input.path("startTime").asLong(0))
                .toList();
        ObjectNode answer = Json.object("events", page);
        if (to < kept.size()) {
            answer.put("nextToken", String.valueOf(to));
        }
        return answer;
    }
}
