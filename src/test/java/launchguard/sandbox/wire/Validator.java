package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.Violation.Kind;

/** Checks a request against the service's model, as AWS does before it looks at its state. */
final class Validator {
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
    private final ServiceModel model;

    Validator(ServiceModel model) {
        this.model = model;
    }

    void check(String operation, ObjectNode input) {
        List<Violation> found = new ArrayList<>();
        check(model.input(operation), input, "", found);
        if (!found.isEmpty()) {
            throw found.getFirst().error(model.name());
        }
    }

    private void check(JsonNode shape, JsonNode value, String path, List<Violation> found) {
        switch (shape.path("type").asText()) {
            case "structure" -> structure(shape, value, path, found);
            case "list" -> list(shape, value, path, found);
            case "map" -> map(shape, value, path, found);
            case "string" -> string(shape, value, path, found);
            case "integer", "long" -> number(shape, value, path, found);
            case "boolean" -> expect(value.isBoolean(), value, path, "be true or false", found);
            case "double", "timestamp" -> expect(value.isNumber(), value, path, "be a number", found);
            default -> expect(value.isTextual(), value, path, "be a text", found);
        }
    }

    private void structure(JsonNode shape, JsonNode value, String path, List<Violation> found) {
        if (!expect(value.isObject(), value, path, "be a structure", found)) {
            return;
        }
        for (JsonNode required : shape.path("required")) {
            if (!value.hasNonNull(required.asText())) {
                String member = join(path, required.asText());
                found.add(new Violation(
                        Kind.MISSING,
                        member,
                        "Value null at '" + member + "' failed to satisfy constraint: Member must not be null"));
            }
        }
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonNode reference = shape.path("members").path(member.getKey());
            if (reference.isMissingNode()) {
                found.add(new Violation(
                        Kind.UNKNOWN, join(path, member.getKey()), "Unknown member " + join(path, member.getKey())));
            } else if (!member.getValue().isNull()) {
                check(model.target(reference), member.getValue(), join(path, member.getKey()), found);
            }
        }
    }

    private void list(JsonNode shape, JsonNode value, String path, List<Violation> found) {
        if (expect(value.isArray(), value, path, "be a list", found)) {
            size(shape, value.size(), value, path, "length", found);
            for (int i = 0; i < value.size(); i++) {
                check(model.target(shape.path("member")), value.get(i), path + "." + (i + 1) + ".member", found);
            }
        }
    }

    private void map(JsonNode shape, JsonNode value, String path, List<Violation> found) {
        if (expect(value.isObject(), value, path, "be a map", found)) {
            size(shape, value.size(), value, path, "length", found);
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                check(model.shape(shape.path("key").asText()), Json.node(entry.getKey()), path + ".key", found);
                check(model.shape(shape.path("value").asText()), entry.getValue(), path + "." + entry.getKey(), found);
            }
        }
    }

    private void string(JsonNode shape, JsonNode value, String path, List<Violation> found) {
        if (!expect(value.isTextual(), value, path, "be a text", found)) {
            return;
        }
        String text = value.asText();
        size(shape, text.length(), value, path, "length", found);
        String pattern = shape.path("pattern").asText("");
        if (!pattern.isEmpty()) {
            boolean fits = PATTERNS.computeIfAbsent(pattern, Pattern::compile)
                    .matcher(text)
                    .matches();
            expect(fits, value, path, "satisfy regular expression pattern: " + pattern, found);
        }
        JsonNode allowed = shape.path("enum");
        if (allowed.isArray()) {
            expect(Json.strings(allowed).contains(text), value, path, "satisfy enum value set: " + allowed, found);
        }
    }

    private void number(JsonNode shape, JsonNode value, String path, List<Violation> found) {
        if (expect(value.isIntegralNumber(), value, path, "be a number", found)) {
            size(shape, value.asLong(), value, path, "value", found);
        }
    }

    private void size(JsonNode shape, long size, JsonNode value, String path, String what, List<Violation> found) {
        JsonNode min = shape.path("min");
        JsonNode max = shape.path("max");
        expect(
                !min.isNumber() || size >= min.asLong(),
                value,
                path,
                "have " + what + " greater than or equal to " + min,
                found);
        expect(
                !max.isNumber() || size <= max.asLong(),
                value,
                path,
                "have " + what + " less than or equal to " + max,
                found);
    }

    private static boolean expect(boolean fits, JsonNode value, String path, String must, List<Violation> found) {
        if (!fits) {
            found.add(new Violation(
                    Kind.VALUE,
                    path,
                    "Value '" + value.asText(value.toString()) + "' at '" + path
                            + "' failed to satisfy constraint: Member must " + must));
        }
        return fits;
    }

    /** AWS writes the names of members with a small first letter. */
    private static String join(String path, String member) {
        String name = Character.toLowerCase(member.charAt(0)) + member.substring(1);
        return path.isEmpty() ? name : path + "." + name;
    }
}
