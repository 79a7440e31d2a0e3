package launchguard.sandbox;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import launchguard.sandbox.wire.Faults;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** Calls the function as Lambda does: directly, or with batches from the queue. */
final class Lambda {
    private final Queue queue;
    private final SteppedClock clock;
    private final Names names;
    private final Faults faults;
    private final RunningInvocations running;
    private final Terms terms;
    private final List<Invocation> invocations = new ArrayList<>();
    private final AtomicInteger dropped = new AtomicInteger();
    private volatile @Nullable RequestStreamHandler function;
    private volatile boolean remembering = true;
    private volatile Consumer<List<String>> begins = messages -> {};

    /** Invocations in one chain after which Lambda takes it for a loop. */
    private static final int MOST_HOPS = 16;

    /**
     * What the template says of the function.
     *
     * @param batchSize messages of one invocation at most
     * @param timeout after which an invocation is cut
     * @param recursionAllowed whether a chain of invocations may be longer than 16
     */
    record Terms(int batchSize, Duration timeout, boolean recursionAllowed) {}

    Lambda(Queue queue, SteppedClock clock, Names names, Faults faults, RunningInvocations running, Terms terms) {
        this.queue = queue;
        this.clock = clock;
        this.names = names;
        this.faults = faults;
        this.running = running;
        this.terms = terms;
    }

    void function(RequestStreamHandler handler) {
        function = handler;
    }

    List<Invocation> invocations() {
        synchronized (invocations) {
            return List.copyOf(invocations);
        }
    }

    /** Stores no invocations from now on, for runs with very many. */
    void forget() {
        remembering = false;
    }

    Invocation invoke(String event) {
        begins.accept(List.of());
        return invoke(event, 0);
    }

    /** Calls the listener for each invocation that begins, with the ids of its messages; none for a direct one. */
    void listen(Consumer<List<String>> to) {
        begins = to;
    }

    /** An invocation with so many others before it in its chain. */
    Invocation invoke(String event, int hops) {
        RequestStreamHandler handler = function;
        if (handler == null) {
            throw new IllegalStateException("the sandbox has no function yet");
        }
        return invoke(handler, event, hops);
    }

    Invocation invoke(RequestStreamHandler handler, String event, int hops) {
        String caller = Callers.current();
        running.begin(caller, terms.timeout(), hops);
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        Throwable failure = null;
        Instant at = clock.instant();
        try {
            handler.handleRequest(
                    new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
                    answer,
                    new LambdaContext(names.uuid(), () -> running.left(caller)));
        } catch (Exception | Error thrown) {
            failure = thrown;
        }
        if (running.end(caller)) {
            failure = new IllegalStateException("Task timed out after " + terms.timeout(), failure);
        }
        if (faults.dead()) {
            // What the function wrote after its death is lost.
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
    record Batch(List<Message> messages, String event) {
        /** Lambda does not say how it counts a batch: the longest chain stands for all, which is the worst. */
        int hops() {
            return messages.stream().mapToInt(Message::hops).max().orElse(0);
        }
    }

    /** Invokes the function with a batch; where its chain is too long nothing is invoked, and the messages come back. */
    Invocation invoke(Batch batch) {
        if (batch.hops() >= MOST_HOPS && !terms.recursionAllowed()) {
            dropped.addAndGet(batch.messages().size());
            return new Invocation(
                    clock.instant(), batch.event(), "", new IllegalStateException("a recursive loop: not invoked"));
        }
        begins.accept(batch.messages().stream().map(Message::id).toList());
        return invoke(batch.event(), batch.hops());
    }

    /** Messages that were not delivered since their chain was too long, each time counted. */
    int dropped() {
        return dropped.get();
    }

    /** Takes at most so many of the messages that are visible. */
    Batch take(int most) {
        List<Message> messages = queue.receive(Math.min(most, terms.batchSize()), queue.visibility());
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
        Batch batch = take(terms.batchSize());
        if (!batch.messages().isEmpty()) {
            finish(batch, invoke(batch));
        }
        return batch.messages().size();
    }

    /**
     * The failed messages; Lambda treats the whole batch as failed if the function throws or names a message that was
     * not in it.
     */
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
        if (message.hops > 0) {
            attributes.put(
                    "AWSTraceHeader",
                    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=1:a87bd80c:"
                            + message.hops);
        }
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
