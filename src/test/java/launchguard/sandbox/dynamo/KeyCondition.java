package launchguard.sandbox.dynamo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** The key condition of a query: its hash is equal to one value, and its range is compared once at most. */
final class KeyCondition {
    private static final Set<String> ON_RANGE = Set.of("=", "<", "<=", ">", ">=", "BETWEEN", "begins_with");

    private KeyCondition() {}

    /** The hash that is asked for. */
    static JsonNode hash(Expression.Condition wanted, TableSchema.Key key) {
        if (!wanted.onlyAnd()) {
            throw Values.invalid("Invalid operator used in KeyConditionExpression: OR");
        }
        List<Expression.Term> onHash = on(wanted, key.hash());
        List<Expression.Term> onRange = on(wanted, key.range());
        if (onHash.size() != 1 || !onHash.getFirst().operator().equals("=")) {
            throw Values.invalid(
                    onHash.isEmpty()
                            ? "Query condition missed key schema element: " + key.hash()
                            : "Query key condition not supported");
        }
        boolean others =
                wanted.attributes().stream().anyMatch(name -> !name.equals(key.hash()) && !name.equals(key.range()));
        if (others || onHash.size() + onRange.size() != wanted.terms().size()) {
            throw Values.invalid("Query condition missed key schema element: " + key.range());
        } else if (onRange.size() > 1 || onRange.stream().anyMatch(term -> !ON_RANGE.contains(term.operator()))) {
            throw Values.invalid("Query key condition not supported");
        }
        return onHash.getFirst().values().getFirst();
    }

    private static List<Expression.Term> on(Expression.Condition wanted, String attribute) {
        return wanted.terms().stream()
                .filter(term -> term.attribute().equals(attribute))
                .toList();
    }
}
