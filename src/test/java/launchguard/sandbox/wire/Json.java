package launchguard.sandbox.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds and parses JSON trees. Members whose value is null are left out, as AWS leaves them out. */
public final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    /** An object of name and value pairs. */
    public static ObjectNode object(@Nullable Object... pairs) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            if (value != null) {
                object.set(String.valueOf(pairs[i]), node(value));
            }
        }
        return object;
    }

    /** A list of the values. */
    public static ArrayNode list(Collection<?> values) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        values.forEach(value -> list.add(node(value)));
        return list;
    }

    /** The value as a tree; an instant becomes epoch seconds, as the JSON protocols write it. */
    public static JsonNode node(Object value) {
        return switch (value) {
            case JsonNode node -> node;
            case Instant instant -> JsonNodeFactory.instance.numberNode(BigDecimal.valueOf(instant.toEpochMilli(), 3));
            case Collection<?> values -> list(values);
            case Map<?, ?> map -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                map.forEach((key, each) -> object.set(String.valueOf(key), node(each)));
                yield object;
            }
            default -> MAPPER.valueToTree(value);
        };
    }

    /** The texts of a list; empty where there is none. */
    public static List<String> strings(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /** The text of a member; null where it is absent. */
    public static @Nullable String text(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    /** The time of a member in epoch seconds; null where it is absent. */
    public static @Nullable Instant time(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isNumber()
                ? Instant.ofEpochMilli(value.decimalValue().movePointRight(3).longValue())
                : null;
    }

    /** Reads an object; anything else is refused. */
    public static ObjectNode read(byte[] json) throws IOException {
        if (MAPPER.readTree(json) instanceof ObjectNode object) {
            return object;
        }
        throw new IOException("not a JSON object");
    }

    /** Reads an object that lies beside the tests' classes. */
    public static ObjectNode resource(String name) {
        try (InputStream json = Objects.requireNonNull(Json.class.getResourceAsStream(name), name)) {
            return read(json.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads any JSON text that must be right. */
    public static JsonNode parse(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a tree. */
    public static byte[] bytes(JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
