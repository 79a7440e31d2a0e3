package launchguard.sandbox.dynamo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.Json;

/**
 * Reads a condition, filter or key condition of DynamoDB's expression language over attributes at the top of an item. What the
 * language has and this does not (nested paths, {@code size}, {@code attribute_type}) is refused loudly.
 */
final class Expression {
    private static final Pattern TOKEN = Pattern.compile("\\s*(<=|>=|<>|[=<>(),]|[#:]?[A-Za-z0-9_]+|\\S)");
    private static final Set<String> COMPARATORS = Set.of("=", "<>", "<", "<=", ">", ">=");

    private final String kind;
    private final Placeholders placeholders;
    private final List<String> tokens = new ArrayList<>();
    private final List<Term> terms = new ArrayList<>();
    private final Set<String> attributes = new HashSet<>();
    private boolean onlyAnd = true;
    private int next;

    /** A comparison of one attribute, by its operator; {@code begins_with} and {@code BETWEEN} among them. */
    record Term(String attribute, String operator, List<JsonNode> values) {}

    private Expression(String text, String kind, Placeholders placeholders) {
        this.kind = kind;
        this.placeholders = placeholders;
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group(1));
        }
        if (tokens.isEmpty()) {
            throw Values.invalid("Invalid " + kind + ": The expression can not be empty;");
        }
    }

    /**
     * A condition that was read.
     *
     * @param holds of an item; of an empty one where there is none
     * @param terms its comparisons
     * @param attributes that it names
     * @param onlyAnd whether its terms are joined by AND alone
     */
    record Condition(Predicate<JsonNode> holds, List<Term> terms, Set<String> attributes, boolean onlyAnd) {}

    static Condition condition(String text, String kind, Placeholders placeholders) {
        Expression read = new Expression(text, kind, placeholders);
        Predicate<JsonNode> holds = read.or();
        read.end();
        return new Condition(holds, List.copyOf(read.terms), Set.copyOf(read.attributes), read.onlyAnd);
    }

    /** The attributes of a projection. */
    static List<String> projection(String text, Placeholders placeholders) {
        Expression read = new Expression(text, "ProjectionExpression", placeholders);
        List<String> names = new ArrayList<>();
        do {
            names.add(read.attribute());
        } while (read.take(","));
        read.end();
        return names;
    }

    private void end() {
        if (next < tokens.size()) {
            throw syntax();
        }
    }

    private RuntimeException syntax() {
        String near = next < tokens.size() ? tokens.get(next) : "<EOF>";
        return Values.invalid("Invalid " + kind + ": Syntax error; token: \"" + near + "\"");
    }

    private String peek() {
        return next < tokens.size() ? tokens.get(next) : "";
    }

    private boolean take(String word) {
        boolean there = peek().equalsIgnoreCase(word);
        next += there ? 1 : 0;
        return there;
    }

    private void expect(String word) {
        if (!take(word)) {
            throw syntax();
        }
    }

    private Predicate<JsonNode> or() {
        Predicate<JsonNode> anyOf = and();
        while (take("OR")) {
            onlyAnd = false;
            anyOf = anyOf.or(and());
        }
        return anyOf;
    }

    private Predicate<JsonNode> and() {
        Predicate<JsonNode> allOf = not();
        while (take("AND")) {
            allOf = allOf.and(not());
        }
        return allOf;
    }

    private Predicate<JsonNode> not() {
        if (take("NOT")) {
            onlyAnd = false;
            return not().negate();
        } else if (take("(")) {
            Predicate<JsonNode> inner = or();
            expect(")");
            return inner;
        }
        return term();
    }

    private Predicate<JsonNode> term() {
        boolean function = next + 1 < tokens.size() && tokens.get(next + 1).equals("(");
        return function ? function(tokens.get(next)) : comparison();
    }

    private Predicate<JsonNode> function(String name) {
        next += 2;
        String attribute = attribute();
        Predicate<JsonNode> holds = switch (name) {
            case "attribute_exists" -> item -> item.has(attribute);
            case "attribute_not_exists" -> item -> !item.has(attribute);
            case "begins_with" -> {
                expect(",");
                JsonNode start = value();
                terms.add(new Term(attribute, name, List.of(start)));
                yield item -> item.path(attribute)
                        .path("S")
                        .asText("\0")
                        .startsWith(start.path("S").asText());
            }
            case "contains" -> {
                expect(",");
                JsonNode part = value();
                yield item -> contains(item.path(attribute), part);
            }
            default -> throw Values.invalid("Invalid " + kind + ": Invalid function name; function: " + name);
        };
        expect(")");
        return holds;
    }

    private static boolean contains(JsonNode there, JsonNode part) {
        return there.has("S")
                ? part.has("S")
                        && there.path("S").asText().contains(part.path("S").asText())
                : Json.strings(there.path("SS")).contains(part.path("S").asText());
    }

    private Predicate<JsonNode> comparison() {
        Operand left = operand();
        if (take("BETWEEN")) {
            JsonNode low = value();
            expect("AND");
            JsonNode high = value();
            terms.add(new Term(left.name(), "BETWEEN", List.of(low, high)));
            return item -> left.of(item)
                    .filter(there -> compared(there, low, ">=") && compared(there, high, "<="))
                    .isPresent();
        } else if (take("IN")) {
            expect("(");
            List<JsonNode> values = new ArrayList<>();
            do {
                values.add(value());
            } while (take(","));
            expect(")");
            onlyAnd = false;
            return item -> left.of(item)
                    .filter(there -> values.stream().anyMatch(each -> Values.equal(there, each)))
                    .isPresent();
        }
        String operator = peek();
        if (!COMPARATORS.contains(operator)) {
            throw syntax();
        }
        next++;
        Operand right = operand();
        right.constant().ifPresent(value -> terms.add(new Term(left.name(), operator, List.of(value))));
        return item -> left.of(item)
                .flatMap(node -> right.of(item).filter(other -> compared(node, other, operator)))
                .isPresent();
    }

    /** Values of different types are never equal, nor in any order. */
    private static boolean compared(JsonNode node, JsonNode other, String operator) {
        if (operator.equals("=") || operator.equals("<>")) {
            return Values.equal(node, other) == operator.equals("=");
        } else if (!Values.type(node).equals(Values.type(other))) {
            return false;
        }
        int order = Values.compare(node, other);
        return switch (operator) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    /** An attribute, or a value that was given. */
    private record Operand(String name, Optional<JsonNode> constant) {
        Optional<JsonNode> of(JsonNode item) {
            Function<JsonNode, Optional<JsonNode>> attribute =
                    there -> there.has(name) ? Optional.of(there.path(name)) : Optional.empty();
            return constant.isPresent() ? constant : attribute.apply(item);
        }
    }

    private Operand operand() {
        return peek().startsWith(":")
                ? new Operand("", Optional.of(value()))
                : new Operand(attribute(), Optional.empty());
    }

    private JsonNode value() {
        String word = peek();
        if (!word.startsWith(":")) {
            throw syntax();
        }
        next++;
        return placeholders.value(word, kind);
    }

    private String attribute() {
        String word = peek();
        if (!word.matches("#\\w+|[A-Za-z_]\\w*")) {
            throw syntax();
        }
        next++;
        String name = placeholders.attribute(word, kind);
        attributes.add(name);
        return name;
    }
}
