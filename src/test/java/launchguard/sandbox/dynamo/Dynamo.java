package launchguard.sandbox.dynamo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Conflicts;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;

/**
 * DynamoDB's items, queries, scans and transactions in memory, with the sizes, conditions and refusals of the service. What it
 * does not know, it refuses, so that a test fails rather than passes by luck.
 */
public final class Dynamo implements Service {
    private static final Set<String> OF_EVERY =
            Set.of("TableName", "ExpressionAttributeNames", "ExpressionAttributeValues");
    private static final int LARGEST_PAGE = 1024 * 1024;
    private static final int MOST_IN_TRANSACTION = 100;
    private static final int LARGEST_TRANSACTION = 4 * 1024 * 1024;
    private static final int LONGEST_TOKEN = 36;
    private static final Duration TOKENS_KEPT = Duration.ofMinutes(10);

    private final InstantSource clock;
    private final Map<String, Table> tables = new HashMap<>();
    private final Map<String, Done> tokens = new HashMap<>();

    /** A transaction that was done under a token. */
    private record Done(JsonNode items, Instant at) {}

    /** One without tables; the clock ends the time of tokens. */
    public Dynamo(InstantSource clock) {
        this.clock = clock;
    }

    /** Makes a table. */
    public synchronized void create(String name, TableSchema schema) {
        tables.put(name, new Table(schema));
    }

    @Override
    public String name() {
        return "dynamodb";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.of(
                "GetItem", this::get,
                "PutItem", this::put,
                "DeleteItem", this::delete,
                "Query", this::query,
                "Scan", this::scan,
                "TransactWriteItems", this::transact);
    }

    private static void known(JsonNode input, String... members) {
        Set<String> known = new HashSet<>(OF_EVERY);
        known.addAll(List.of(members));
        input.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the sandbox's DynamoDB knows no member " + name);
            }
        });
    }

    private Table table(JsonNode input) {
        String name = input.path("TableName").asText();
        if (!name.matches("[a-zA-Z0-9_.-]{3,255}|arn:.*")) {
            throw Values.invalid("1 validation error detected: Value '" + name + "' at 'tableName' failed to satisfy"
                    + " constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        }
        Table table = tables.get(name);
        if (table == null) {
            throw new AwsError("ResourceNotFoundException", "Requested resource not found");
        }
        return table;
    }

    private synchronized ObjectNode get(ObjectNode input) {
        known(input, "Key", "ConsistentRead", "ProjectionExpression");
        Table table = table(input);
        Placeholders placeholders = new Placeholders(input);
        Optional<List<String>> projection = projection(input, placeholders);
        placeholders.allUsed();
        ObjectNode item = table.at(table.checkedKey(input.path("Key")));
        return item.isEmpty() ? Json.object() : Json.object("Item", projected(item, projection));
    }

    private static Optional<List<String>> projection(JsonNode input, Placeholders placeholders) {
        return Optional.ofNullable(Json.text(input, "ProjectionExpression"))
                .map(text -> Expression.projection(text, placeholders));
    }

    private static ObjectNode projected(ObjectNode item, Optional<List<String>> projection) {
        return projection.map(names -> item.deepCopy().retain(names)).orElse(item);
    }

    private synchronized ObjectNode put(ObjectNode input) {
        known(input, "Item", "ConditionExpression");
        return alone(write(input, Kind.PUT));
    }

    private synchronized ObjectNode delete(ObjectNode input) {
        known(input, "Key", "ConditionExpression");
        return alone(write(input, Kind.DELETE));
    }

    private static ObjectNode alone(Write write) {
        if (write.kind() == Kind.PUT && Table.tooLarge(write.item())) {
            throw Values.invalid("Item size has exceeded the maximum allowed size");
        } else if (!write.allowed()) {
            throw new AwsError("ConditionalCheckFailedException", "The conditional request failed");
        }
        write.carryOut();
        return Json.object();
    }

    private enum Kind {
        PUT,
        DELETE,
        UPDATE,
        CHECK
    }

    /** A write that is well-formed, and whether its condition holds now. */
    private record Write(
            Kind kind, String name, Table table, JsonNode item, boolean allowed, Optional<String> invalid) {
        void carryOut() {
            switch (kind) {
                case PUT, UPDATE -> table.put((ObjectNode) item);
                case DELETE -> table.remove(item);
                case CHECK -> {}
            }
        }

        String place() {
            return name + table.placeOf(item);
        }
    }

    private Write write(JsonNode input, Kind kind) {
        Table table = table(input);
        Placeholders placeholders = new Placeholders(input);
        Optional<Expression.Condition> condition = Optional.ofNullable(Json.text(input, "ConditionExpression"))
                .map(text -> Expression.condition(text, "ConditionExpression", placeholders));
        placeholders.allUsed();
        JsonNode item = kind == Kind.PUT ? table.checkedItem(input.path("Item")) : table.checkedKey(input.path("Key"));
        ObjectNode there = table.at(item);
        return new Write(
                kind,
                input.path("TableName").asText(),
                table,
                item,
                condition.map(found -> found.holds().test(there)).orElse(true),
                Optional.empty());
    }

    /** The item as it will be: an update makes one where none is. */
    private Write update(JsonNode input) {
        Table table = table(input);
        Placeholders placeholders = new Placeholders(input);
        String text = Json.text(input, "UpdateExpression");
        if (text == null) {
            throw new IllegalArgumentException("the sandbox's DynamoDB knows no update without an expression");
        }
        UpdateExpression update = UpdateExpression.read(text, placeholders);
        Optional<Expression.Condition> condition = Optional.ofNullable(Json.text(input, "ConditionExpression"))
                .map(words -> Expression.condition(words, "ConditionExpression", placeholders));
        placeholders.allUsed();
        JsonNode key = table.checkedKey(input.path("Key"));
        key.fieldNames().forEachRemaining(update::refuseKey);
        ObjectNode there = table.at(key);
        boolean allowed = condition.map(found -> found.holds().test(there)).orElse(true);
        Optional<String> invalid = update.wrongFor(there);
        return new Write(
                Kind.UPDATE,
                input.path("TableName").asText(),
                table,
                allowed && invalid.isEmpty() ? table.checkedItem(update.applied(there.isEmpty() ? key : there)) : key,
                allowed,
                invalid);
    }

    private synchronized ObjectNode transact(ObjectNode input) {
        known(input, "TransactItems", "ClientRequestToken");
        JsonNode items = input.path("TransactItems");
        if (items.isEmpty() || items.size() > MOST_IN_TRANSACTION) {
            throw Values.invalid("1 validation error detected: Value at 'transactItems' failed to satisfy constraint:"
                    + " Member must have length between 1 and " + MOST_IN_TRANSACTION);
        }
        List<Write> writes = new ArrayList<>();
        Set<String> places = new HashSet<>();
        for (JsonNode item : items) {
            Write write = inTransaction(item);
            writes.add(write);
            if (!places.add(write.place())) {
                throw Values.invalid("Transaction request cannot include multiple operations on one item");
            }
        }
        if (writes.stream().mapToInt(write -> Values.size(write.item())).sum() > LARGEST_TRANSACTION) {
            throw Values.invalid("Collection size of items in a transaction has exceeded 4 MB");
        }
        if (doneBefore(input)) {
            return Json.object();
        }
        List<ObjectNode> reasons = writes.stream().map(Dynamo::reason).toList();
        if (reasons.stream().anyMatch(reason -> !reason.path("Code").asText().equals("None"))) {
            throw Conflicts.cancelled(reasons);
        }
        writes.forEach(Write::carryOut);
        String token = Json.text(input, "ClientRequestToken");
        if (token != null) {
            tokens.put(token, new Done(items.deepCopy(), clock.instant()));
        }
        return Json.object();
    }

    private Write inTransaction(JsonNode item) {
        if (item.size() != 1) {
            throw Values.invalid("TransactItems can only contain one of Check, Put, Update or Delete");
        }
        Map.Entry<String, JsonNode> only = item.properties().iterator().next();
        return switch (only.getKey()) {
            case "Put" -> {
                known(only.getValue(), "Item", "ConditionExpression");
                yield write(only.getValue(), Kind.PUT);
            }
            case "Update" -> {
                known(only.getValue(), "Key", "UpdateExpression", "ConditionExpression");
                yield update(only.getValue());
            }
            case "Delete" -> {
                known(only.getValue(), "Key", "ConditionExpression");
                yield write(only.getValue(), Kind.DELETE);
            }
            case "ConditionCheck" -> {
                known(only.getValue(), "Key", "ConditionExpression");
                yield write(only.getValue(), Kind.CHECK);
            }
            default -> throw new IllegalArgumentException("the sandbox's DynamoDB knows no " + only.getKey());
        };
    }

    /** Under the same token the same transaction is done once, for ten minutes; another one is refused. */
    private boolean doneBefore(JsonNode input) {
        String token = Json.text(input, "ClientRequestToken");
        if (token == null) {
            return false;
        } else if (token.isEmpty() || token.length() > LONGEST_TOKEN) {
            throw Values.invalid(
                    "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint:"
                            + " Member must have length less than or equal to " + LONGEST_TOKEN);
        }
        tokens.values().removeIf(done -> done.at().plus(TOKENS_KEPT).isBefore(clock.instant()));
        Done done = tokens.get(token);
        if (done != null && !done.items().equals(input.path("TransactItems"))) {
            throw new AwsError(
                    "IdempotentParameterMismatchException",
                    "The request used the same client token as a previous request but with different parameters");
        }
        return done != null;
    }

    private static ObjectNode reason(Write write) {
        if (Set.of(Kind.PUT, Kind.UPDATE).contains(write.kind()) && Table.tooLarge(write.item())) {
            return Json.object("Code", "ValidationError", "Message", "Item size has exceeded the maximum allowed size");
        }
        if (write.allowed() && write.invalid().isPresent()) {
            return Json.object(
                    "Code", "ValidationError", "Message", write.invalid().get());
        }
        return write.allowed()
                ? Json.object("Code", "None")
                : Json.object("Code", "ConditionalCheckFailed", "Message", "The conditional request failed");
    }

    private synchronized ObjectNode query(ObjectNode input) {
        known(
                input,
                "IndexName",
                "ConsistentRead",
                "KeyConditionExpression",
                "FilterExpression",
                "ProjectionExpression",
                "ScanIndexForward",
                "Limit",
                "ExclusiveStartKey");
        Table table = table(input);
        Optional<String> index = Optional.ofNullable(Json.text(input, "IndexName"));
        TableSchema.Key key = table.key(index);
        if (index.isPresent() && input.path("ConsistentRead").asBoolean(false)) {
            throw Values.invalid("Consistent reads are not supported on global secondary indexes");
        }
        Placeholders placeholders = new Placeholders(input);
        if (!input.has("KeyConditionExpression")) {
            throw Values.invalid(
                    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
        }
        Expression.Condition wanted = Expression.condition(
                input.path("KeyConditionExpression").asText(), "KeyConditionExpression", placeholders);
        JsonNode hash = KeyCondition.hash(wanted, key);
        List<ObjectNode> found = new ArrayList<>(
                table.partition(index, hash).stream().filter(wanted.holds()).toList());
        if (!input.path("ScanIndexForward").asBoolean(true)) {
            Collections.reverse(found);
        }
        return page(input, table, index, found, placeholders);
    }

    private synchronized ObjectNode scan(ObjectNode input) {
        known(input, "ConsistentRead", "FilterExpression", "ProjectionExpression", "Limit", "ExclusiveStartKey");
        Table table = table(input);
        return page(input, table, Optional.empty(), table.all(), new Placeholders(input));
    }

    /** What was looked at up to the limit or a megabyte, and of that what the filter lets through. */
    private static ObjectNode page(
            JsonNode input, Table table, Optional<String> index, List<ObjectNode> all, Placeholders placeholders) {
        Optional<Expression.Condition> filter = Optional.ofNullable(Json.text(input, "FilterExpression"))
                .map(text -> Expression.condition(text, "FilterExpression", placeholders));
        Optional<List<String>> projection = projection(input, placeholders);
        placeholders.allUsed();
        checkFilter(input, table, index, filter, projection);
        int limit = input.path("Limit").asInt(Integer.MAX_VALUE);
        if (limit < 1) {
            throw Values.invalid("1 validation error detected: Value '" + limit + "' at 'limit' failed to satisfy"
                    + " constraint: Member must have value greater than or equal to 1");
        }
        int from = start(input, table, index, all);
        int to = from;
        int bytes = 0;
        while (to < all.size() && to - from < limit && bytes < LARGEST_PAGE) {
            bytes += Values.size(all.get(to++));
        }
        List<ObjectNode> looked = all.subList(from, to);
        List<ObjectNode> items = looked.stream()
                .filter(item ->
                        filter.map(condition -> condition.holds().test(item)).orElse(true))
                .map(item -> projected(item, projection))
                .toList();
        boolean more = to < all.size() || looked.size() == limit;
        return Json.object(
                "Items",
                items,
                "Count",
                items.size(),
                "ScannedCount",
                looked.size(),
                "LastEvaluatedKey",
                more && !looked.isEmpty() ? table.pageKey(looked.getLast(), index) : null);
    }

    private static void checkFilter(
            JsonNode input,
            Table table,
            Optional<String> index,
            Optional<Expression.Condition> filter,
            Optional<List<String>> projection) {
        TableSchema.Key key = table.key(index);
        Set<String> keys = Set.of(key.hash(), key.range());
        boolean query = input.has("KeyConditionExpression");
        filter.ifPresent(condition -> condition.attributes().stream()
                .filter(name -> query && keys.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw Values.invalid("Filter Expression can only contain non-primary key attributes: Primary key"
                            + " attribute: " + name);
                }));
        projection.ifPresent(names -> names.stream()
                .filter(name -> index.isPresent() && !table.attributes(key).contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw Values.invalid("One or more parameter values were invalid: Global secondary index "
                            + index.orElse("") + " does not project [" + name + "]");
                }));
    }

    private static int start(JsonNode input, Table table, Optional<String> index, List<ObjectNode> all) {
        if (!input.has("ExclusiveStartKey")) {
            return 0;
        }
        JsonNode after = input.path("ExclusiveStartKey");
        for (int i = 0; i < all.size(); i++) {
            if (table.pageKey(all.get(i), index).equals(after)) {
                return i + 1;
            }
        }
        throw Values.invalid("The provided starting key is invalid");
    }
}
