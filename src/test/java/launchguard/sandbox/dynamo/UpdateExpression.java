package launchguard.sandbox.dynamo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.Json;

/**
 * Reads an update expression that adds numbers to attributes at the top of an item. What the language has and this does not
 * ({@code SET}, {@code REMOVE}, {@code DELETE}, sets) is refused loudly.
 */
final class UpdateExpression {
    private static final String KIND = "UpdateExpression";
    private static final Pattern TOKEN = Pattern.compile("\\s*(,|[#:]?[A-Za-z0-9_]+|\\S)");

    private final Map<String, BigDecimal> added = new LinkedHashMap<>();

    private UpdateExpression() {}

    static UpdateExpression read(String text, Placeholders placeholders) {
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group(1));
        }
        if (tokens.isEmpty()) {
            throw Values.invalid("Invalid " + KIND + ": The expression can not be empty;");
        }
        String section = tokens.removeFirst();
        if (List.of("SET", "REMOVE", "DELETE").stream().anyMatch(section::equalsIgnoreCase)) {
            throw new IllegalArgumentException("the sandbox's DynamoDB knows no " + section + " in an update");
        } else if (!section.equalsIgnoreCase("ADD")) {
            throw syntax(section);
        }
        UpdateExpression update = new UpdateExpression();
        boolean more;
        do {
            String word = next(tokens);
            if (!word.matches("#\\w+|[A-Za-z_]\\w*")) {
                throw syntax(word);
            }
            String attribute = placeholders.attribute(word, KIND);
            String value = next(tokens);
            if (!value.startsWith(":")) {
                throw syntax(value);
            }
            update.add(attribute, placeholders.value(value, KIND));
            more = !tokens.isEmpty() && tokens.getFirst().equals(",");
            if (more) {
                tokens.removeFirst();
            }
        } while (more);
        if (!tokens.isEmpty()) {
            throw syntax(tokens.getFirst());
        }
        return update;
    }

    private static String next(List<String> tokens) {
        if (tokens.isEmpty()) {
            throw syntax("<EOF>");
        }
        return tokens.removeFirst();
    }

    private static RuntimeException syntax(String near) {
        return Values.invalid("Invalid " + KIND + ": Syntax error; token: \"" + near + "\"");
    }

    private void add(String attribute, JsonNode value) {
        String type = Values.type(value);
        if (List.of("SS", "NS", "BS").contains(type)) {
            throw new IllegalArgumentException("the sandbox's DynamoDB adds numbers, no sets");
        } else if (!type.equals("N")) {
            throw Values.invalid("Invalid " + KIND
                    + ": Incorrect operand type for operator or function; operator: ADD, operand type: " + type);
        } else if (added.put(attribute, new BigDecimal(value.path("N").asText())) != null) {
            throw Values.invalid("Invalid " + KIND + ": Two document paths overlap with each other; must remove or"
                    + " rewrite one of these paths; path one: [" + attribute + "], path two: [" + attribute + "]");
        }
    }

    /** The key of an item never changes. */
    void refuseKey(String attribute) {
        if (added.containsKey(attribute)) {
            throw Values.invalid("One or more parameter values were invalid: Cannot update attribute " + attribute
                    + ". This attribute is part of the key");
        }
    }

    /** Why it can't be applied to this item; empty where it can. */
    Optional<String> wrongFor(JsonNode item) {
        return added.keySet().stream()
                .filter(attribute ->
                        item.has(attribute) && !item.path(attribute).has("N"))
                .findFirst()
                .map(attribute -> "An operand in the update expression has an incorrect data type");
    }

    /** The item with what is added: an attribute that is not there counts as zero. */
    ObjectNode applied(JsonNode item) {
        ObjectNode next = item.deepCopy();
        added.forEach((attribute, number) -> {
            BigDecimal sum = new BigDecimal(item.path(attribute).path("N").asText("0")).add(number);
            next.set(attribute, Json.object("N", sum.toPlainString()));
        });
        return next;
    }
}
