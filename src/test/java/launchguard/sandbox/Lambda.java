package launchguard.sandbox;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.sandbox.wire.Faults;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** Calls the function as Lambda does: directly, or with batches from the queue. */
final class Lambda {
    private final Queue queue;
    private final SteppedClock clock;
    private final Names names;
    private final Faults faults;
    private final int batchSize;
    private final List<Invocation> invocations = new ArrayList<>();
    private volatile @Nullable RequestStreamHandler function;
    private volatile boolean remembering = true;

    Lambda(Queue queue, SteppedClock clock, Names names, Faults faults, int batchSize) {
        this.queue = queue;
        this.clock = clock;
        this.names = names;
        this.faults = faults;
        this.batchSize = batchSize;
    }

    void function(RequestStreamHandler handler) {
        function = handler;
    }

    List<Invocation> invocations() {
        synchronized (invocations) {
            return List.copyOf(invocations);
        }
    }

    /** From now on no invocation is remembered: for runs of very many. */
    void forget() {
        remembering = false;
    }

    Invocation invoke(String event) {
        RequestStreamHandler handler = function;
        if (handler == null) {
            throw new IllegalStateException("the sandbox has no function yet");
        }
        return invoke(handler, event);
    }

    Invocation invoke(RequestStreamHandler handler, String event) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        Throwable failure = null;
        Instant at = clock.instant();
        try {
            handler.handleRequest(
                    new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                    answer,
                    new LambdaContext(names.uuid()));
        } catch (Exception | Error thrown) {
            failure = thrown;
        }
        if (faults.dead()) {
            // Whatever it wrote after its death, nobody heard.
            faults.revive();
            failure = new IllegalStateException("the function's process died", failure);
        }
        String text = failure == null ? answer.toString(StandardCharsets.UTF_8) : "";
        Invocation invocation = new Invocation(at, event, text, failure);
        if (remembering) {
            synchronized (invocations) {
                invocations.add(invocation);
            }
        }
        return invocation;
    }

    /** Messages that one invocation gets, and how it gets them. */
    record Batch(List<Message> messages, String event) {}

    /** Takes at most so many of the messages that are visible. */
    Batch take(int most) {
        List<Message> messages = queue.receive(Math.min(most, batchSize), queue.visibility());
        return new Batch(
                messages,
                Json.object("Records", messages.stream().map(this::asRecord).toList())
                        .toString());
    }

    /** What was done does not come back. */
    void finish(Batch batch, Invocation invocation) {
        Set<String> failed = failed(invocation, batch.messages());
        batch.messages().stream()
                .filter(message -> !failed.contains(message.id))
                .forEach(message -> queue.delete(message.receipt));
    }

    /** Hands out one batch; how many messages were in it. */
    int deliverBatch() {
        Batch batch = take(batchSize);
        if (!batch.messages().isEmpty()) {
            finish(batch, invoke(batch.event()));
        }
        return batch.messages().size();
    }

    /** Lambda takes a batch for failed as a whole when the function throws, or names a message that was not in it. */
    private static Set<String> failed(Invocation invocation, List<Message> batch) {
        Set<String> all =
                new HashSet<>(batch.stream().map(message -> message.id).toList());
        if (invocation.failure() != null) {
            return all;
        }
        if (invocation.answer().isBlank()) {
            return Set.of();
        }
        Set<String> failed = new HashSet<>();
        for (JsonNode failure : Json.parse(invocation.answer()).path("batchItemFailures")) {
            failed.add(failure.path("itemIdentifier").asText());
        }
        return all.containsAll(failed) ? failed : all;
    }

    private Map<String, Object> asRecord(Message message) {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("ApproximateReceiveCount", String.valueOf(message.receiveCount));
        attributes.put("SentTimestamp", String.valueOf(message.sentAt.toEpochMilli()));
        attributes.put("SenderId", "AIDAIENQZJOLO23YVJ4VO");
        if (message.firstReceivedAt != null) {
            attributes.put("ApproximateFirstReceiveTimestamp", String.valueOf(message.firstReceivedAt.toEpochMilli()));
        }
        return Map.of(
                "messageId",
                message.id,
                "receiptHandle",
                message.receipt,
                "body",
                message.body,
                "attributes",
                attributes,
                "messageAttributes",
                Map.of(),
                "md5OfBody",
                QueueService.md5(message.body),
                "eventSource",
                "aws:sqs",
                "eventSourceARN",
                Names.arn("sqs", queue.name()),
                "awsRegion",
                Names.REGION);
    }
}
