package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A condition on an item of DynamoDB: comparisons with given values, joined by OR, and by AND below it. */
record Condition(String expression, JsonNode request) {
    private static final Pattern ABSENT = Pattern.compile("attribute_not_exists\\((\\w+)\\)");
    private static final Pattern COMPARED = Pattern.compile("(#?\\w+) (=|<|<=) (:\\w+)");

    static Condition of(String expression, JsonNode request) {
        return new Condition(expression, request);
    }

    boolean holds(JsonNode item) {
        for (String some : expression.split(" OR ", -1)) {
            boolean all = true;
            for (String one : some.split(" AND ", -1)) {
                all &= one(one, item);
            }
            if (all) {
                return true;
            }
        }
        return false;
    }

    private boolean one(String part, JsonNode item) {
        Matcher absent = ABSENT.matcher(part);
        if (absent.matches()) {
            return !item.has(absent.group(1));
        }
        Matcher compared = COMPARED.matcher(part);
        if (!compared.matches()) {
            throw new IllegalArgumentException("no condition that the sandbox can read: " + part);
        }
        String name = compared.group(1);
        JsonNode there =
                item.path(request.at("/ExpressionAttributeNames").path(name).asText(name.startsWith("#") ? "" : name));
        JsonNode given = request.path("ExpressionAttributeValues").path(compared.group(3));
        if (given.isMissingNode()) {
            throw new IllegalArgumentException("no value " + compared.group(3));
        }
        // Values of different types are never equal, nor in any order.
        if (there.isMissingNode() || there.has("N") != given.has("N")) {
            return false;
        }
        int order = compare(there, given);
        return switch (compared.group(2)) {
            case "=" -> order == 0;
            case "<" -> order < 0;
            default -> order <= 0;
        };
    }

    private static int compare(JsonNode one, JsonNode other) {
        return one.has("N")
                ? new BigDecimal(one.path("N").asText())
                        .compareTo(new BigDecimal(other.path("N").asText()))
                : one.path("S").asText().compareTo(other.path("S").asText());
    }

    static Comparator<JsonNode> order(String key) {
        return (one, other) -> compare(one.path(key), other.path(key));
    }
}
