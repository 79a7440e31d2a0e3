package launchguard.dispatch;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import launchguard.aws.AwsFailureException;
import launchguard.aws.BusyException;
import launchguard.aws.Deadline;
import launchguard.aws.RecheckQueue;
import launchguard.aws.SharedReads;
import launchguard.aws.Workers;
import launchguard.cases.Case;
import launchguard.intake.BatchLookups;
import launchguard.intake.SignalResult;
import launchguard.model.CaseId;
import launchguard.model.InstanceId;
import launchguard.report.CaseLog;
import launchguard.signal.Signal;
import launchguard.signal.SignalReader;
import launchguard.signal.UnreadableSignalException;
import launchguard.store.ConflictRetry;
import launchguard.store.CurrentMessage;

/**
 * Processes batches of the queue's messages in parallel, those about one instance in order. Messages that failed come
 * back, and only those. Near the invocation's end no message is started, and those that were not become visible again
 * at once.
 */
public final class Batches {
    /** The queue's maxReceiveCount in the template: after so many receives a message becomes a dead letter. */
    static final int MOST_RECEIVES = 5;

    /**
     * Which messages are processed first. The end of a whole deployment comes last: it serves instances whose own
     * events were lost, and costs reads of CodeDeploy. At its first receives a throttled read is not retried, so the
     * message comes back after the scale-out and its remedies. Later reads are retried, since the queue's receives are
     * limited.
     */
    private enum Priority {
        HIGH,
        LOW,
        LOW_WITH_RETRIES
    }

    /** At so many receives reads are not retried; at the others of the queue's five they are. */
    private static final int RECEIVES_WITHOUT_RETRIES = 2;

    private final SignalHandler handler;
    private final RecheckQueue timers;
    private final CaseLog caseLog;
    private final InstantSource clock;
    private final Workers workers;

    public Batches(SignalHandler handler, RecheckQueue timers, CaseLog caseLog, InstantSource clock, Workers workers) {
        this.handler = handler;
        this.timers = timers;
        this.caseLog = caseLog;
        this.clock = clock;
        this.workers = workers;
    }

    public JsonNode answer(SQSEvent event) {
        return new Batch(event.getRecords()).answer();
    }

    /** A message of the batch with its signal. */
    private record BatchMessage(SQSMessage received, Signal signal, Priority priority, CurrentMessage.Message current) {
        String id() {
            return received.getMessageId();
        }
    }

    private static BatchMessage read(SQSMessage message) throws UnreadableSignalException {
        Signal signal = SignalReader.read(message.getBody());
        return new BatchMessage(
                message,
                signal,
                priority(signal, message),
                new CurrentMessage.Message(message.getMessageId(), SignalReader.receives(message) != 1));
    }

    private static Priority priority(Signal signal, SQSMessage message) {
        if (!(signal instanceof Signal.DeploymentEnded)) {
            return Priority.HIGH;
        }
        int receives = SignalReader.receives(message);
        return receives >= 1 && receives <= RECEIVES_WITHOUT_RETRIES ? Priority.LOW : Priority.LOW_WITH_RETRIES;
    }

    /** One batch, with the results of its messages so far. */
    private final class Batch {
        /** Ids of messages that failed: the queue delivers them again. */
        private final Set<String> failed = ConcurrentHashMap.newKeySet();

        /** Messages that become visible again before the queue's own time, and when. */
        private final Map<SQSMessage, Duration> back = new ConcurrentHashMap<>();

        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger notBegun = new AtomicInteger();
        private final List<SQSMessage> messages;

        private Batch(List<SQSMessage> messages) {
            this.messages = messages;
        }

        JsonNode answer() {
            List<BatchMessage> read = new ArrayList<>();
            for (SQSMessage message : messages) {
                try {
                    read.add(read(message));
                } catch (UnreadableSignalException | RuntimeException fault) {
                    failed(message.getMessageId(), fault);
                }
            }
            read.sort(Comparator.comparingInt(message -> SignalHandler.order(message.signal())));
            for (Priority priority : Priority.values()) {
                List<BatchMessage> some = read.stream()
                        .filter(message -> message.priority() == priority)
                        .toList();
                if (!some.isEmpty()) {
                    SharedReads.within(clock, () -> work(some, priority == Priority.LOW));
                }
            }
            Deadline.ending(this::putBack);
            return response();
        }

        private void failed(String message, Exception fault) {
            caseLog.fault(clock.instant(), "could not handle message " + message, fault);
            failed.add(message);
        }

        private void work(List<BatchMessage> read, boolean lowPriority) {
            List<Signal> signals = read.stream().map(BatchMessage::signal).toList();
            BatchLookups lookups = handler.lookups(signals, lowPriority);
            handler.readResults(signals);
            Map<String, List<Case>> toProbe = new ConcurrentHashMap<>();
            Map<InstanceId, List<BatchMessage>> lanes = new LinkedHashMap<>();
            List<BatchMessage> others = new ArrayList<>();
            for (BatchMessage message : read) {
                InstanceId subject = SignalHandler.subject(message.signal());
                (subject == null ? others : lanes.computeIfAbsent(subject, key -> new ArrayList<>())).add(message);
            }
            // Messages about one instance stay in order.
            workers.all(lanes.values().stream()
                    .map(lane -> (Runnable) () -> lane.forEach(message -> begin(message, lookups, toProbe)))
                    .toList());
            others.forEach(message -> begin(message, lookups, toProbe));
            logWaiting();
            probe(read, toProbe);
        }

        private void begin(BatchMessage message, BatchLookups lookups, Map<String, List<Case>> toProbe) {
            if (!Deadline.allowsMore()) {
                back.put(message.received(), Duration.ZERO);
                notBegun.incrementAndGet();
                return;
            }
            try {
                SignalResult begun = CurrentMessage.handling(
                        message.current(),
                        () -> ConflictRetry.untilStored(() -> handler.begin(message.signal(), lookups)));
                toProbe.put(message.id(), begun.toProbe());
                begun(message, begun);
            } catch (BusyException later) {
                failed.add(message.id());
                waiting.incrementAndGet();
            } catch (RuntimeException fault) {
                failed(message.id(), fault);
            }
        }

        private void logWaiting() {
            int busy = waiting.getAndSet(0);
            if (busy > 0) {
                caseLog.waiting(clock.instant(), busy, "CodeDeploy throttles; they come again");
            }
            int late = notBegun.getAndSet(0);
            if (late > 0) {
                caseLog.waiting(
                        clock.instant(), late, "the invocation ends soon; they were not begun and come again at once");
            }
        }

        private void begun(BatchMessage message, SignalResult begun) {
            if (begun.early() != null) {
                back.put(message.received(), begun.early());
            } else if (begun.fault() != null) {
                failed(message.id(), begun.fault());
            }
        }

        /**
         * Sends one command for all cases, each as the last of its messages left it; a message whose case could not be probed
         * comes back.
         */
        private void probe(List<BatchMessage> read, Map<String, List<Case>> toProbe) {
            Map<CaseId, Case> distinct = new LinkedHashMap<>();
            Map<CaseId, CurrentMessage.Message> current = new LinkedHashMap<>();
            read.forEach(message -> toProbe.getOrDefault(message.id(), List.of())
                    .forEach(each -> {
                        distinct.put(each.id(), each);
                        current.put(each.id(), message.current());
                    }));
            if (distinct.isEmpty()) {
                return;
            }
            Map<CaseId, RuntimeException> faults = CurrentMessage.handlingAll(
                            current, () -> handler.probe(List.copyOf(distinct.values())))
                    .faults();
            read.forEach(message -> toProbe.getOrDefault(message.id(), List.of()).stream()
                    .map(each -> faults.get(each.id()))
                    .filter(fault -> fault != null && !failed.contains(message.id()))
                    .findFirst()
                    .ifPresent(fault -> failed(message.id(), fault)));
        }

        /** Before its last receive a message is sent again as a new one, so that waiting makes no dead letter. */
        private void putBack() {
            back.forEach((message, after) -> {
                try {
                    if (SignalReader.receives(message) >= MOST_RECEIVES - 1
                            && !failed.contains(message.getMessageId())) {
                        timers.sendAgain(message.getBody(), after);
                        return;
                    }
                    if (message.getReceiptHandle() != null) {
                        timers.putBack(message.getReceiptHandle(), after);
                    }
                } catch (AwsFailureException fault) {
                    caseLog.fault(clock.instant(), "could not put back message " + message.getMessageId(), fault);
                }
                failed.add(message.getMessageId());
            });
        }

        private JsonNode response() {
            SQSBatchResponse response = new SQSBatchResponse(messages.stream()
                    .map(SQSMessage::getMessageId)
                    .filter(failed::contains)
                    .map(SQSBatchResponse.BatchItemFailure::new)
                    .toList());
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            ArrayNode failures = json.putArray("batchItemFailures");
            response.getBatchItemFailures()
                    .forEach(failure -> failures.addObject().put("itemIdentifier", failure.getItemIdentifier()));
            return json;
        }
    }
}
