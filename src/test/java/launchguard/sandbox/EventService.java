package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;

/** EventBridge: PutEvents. */
final class EventService implements Service {
    private static final int MAX_BYTES = 256 * 1024;
    private final EventBus bus;
    private final InstantSource clock;
    private final Names names;

    EventService(EventBus bus, InstantSource clock, Names names) {
        this.bus = bus;
        this.clock = clock;
        this.names = names;
    }

    @Override
    public String name() {
        return "events";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.of("PutEvents", this::put);
    }

    private ObjectNode put(ObjectNode input) {
        JsonNode entries = input.path("Entries");
        if (entries.toString().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
        }
        List<ObjectNode> results = new ArrayList<>();
        int failed = 0;
        for (JsonNode entry : entries) {
            ObjectNode result = put(entry);
            failed += result.has("ErrorCode") ? 1 : 0;
            results.add(result);
        }
        return Json.object("FailedEntryCount", failed, "Entries", results);
    }

    private ObjectNode put(JsonNode entry) {
        String source = entry.path("Source").asText();
        if (source.startsWith("aws.")) {
            return error("NotAuthorizedForSourceException", "Not authorized for the source.");
        }
        if (source.isEmpty() || entry.path("DetailType").asText().isEmpty()) {
            return error("InvalidArgument", "Parameter Source or DetailType is not valid. Reason: required.");
        }
        JsonNode detail;
        try {
            detail = Json.parse(entry.path("Detail").asText());
        } catch (UncheckedIOException e) {
            return error("MalformedDetail", "Detail is malformed.");
        }
        if (!detail.isObject()) {
            return error("MalformedDetail", "Detail is malformed.");
        }
        if (!bus.refusal().isEmpty()) {
            return error(bus.refusal(), "asked for");
        }
        String id = names.uuid();
        bus.publish(Json.object(
                "version",
                "0",
                "id",
                id,
                "detail-type",
                entry.path("DetailType").asText(),
                "source",
                source,
                "account",
                bus.account(),
                "time",
                Objects.requireNonNullElse(Json.time(entry, "Time"), clock.instant())
                        .toString(),
                "region",
                Names.REGION,
                "resources",
                Json.strings(entry.path("Resources")),
                "detail",
                detail));
        return Json.object("EventId", id);
    }

    private static ObjectNode error(String code, String message) {
        return Json.object("ErrorCode", code, "ErrorMessage", message);
    }
}
