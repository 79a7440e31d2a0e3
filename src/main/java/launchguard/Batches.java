package launchguard;

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
import launchguard.flow.BatchLookups;
import launchguard.flow.ConflictRetry;
import launchguard.flow.CurrentMessage;
import launchguard.flow.SignalHandler;
import launchguard.flow.SignalResult;
import launchguard.model.CaseId;
import launchguard.model.InstanceId;
import launchguard.report.CaseLog;
import launchguard.signal.Signal;
import launchguard.signal.SignalReader;
import launchguard.signal.UnreadableSignalException;

/**
 * Hands the queue's messages to the case flow, many at a time and side by side, those about one instance in order; those that
 * could not be done come back, and only those. Near the invocation's end nothing more is begun: what was not is handed out
 * again at once.
 */
final class Batches {
    /** The queue's maxReceiveCount in the template: a message that comes back after so many receives is a dead letter. */
    static final int MOST_RECEIVES = 5;

    /**
     * Which messages are worked on first. The end of a whole deployment is reported so that no instance is missed whose own
     * events were lost, and costs a read of CodeDeploy's: it comes after all others. The first times it backs off where
     * CodeDeploy is busy, so that it is handed out again when a scale-out and its remedies are over; then it is patient, since
     * the queue's patience ends as well.
     */
    private enum Turn {
        FIRST,
        MODEST,
        PATIENT
    }

    /** Deliveries at which it backs off: of the five that the queue makes, the others must be enough for patience. */
    private static final int EARLY = 2;

    private final SignalHandler handler;
    private final RecheckQueue timers;
    private final CaseLog caseLog;
    private final InstantSource clock;
    private final Workers workers;

    Batches(SignalHandler handler, RecheckQueue timers, CaseLog caseLog, InstantSource clock, Workers workers) {
        this.handler = handler;
        this.timers = timers;
        this.caseLog = caseLog;
        this.clock = clock;
        this.workers = workers;
    }

    JsonNode answer(SQSEvent event) {
        return new Batch(event.getRecords()).answer();
    }

    /** A message, what it says, and that it is in hand. */
    private record Heard(SQSMessage message, Signal signal, Turn turn, CurrentMessage.Message inHand) {
        String id() {
            return message.getMessageId();
        }
    }

    private static Heard heard(SQSMessage message) throws UnreadableSignalException {
        Signal signal = SignalReader.read(message.getBody());
        return new Heard(
                message,
                signal,
                turn(signal, message),
                new CurrentMessage.Message(message.getMessageId(), SignalReader.receives(message) != 1));
    }

    private static Turn turn(Signal signal, SQSMessage message) {
        if (!(signal instanceof Signal.DeploymentEnded)) {
            return Turn.FIRST;
        }
        int receives = SignalReader.receives(message);
        return receives >= 1 && receives <= EARLY ? Turn.MODEST : Turn.PATIENT;
    }

    /** One batch, and what became of its messages so far. */
    private final class Batch {
        /** Ids of messages that are not done: the queue hands them out again. */
        private final Set<String> failed = ConcurrentHashMap.newKeySet();

        /** Messages that are to be handed out again at another time than the queue's own, and when. */
        private final Map<SQSMessage, Duration> back = new ConcurrentHashMap<>();

        private final AtomicInteger waiting = new AtomicInteger();
        private final AtomicInteger notBegun = new AtomicInteger();
        private final List<SQSMessage> messages;

        private Batch(List<SQSMessage> messages) {
            this.messages = messages;
        }

        JsonNode answer() {
            List<Heard> heard = new ArrayList<>();
            for (SQSMessage message : messages) {
                try {
                    heard.add(heard(message));
                } catch (UnreadableSignalException | RuntimeException fault) {
                    failed(message.getMessageId(), fault);
                }
            }
            heard.sort(Comparator.comparingInt(one -> SignalHandler.order(one.signal())));
            for (Turn turn : Turn.values()) {
                List<Heard> some =
                        heard.stream().filter(one -> one.turn() == turn).toList();
                if (!some.isEmpty()) {
                    SharedReads.within(clock, () -> work(some, turn == Turn.MODEST));
                }
            }
            Deadline.ending(this::putBack);
            return response();
        }

        private void failed(String message, Exception fault) {
            caseLog.fault(clock.instant(), "could not handle message " + message, fault);
            failed.add(message);
        }

        private void work(List<Heard> heard, boolean lowPriority) {
            List<Signal> signals = heard.stream().map(Heard::signal).toList();
            BatchLookups lookups = handler.lookups(signals, lowPriority);
            handler.readResults(signals);
            Map<String, List<Case>> toProbe = new ConcurrentHashMap<>();
            Map<InstanceId, List<Heard>> lanes = new LinkedHashMap<>();
            List<Heard> others = new ArrayList<>();
            for (Heard one : heard) {
                InstanceId subject = SignalHandler.subject(one.signal());
                (subject == null ? others : lanes.computeIfAbsent(subject, key -> new ArrayList<>())).add(one);
            }
            // Messages about one instance stay in order.
            workers.all(lanes.values().stream()
                    .map(lane -> (Runnable) () -> lane.forEach(one -> begin(one, lookups, toProbe)))
                    .toList());
            others.forEach(one -> begin(one, lookups, toProbe));
            logWaiting();
            probe(heard, toProbe);
        }

        private void begin(Heard one, BatchLookups lookups, Map<String, List<Case>> toProbe) {
            if (!Deadline.allowsMore()) {
                back.put(one.message(), Duration.ZERO);
                notBegun.incrementAndGet();
                return;
            }
            try {
                SignalResult begun = CurrentMessage.message(
                        one.inHand(), () -> ConflictRetry.untilStored(() -> handler.begin(one.signal(), lookups)));
                toProbe.put(one.id(), begun.toProbe());
                begun(one, begun);
            } catch (BusyException later) {
                failed.add(one.id());
                waiting.incrementAndGet();
            } catch (RuntimeException fault) {
                failed(one.id(), fault);
            }
        }

        private void logWaiting() {
            int busy = waiting.getAndSet(0);
            if (busy > 0) {
                caseLog.waiting(clock.instant(), busy, "CodeDeploy is asked too often; they come again");
            }
            int late = notBegun.getAndSet(0);
            if (late > 0) {
                caseLog.waiting(
                        clock.instant(), late, "the invocation ends soon; they were not begun and come again at once");
            }
        }

        private void begun(Heard one, SignalResult begun) {
            if (begun.early() != null) {
                back.put(one.message(), begun.early());
            } else if (begun.fault() != null) {
                failed(one.id(), begun.fault());
            }
        }

        /**
         * One command for all, each case as the last of its messages left it; a message whose case could not be probed comes
         * back.
         */
        private void probe(List<Heard> heard, Map<String, List<Case>> toProbe) {
            Map<CaseId, Case> distinct = new LinkedHashMap<>();
            Map<CaseId, CurrentMessage.Message> inHand = new LinkedHashMap<>();
            heard.forEach(one -> toProbe.getOrDefault(one.id(), List.of()).forEach(each -> {
                distinct.put(each.id(), each);
                inHand.put(each.id(), one.inHand());
            }));
            if (distinct.isEmpty()) {
                return;
            }
            Map<CaseId, RuntimeException> faults = CurrentMessage.messages(
                            inHand, () -> handler.probe(List.copyOf(distinct.values())))
                    .faults();
            heard.forEach(one -> toProbe.getOrDefault(one.id(), List.of()).stream()
                    .map(each -> faults.get(each.id()))
                    .filter(fault -> fault != null && !failed.contains(one.id()))
                    .findFirst()
                    .ifPresent(fault -> failed(one.id(), fault)));
        }

        /** Before its last receive a message is sent anew, so that it is no dead letter for having waited. */
        private void putBack() {
            back.forEach((message, after) -> {
                try {
                    if (SignalReader.receives(message) >= MOST_RECEIVES - 1
                            && !failed.contains(message.getMessageId())) {
                        timers.sendAnew(message.getBody(), after);
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
