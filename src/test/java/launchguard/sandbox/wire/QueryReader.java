package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the form parameters of the query protocols into the tree that the model describes. */
final class QueryReader {
    private final ServiceModel model;
    private final Map<String, String> form;
    private final Set<String> used = new HashSet<>(Set.of("Action", "Version"));

    QueryReader(ServiceModel model, Map<String, String> form) {
        this.model = model;
        this.form = form;
    }

    static Map<String, String> form(byte[] body) {
        Map<String, String> form = new TreeMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** The input; what the model does not know stays in it by its own name, for the validator to refuse. */
    ObjectNode read(String operation) {
        ObjectNode input = structure(model.input(operation), "");
        form.forEach((key, value) -> {
            if (!used.contains(key)) {
                input.put(key, value);
            }
        });
        return input;
    }

    private ObjectNode structure(JsonNode shape, String prefix) {
        ObjectNode object = Json.object();
        for (Map.Entry<String, JsonNode> member : shape.path("members").properties()) {
            String key = prefix + key(member.getKey(), member.getValue());
            JsonNode value = value(model.target(member.getValue()), key);
            if (value != null) {
                object.set(member.getKey(), value);
            }
        }
        return object;
    }

    private String key(String name, JsonNode member) {
        String key = member.path("locationName").asText(name);
        return model.protocol().equals("ec2") ? Character.toUpperCase(key.charAt(0)) + key.substring(1) : key;
    }

    private @Nullable JsonNode value(JsonNode shape, String key) {
        return switch (shape.path("type").asText()) {
            case "structure" -> holds(key + ".") ? structure(shape, key + ".") : null;
            case "list" -> list(shape, key);
            default -> scalar(shape, key);
        };
    }

    private @Nullable JsonNode list(JsonNode shape, String key) {
        String element = model.protocol().equals("ec2") ? key + "." : key + ".member.";
        if (!holds(element)) {
            return null;
        }
        ArrayNode list = Json.object().arrayNode();
        for (int i = 1; ; i++) {
            JsonNode value = value(model.target(shape.path("member")), element + i);
            if (value == null) {
                return list;
            }
            list.add(value);
        }
    }

    private @Nullable JsonNode scalar(JsonNode shape, String key) {
        String text = form.get(key);
        if (text == null) {
            return null;
        }
        used.add(key);
        return switch (shape.path("type").asText()) {
            case "boolean" ->
                text.equals("true") || text.equals("false") ? Json.node(Boolean.valueOf(text)) : Json.node(text);
            case "integer", "long", "double" ->
                text.matches("-?[0-9]{1,18}(\\.[0-9]+)?")
                        ? Json.parse(new BigDecimal(text).toPlainString())
                        : Json.node(text);
            case "timestamp" -> Json.node(Instant.parse(text));
            default -> Json.node(text);
        };
    }

    private boolean holds(String prefix) {
        return form.keySet().stream().anyMatch(key -> key.startsWith(prefix));
    }
}
