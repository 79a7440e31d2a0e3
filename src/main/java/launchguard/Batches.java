package launchguard;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.aws.BusyException;
import launchguard.cases.Case;
import launchguard.flow.CaseFlow;
import launchguard.flow.Census;
import launchguard.report.Journal;
import launchguard.signal.Signal;
import launchguard.signal.SignalReader;
import launchguard.signal.UnreadableSignalException;

/** Hands the queue's messages to the case flow, many at a time; those that could not be done come back, and only those. */
final class Batches {
    /**
     * Who is served before whom. The end of a whole deployment is told so that nobody is missed whose own events were lost,
     * and costs a read of CodeDeploy's: it comes after all others. The first times it gives way where CodeDeploy is busy, so
     * that it is handed out again when a scale-out and its remedies are over; then it is patient, since the queue's patience
     * ends as well.
     */
    private enum Turn {
        FIRST,
        MODEST,
        PATIENT
    }

    /** A message's id, and what it says. */
    private record Heard(String message, Signal signal, Turn turn) {}

    /** Deliveries at which it gives way: of the five that the queue makes, the others must be enough for patience. */
    private static final Set<String> EARLY = Set.of("1", "2");

    private final CaseFlow flow;
    private final Journal journal;
    private final InstantSource clock;

    Batches(CaseFlow flow, Journal journal, InstantSource clock) {
        this.flow = flow;
        this.journal = journal;
        this.clock = clock;
    }

    JsonNode answer(SQSEvent event) {
        List<String> failed = new ArrayList<>();
        List<Heard> heard = new ArrayList<>();
        for (SQSEvent.SQSMessage message : event.getRecords()) {
            try {
                Signal signal = SignalReader.read(message.getBody());
                heard.add(new Heard(message.getMessageId(), signal, turn(signal, message)));
            } catch (UnreadableSignalException | RuntimeException fault) {
                failed.add(failed(message.getMessageId(), fault));
            }
        }
        heard.sort(Comparator.comparingInt(one -> CaseFlow.order(one.signal())));
        for (Turn turn : Turn.values()) {
            List<Heard> some = heard.stream().filter(one -> one.turn() == turn).toList();
            if (!some.isEmpty()) {
                failed.addAll(done(some, turn == Turn.MODEST));
            }
        }
        return response(failed);
    }

    private static Turn turn(Signal signal, SQSEvent.SQSMessage message) {
        if (!(signal instanceof Signal.DeploymentEnded)) {
            return Turn.FIRST;
        }
        String times = message.getAttributes().getOrDefault(SignalReader.RECEIVED, "");
        return EARLY.contains(times) ? Turn.MODEST : Turn.PATIENT;
    }

    /** Those of them that were not done. */
    private List<String> done(List<Heard> heard, boolean modest) {
        List<String> failed = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        Census census = flow.census(heard.stream().map(Heard::signal).toList(), modest);
        Map<String, List<Case>> toProbe = new LinkedHashMap<>();
        for (Heard one : heard) {
            try {
                toProbe.put(
                        one.message(),
                        Reception.untilStored(() -> flow.begin(one.signal(), census))
                                .toProbe());
            } catch (BusyException later) {
                waiting.add(one.message());
            } catch (RuntimeException fault) {
                failed.add(failed(one.message(), fault));
            }
        }
        if (!waiting.isEmpty()) {
            journal.waiting(clock.instant(), waiting.size(), "CodeDeploy is asked too often; they come again");
        }
        toProbe.values().removeIf(List::isEmpty);
        failed.addAll(waiting);
        failed.addAll(probe(toProbe));
        return failed;
    }

    private String failed(String message, Exception fault) {
        journal.fault(clock.instant(), "could not handle message " + message, fault);
        return message;
    }

    /**
     * One command for all, each case as the last of its messages left it; where that fails, each message that wanted a
     * probe comes back.
     */
    private List<String> probe(Map<String, List<Case>> toProbe) {
        Map<String, Case> distinct = new LinkedHashMap<>();
        toProbe.values()
                .forEach(cases -> cases.forEach(one -> distinct.put(one.id().toString(), one)));
        try {
            flow.probe(List.copyOf(distinct.values()));
            return List.of();
        } catch (RuntimeException fault) {
            journal.fault(clock.instant(), "could not send the probes of this batch", fault);
            return List.copyOf(toProbe.keySet());
        }
    }

    private static JsonNode response(List<String> failed) {
        SQSBatchResponse response = new SQSBatchResponse(
                failed.stream().map(SQSBatchResponse.BatchItemFailure::new).toList());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode failures = json.putArray("batchItemFailures");
        response.getBatchItemFailures()
                .forEach(failure -> failures.addObject().put("itemIdentifier", failure.getItemIdentifier()));
        return json;
    }
}
