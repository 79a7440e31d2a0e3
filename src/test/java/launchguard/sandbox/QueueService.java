package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.UnaryOperator;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;

/** SQS. */
final class QueueService implements Service {
    private static final int MAX_DELAY = 900;
    private static final int MAX_BYTES = 1024 * 1024;
    private static final int MAX_BATCH = 10;
    private static final int LONGEST_HIDDEN = 43_200;
    private final Map<String, Queue> queues;
    private final SteppedClock clock;
    private final IntSupplier hops;

    /** Knows the queues, and how many invocations led to the call that is answered now. */
    QueueService(Map<String, Queue> queues, SteppedClock clock, IntSupplier hops) {
        this.queues = queues;
        this.clock = clock;
        this.hops = hops;
    }

    @Override
    public String name() {
        return "sqs";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.of(
                "SendMessage",
                input -> sent(queue(input), input),
                "SendMessageBatch",
                input -> batch(input, entry -> sent(queue(input), entry)),
                "ReceiveMessage",
                this::receive,
                "DeleteMessage",
                input -> deleted(queue(input), input),
                "DeleteMessageBatch",
                input -> batch(input, entry -> deleted(queue(input), entry)),
                "ChangeMessageVisibility",
                this::changeVisibility,
                "GetQueueAttributes",
                this::attributes,
                "StartMessageMoveTask",
                this::move);
    }

    private Queue queue(ObjectNode input) {
        String url = input.path("QueueUrl").asText();
        Queue queue = queues.get(url.substring(url.lastIndexOf('/') + 1));
        if (queue == null) {
            throw new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
        }
        return queue;
    }

    private Queue byArn(String arn) {
        Queue queue = queues.get(arn.substring(arn.lastIndexOf(':') + 1));
        if (queue == null || !arn.equals(Names.arn("sqs", queue.name()))) {
            throw new AwsError("ResourceNotFoundException", "The resource that you specified does not exist.");
        }
        return queue;
    }

    private ObjectNode move(ObjectNode input) {
        Queue from = byArn(input.path("SourceArn").asText());
        Queue back = queues.values().stream()
                .filter(queue -> queue.redrivesTo(from))
                .findFirst()
                .orElseThrow(() -> new AwsError(
                        "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."));
        from.moveAllTo(
                input.has("DestinationArn") ? byArn(input.path("DestinationArn").asText()) : back);
        return Json.object("TaskHandle", "moved");
    }

    private ObjectNode sent(Queue queue, ObjectNode input) {
        int delay = input.path("DelaySeconds").asInt(0);
        if (delay < 0 || delay > MAX_DELAY) {
            throw new AwsError(
                    "InvalidParameterValue",
                    "Value " + delay
                            + " for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= "
                            + MAX_DELAY + ".");
        }
        String body = input.path("MessageBody").asText();
        if (body.isEmpty() || body.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new AwsError("InvalidParameterValue", "One or more parameters are invalid. Reason: Message size.");
        }
        if (input.has("MessageAttributes")) {
            throw new AwsError("UnsupportedOperation", "the sandbox keeps no message attributes");
        }
        Message message = queue.send(body, Duration.ofSeconds(delay), hops.getAsInt());
        return Json.object("MessageId", message.id, "MD5OfMessageBody", md5(body));
    }

    private static ObjectNode deleted(Queue queue, ObjectNode input) {
        queue.delete(input.path("ReceiptHandle").asText());
        return Json.object();
    }

    private static ObjectNode batch(ObjectNode input, Function<ObjectNode, ObjectNode> function) {
        JsonNode entries = input.path("Entries");
        Set<String> ids = new HashSet<>();
        entries.forEach(entry -> ids.add(entry.path("Id").asText()));
        if (entries.isEmpty()) {
            throw new AwsError("EmptyBatchRequest", "There should be at least one entry in the request.");
        } else if (entries.size() > MAX_BATCH) {
            throw new AwsError("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.");
        } else if (ids.size() < entries.size()) {
            throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries have the same Id.");
        }
        List<ObjectNode> done = new ArrayList<>();
        List<ObjectNode> failed = new ArrayList<>();
        for (JsonNode entry : entries) {
            String id = entry.path("Id").asText();
            try {
                done.add(function.apply((ObjectNode) entry).put("Id", id));
            } catch (AwsError e) {
                failed.add(Json.object("Id", id, "SenderFault", true, "Code", e.code(), "Message", e.getMessage()));
            }
        }
        return Json.object("Successful", done, "Failed", failed);
    }

    private ObjectNode receive(ObjectNode input) {
        Queue queue = queue(input);
        int max = input.path("MaxNumberOfMessages").asInt(1);
        if (max < 1 || max > MAX_BATCH) {
            throw new AwsError("InvalidParameterValue", "MaxNumberOfMessages must be between 1 and 10.");
        }
        if (queue.full()) {
            throw new AwsError(403, "OverLimit", "Too many messages in flight");
        }
        Duration timeout = input.has("VisibilityTimeout")
                ? Duration.ofSeconds(input.path("VisibilityTimeout").asInt())
                : queue.visibility();
        List<ObjectNode> messages = queue.receive(max, timeout).stream()
                .map(message -> Json.object(
                        "MessageId", message.id,
                        "ReceiptHandle", message.receipt,
                        "Body", message.body,
                        "MD5OfBody", md5(message.body),
                        "Attributes", Map.of("ApproximateReceiveCount", String.valueOf(message.receiveCount))))
                .toList();
        return messages.isEmpty() ? Json.object() : Json.object("Messages", messages);
    }

    private ObjectNode changeVisibility(ObjectNode input) {
        Queue queue = queue(input);
        Message message = queue.byReceipt(input.path("ReceiptHandle").asText())
                .orElseThrow(() -> new AwsError("ReceiptHandleIsInvalid", "The input receipt handle is invalid."));
        int seconds = input.path("VisibilityTimeout").asInt();
        Instant now = clock.instant();
        Instant received = message.receivedAt == null ? now : message.receivedAt;
        if (seconds < 0 || now.plusSeconds(seconds).isAfter(received.plusSeconds(LONGEST_HIDDEN))) {
            throw new AwsError(
                    "InvalidParameterValue",
                    "Value " + seconds
                            + " for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for"
                            + " the message is beyond the limit [43200 seconds].");
        } else if (!message.visibleAt.isAfter(now)) {
            throw new AwsError("MessageNotInflight", "The message referred to isn't in flight.");
        }
        queue.hide(message, Duration.ofSeconds(seconds));
        return Json.object();
    }

    private ObjectNode attributes(ObjectNode input) {
        Queue queue = queue(input);
        long visible = queue.messages().stream()
                .filter(message -> message.receiveCount == 0)
                .count();
        return Json.object(
                "Attributes",
                Map.of(
                        "QueueArn", Names.arn("sqs", queue.name()),
                        "ApproximateNumberOfMessages", String.valueOf(visible),
                        "VisibilityTimeout", String.valueOf(queue.visibility().toSeconds())));
    }

    static String md5(String body) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
