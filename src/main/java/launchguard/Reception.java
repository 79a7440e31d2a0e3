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
import java.util.function.Supplier;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.flow.CaseFlow;
import launchguard.flow.Census;
import launchguard.flow.Reply;
import launchguard.report.Journal;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.signal.SignalReader;
import launchguard.signal.UnreadableSignalException;

/** Hands signals to the case flow and puts its replies into the shapes that Lambda's callers expect. */
final class Reception {
    /** Of concurrent writers one wins each round, so a loser needs only as many rounds as there are others. */
    private static final int ROUNDS = 10;

    /** A message's id, and what it says. */
    private record Heard(String message, Signal signal) {}

    private final CaseFlow flow;
    private final Journal journal;
    private final InstantSource clock;

    Reception(CaseFlow flow, Journal journal, InstantSource clock) {
        this.flow = flow;
        this.journal = journal;
        this.clock = clock;
    }

    JsonNode single(Signal signal) {
        return switch (untilStored(() -> flow.handle(signal))) {
            case Reply.One one -> one.outcome().json();
            case Reply.OfDeployment some -> of(some.outcomes());
            case Reply.OfGroup some -> list(some.outcomes());
            case Reply.Swept swept ->
                JsonNodeFactory.instance
                        .objectNode()
                        .put("rearmed", swept.rearmed())
                        .put("opened", swept.opened());
        };
    }

    /** The outcome of the instance, or where there are several, of the first with the others beside it. */
    private static ObjectNode of(List<Outcome> outcomes) {
        ObjectNode json = outcomes.getFirst().json();
        if (outcomes.size() > 1) {
            json.set("outcomes", list(outcomes));
        }
        return json;
    }

    private static ArrayNode list(List<Outcome> outcomes) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        outcomes.forEach(outcome -> list.add(outcome.json()));
        return list;
    }

    /** Does each message; those that could not be done come back, and only those. */
    JsonNode batch(SQSEvent event) {
        List<String> failed = new ArrayList<>();
        List<Heard> heard = new ArrayList<>();
        for (SQSEvent.SQSMessage message : event.getRecords()) {
            try {
                heard.add(new Heard(message.getMessageId(), SignalReader.read(message.getBody())));
            } catch (UnreadableSignalException | RuntimeException fault) {
                failed.add(failed(message.getMessageId(), fault));
            }
        }
        heard.sort(Comparator.comparingInt(one -> CaseFlow.order(one.signal())));
        Census census = flow.census(heard.stream().map(Heard::signal).toList());
        Map<String, List<Case>> toProbe = new LinkedHashMap<>();
        for (Heard one : heard) {
            try {
                toProbe.put(
                        one.message(),
                        untilStored(() -> flow.begin(one.signal(), census)).toProbe());
            } catch (RuntimeException fault) {
                failed.add(failed(one.message(), fault));
            }
        }
        toProbe.values().removeIf(List::isEmpty);
        failed.addAll(probe(toProbe));
        return response(failed);
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

    /** Somebody else was quicker: what they stored is read, and decided upon, anew. */
    private static <T> T untilStored(Supplier<T> work) {
        for (int round = 1; ; round++) {
            try {
                return work.get();
            } catch (ConflictException quicker) {
                if (round == ROUNDS) {
                    throw quicker;
                }
            }
        }
    }
}
