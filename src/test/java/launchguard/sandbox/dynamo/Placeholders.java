package launchguard.sandbox.dynamo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** The names and values that the expressions of one request refer to: each must be there, and each must be used. */
final class Placeholders {
    private static final Set<String> RESERVED = reserved();
    private final JsonNode names;
    private final JsonNode values;
    private final Set<String> used = new HashSet<>();

    Placeholders(JsonNode request) {
        this.names = request.path("ExpressionAttributeNames");
        this.values = request.path("ExpressionAttributeValues");
        for (String member : List.of("ExpressionAttributeNames", "ExpressionAttributeValues")) {
            if (request.has(member) && request.path(member).isEmpty()) {
                throw Values.invalid(member + " must not be empty");
            }
        }
        values.forEach(Values::check);
    }

    private static Set<String> reserved() {
        try (InputStream words =
                Objects.requireNonNull(Placeholders.class.getResourceAsStream("/models/dynamodb-reserved-words.txt"))) {
            return Set.of(new String(words.readAllBytes(), StandardCharsets.UTF_8)
                    .strip()
                    .split("\\s+"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The attribute that a word of an expression stands for. */
    String attribute(String word, String kind) {
        if (!word.startsWith("#")) {
            if (RESERVED.contains(word.toUpperCase(Locale.ROOT))) {
                throw Values.invalid(
                        "Invalid " + kind + ": Attribute name is a reserved keyword; reserved keyword: " + word);
            }
            return word;
        }
        used.add(word);
        if (!names.has(word)) {
            throw Values.invalid("Invalid " + kind
                    + ": An expression attribute name used in the document path is not defined; attribute name: "
                    + word);
        }
        return names.path(word).asText();
    }

    JsonNode value(String word, String kind) {
        used.add(word);
        if (!values.has(word)) {
            throw Values.invalid("Invalid " + kind
                    + ": An expression attribute value used in expression is not defined; attribute value: " + word);
        }
        return values.path(word);
    }

    /** When all expressions have been read. */
    void allUsed() {
        unused(names, "ExpressionAttributeNames");
        unused(values, "ExpressionAttributeValues");
    }

    private void unused(JsonNode given, String member) {
        Set<String> unused = new TreeSet<>();
        given.fieldNames().forEachRemaining(unused::add);
        unused.removeAll(used);
        if (!unused.isEmpty()) {
            throw Values.invalid("Value provided in " + member + " unused in expressions: keys: {"
                    + String.join(", ", unused) + "}");
        }
    }
}
