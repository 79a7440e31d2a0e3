package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of DynamoDB as the stack's table is asked for, behind the same wire: for thousand-fold runs, in which DynamoDB
 * Local would take most of the time. The store's tests hold both to the same promises; what it does not know, it refuses.
 */
final class MemoryDynamo implements Dynamo {
    private static final String TYPE = "application/x-amz-json-1.0";
    private static final Set<String> KNOWN = Set.of(
            "TableName",
            "Item",
            "Key",
            "ConsistentRead",
            "ConditionExpression",
            "KeyConditionExpression",
            "ExpressionAttributeNames",
            "ExpressionAttributeValues",
            "ScanIndexForward",
            "Limit",
            "IndexName");
    private static final Pattern WITH_KEY = Pattern.compile("pk = (:\\w+)");
    private final TreeMap<String, ObjectNode> items = new TreeMap<>();

    @Override
    public synchronized Answer answer(Request request, Headers headers, byte[] body) {
        ObjectNode input = request.input();
        return switch (request.operation()) {
            case "GetItem" -> json(200, get(checked(input)));
            case "PutItem" -> put(checked(input));
            case "Query" -> json(200, query(checked(input)));
            case "TransactWriteItems" -> transact(input);
            default -> throw new IllegalArgumentException("no operation " + request.operation());
        };
    }

    private static JsonNode checked(JsonNode input) {
        input.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("no member " + name);
            }
        });
        return input;
    }

    private ObjectNode get(JsonNode input) {
        ObjectNode item = items.get(key(input.path("Key")));
        return item == null ? Json.object() : Json.object("Item", item);
    }

    private Answer put(JsonNode input) {
        if (!allowed(input)) {
            return Answer.json(
                    TYPE,
                    new AwsError("ConditionalCheckFailedException", "The conditional request failed"),
                    UUID.randomUUID().toString());
        }
        store(input);
        return json(200, Json.object());
    }

    private Answer transact(JsonNode input) {
        List<JsonNode> puts = new ArrayList<>();
        input.path("TransactItems").forEach(one -> puts.add(checked(one.path("Put"))));
        List<Boolean> allowed = puts.stream().map(this::allowed).toList();
        if (!allowed.contains(false)) {
            puts.forEach(this::store);
            return json(200, Json.object());
        }
        List<ObjectNode> reasons = allowed.stream()
                .map(one -> Json.object("Code", one ? "None" : "ConditionalCheckFailed"))
                .toList();
        return json(
                400,
                Json.object(
                        "__type",
                        "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                        "Message",
                        "Transaction cancelled, please refer cancellation reasons for specific reasons " + reasons,
                        "CancellationReasons",
                        reasons));
    }

    private void store(JsonNode put) {
        items.put(key(put.path("Item")), (ObjectNode) put.path("Item"));
    }

    private boolean allowed(JsonNode put) {
        JsonNode there = items.get(key(put.path("Item")));
        String condition = put.path("ConditionExpression").asText("");
        return condition.isEmpty() || Condition.of(condition, put).holds(there == null ? Json.object() : there);
    }

    private ObjectNode query(JsonNode input) {
        Condition wanted = Condition.of(input.path("KeyConditionExpression").asText(), input);
        List<ObjectNode> found = new ArrayList<>(candidates(input).stream()
                .filter(wanted::holds)
                .sorted(Condition.order(input.has("IndexName") ? "due" : "sk"))
                .toList());
        if (!input.path("ScanIndexForward").asBoolean(true)) {
            java.util.Collections.reverse(found);
        }
        List<ObjectNode> some = found.stream()
                .limit(input.path("Limit").asInt(Integer.MAX_VALUE))
                .map(item -> input.has("IndexName") ? item.deepCopy().retain("pk", "sk", "open", "due") : item)
                .toList();
        return Json.object("Items", some, "Count", some.size(), "ScannedCount", some.size());
    }

    /** Of a query for one key of the table itself only the items that have it are looked at. */
    private Collection<ObjectNode> candidates(JsonNode input) {
        Matcher key = WITH_KEY.matcher(input.path("KeyConditionExpression").asText());
        if (input.has("IndexName") || !key.lookingAt()) {
            return items.values();
        }
        String value = input.path("ExpressionAttributeValues")
                .path(key.group(1))
                .path("S")
                .asText();
        return items.subMap(value + "\0", value + "\1").values();
    }

    private static String key(JsonNode item) {
        return item.at("/pk/S").asText() + "\0" + item.at("/sk/S").asText();
    }

    private static Answer json(int status, ObjectNode output) {
        return new Answer(
                status,
                Map.of(
                        "Content-Type",
                        TYPE,
                        "x-amzn-RequestId",
                        UUID.randomUUID().toString()),
                Json.bytes(output));
    }
}
