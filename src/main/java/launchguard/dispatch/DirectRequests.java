package launchguard.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import launchguard.intake.Reply;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.store.ConflictRetry;

/** Hands direct requests to the case flow, and shapes its replies for the caller. */
public final class DirectRequests {
    private final SignalHandler handler;

    public DirectRequests(SignalHandler handler) {
        this.handler = handler;
    }

    public JsonNode single(Signal signal) {
        return switch (ConflictRetry.untilStored(() -> handler.handle(signal))) {
            case Reply.One single -> single.outcome().json();
            case Reply.OfDeployment some -> of(some.outcomes());
            case Reply.OfGroup some -> list(some.outcomes());
            case Reply.Reconciled reconciled ->
                JsonNodeFactory.instance
                        .objectNode()
                        .put("rearmed", reconciled.rearmed())
                        .put("opened", reconciled.opened());
        };
    }

    /** The instance's outcome; where there are several, the first one's, with all of them under {@code outcomes}. */
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
}
