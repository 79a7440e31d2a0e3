package launchguard.sandbox.dynamo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What DynamoDB does and refuses on the stack's table, as far as the store relies on it or was once wrong about it. Each
 * DynamoDB that tests use has to keep it; where one is known to differ, its subclass says so.
 */
public abstract class TableContract {
    private static final int LARGEST = 400 * 1024;

    /** A client of the DynamoDB in question. */
    protected abstract DynamoDbClient dynamo();

    /** The stack's table there, empty. */
    protected abstract String table();

    private static AttributeValue text(String value) {
        return AttributeValue.fromS(value);
    }

    private static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }

    private static Map<String, AttributeValue> item(String pk, String sk) {
        return new HashMap<>(Map.of("pk", text(pk), "sk", text(sk)));
    }

    private static Map<String, AttributeValue> item(String pk, String sk, String name, AttributeValue value) {
        Map<String, AttributeValue> item = item(pk, sk);
        item.put(name, value);
        return item;
    }

    private static Map<String, AttributeValue> due(String pk, long due) {
        Map<String, AttributeValue> item = item(pk, "1", "open", text("open"));
        item.put("due", number(due));
        return item;
    }

    private void put(Map<String, AttributeValue> item) {
        dynamo().putItem(put -> put.tableName(table()).item(item));
    }

    private Map<String, AttributeValue> get(String pk, String sk) {
        return dynamo().getItem(get -> get.tableName(table()).key(item(pk, sk)).consistentRead(true))
                .item();
    }

    /** Why each item of the transaction was refused, or that it was not. */
    private static List<String> reasons(TransactionCanceledException cancelled) {
        return cancelled.cancellationReasons().stream()
                .map(CancellationReason::code)
                .toList();
    }

    private static String refusal(Runnable call) {
        DynamoDbException error = assertThrows(DynamoDbException.class, call::run);
        return Optional.ofNullable(error.awsErrorDetails()).orElseThrow().errorCode();
    }

    private void refusesPut(Consumer<PutItemRequest.Builder> request) {
        assertEquals(
                "ValidationException",
                refusal(() -> dynamo().putItem(put -> {
                    put.tableName(table()).item(item("a", "1"));
                    request.accept(put);
                })));
    }

    private void refusesQuery(Consumer<QueryRequest.Builder> request) {
        assertEquals(
                "ValidationException",
                refusal(() -> dynamo().query(query -> {
                    query.tableName(table());
                    request.accept(query);
                })));
    }

    private TransactWriteItem write(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table()).item(item))
                .build();
    }

    private TransactWriteItem first(Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table()).item(item).conditionExpression("attribute_not_exists(pk)"))
                .build();
    }

    private void transact(TransactWriteItem... items) {
        dynamo().transactWriteItems(write -> write.transactItems(items));
    }

    @Test
    void item_isAsLargeAsFourHundredKilobytesAndNoLarger() {
        int names = "pk".length() + "sk".length() + "a".length() + "1".length() + "document".length();
        put(item("a", "1", "document", text("x".repeat(LARGEST - names))));
        assertEquals(
                "ValidationException",
                refusal(() -> put(item("a", "1", "document", text("x".repeat(LARGEST - names + 1))))));
    }

    @Test
    void size_isCountedInBytesOfUtf8() {
        assertEquals("ValidationException", refusal(() -> put(item("a", "1", "document", text("日".repeat(140_000))))));
        put(item("a", "1", "document", text("日".repeat(130_000))));
        assertEquals("ValidationException", refusal(() -> put(item("a", "1", "document", text("😀".repeat(103_000))))));
    }

    @Test
    void transaction_withAnItemThatIsTooLarge_isCancelledForThatReason() {
        TransactionCanceledException cancelled = assertThrows(
                TransactionCanceledException.class,
                () -> transact(write(item("a", "1")), write(item("b", "1", "document", text("日".repeat(140_000))))));
        assertEquals(List.of("None", "ValidationError"), reasons(cancelled));
        assertEquals(Map.of(), get("a", "1"));
    }

    @Test
    void condition_isCheckedOnWhatIsThere() {
        Consumer<PutItemRequest.Builder> first =
                put -> put.tableName(table()).item(item("a", "1")).conditionExpression("attribute_not_exists(pk)");
        dynamo().putItem(first);
        assertThrows(ConditionalCheckFailedException.class, () -> dynamo().putItem(first));
    }

    @Test
    void wordsOfExpressions_areReadInAnyCase() {
        put(item("a", "1", "version", number(3)));
        dynamo().putItem(put -> put.tableName(table())
                .item(item("a", "1", "version", number(4)))
                .conditionExpression("attribute_exists(pk) aNd (version = :old or not version < :old)")
                .expressionAttributeValues(Map.of(":old", number(3))));
        assertEquals(number(4), get("a", "1").get("version"));
        put(item("a", "2"));
        assertEquals(
                1,
                dynamo().query(query -> query.tableName(table())
                                .keyConditionExpression("pk = :pk and sk between :low AND :high")
                                .expressionAttributeValues(
                                        Map.of(":pk", text("a"), ":low", text("15"), ":high", text("2"))))
                        .count());
    }

    @Test
    void valuesOfDifferentTypes_areNeverInOrder() {
        put(item("a", "1", "version", text("3")));
        assertThrows(
                ConditionalCheckFailedException.class,
                () -> dynamo().putItem(put -> put.tableName(table())
                        .item(item("a", "1"))
                        .conditionExpression("version < :then")
                        .expressionAttributeValues(Map.of(":then", number(9)))));
    }

    @Test
    void transaction_isDoneWholeOrNotAtAll() {
        put(item("a", "1"));
        TransactionCanceledException cancelled = assertThrows(
                TransactionCanceledException.class, () -> transact(first(item("b", "1")), first(item("a", "1"))));
        assertEquals(List.of("None", "ConditionalCheckFailed"), reasons(cancelled));
        assertEquals(Map.of(), get("b", "1"));
        transact(first(item("b", "1")), first(item("c", "1")));
        assertFalse(get("c", "1").isEmpty());
    }

    private TransactWriteItem add(String pk, String expression, Map<String, AttributeValue> values) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table())
                        .key(item(pk, "1"))
                        .updateExpression(expression)
                        .expressionAttributeValues(values))
                .build();
    }

    @Test
    void update_addsToWhatIsThere_orToNothing() {
        put(item("a", "1", "seen", number(7)));
        transact(add("a", "ADD seen :one, added :one", Map.of(":one", number(1))), first(item("b", "2")));
        transact(add("b", "add seen :two", Map.of(":two", number(2))));
        assertEquals(
                item("a", "1", "seen", number(8)).get("seen"), get("a", "1").get("seen"));
        assertEquals(number(1), get("a", "1").get("added"));
        assertEquals(item("b", "1", "seen", number(2)), get("b", "1"));
    }

    @Test
    void update_isDoneOnItsConditionOnly() {
        put(item("a", "1", "version", number(3)));
        TransactWriteItem onVersion = TransactWriteItem.builder()
                .update(update -> update.tableName(table())
                        .key(item("a", "1"))
                        .updateExpression("ADD #count :one")
                        .conditionExpression("version = :version AND attribute_not_exists(#count)")
                        .expressionAttributeNames(Map.of("#count", "count/replace"))
                        .expressionAttributeValues(Map.of(":one", number(1), ":version", number(3))))
                .build();
        transact(onVersion);
        TransactionCanceledException cancelled =
                assertThrows(TransactionCanceledException.class, () -> transact(first(item("b", "1")), onVersion));
        assertEquals(List.of("None", "ConditionalCheckFailed"), reasons(cancelled));
        assertEquals(Map.of(), get("b", "1"));
        assertEquals(number(1), get("a", "1").get("count/replace"));
    }

    @Test
    void update_thatCannotBeRead_isRefused() {
        Map<String, AttributeValue> one = Map.of(":one", number(1));
        for (String wrong : List.of("ADD", "ADD seen", "ADD seen one", "ADD seen :one added :one", "PUT seen :one")) {
            assertEquals("ValidationException", refusal(() -> transact(add("a", wrong, one))), wrong);
        }
        assertEquals("ValidationException", refusal(() -> transact(add("a", "ADD seen :two", one))));
        assertEquals("ValidationException", refusal(() -> transact(add("a", "ADD seen :one, seen :one", one))));
        assertEquals("ValidationException", refusal(() -> transact(add("a", "ADD sk :one", one))));
        assertEquals(
                "ValidationException", refusal(() -> transact(add("a", "ADD seen :one", Map.of(":one", text("1"))))));
        assertEquals(
                "ValidationException",
                refusal(() -> transact(add("a", "ADD seen :one", Map.of(":one", number(1), ":two", number(2))))));
        assertEquals(Map.of(), get("a", "1"));
    }

    @Test
    void update_ofWhatIsNoNumber_isCancelledForThatReason() {
        put(item("a", "1", "seen", text("often")));
        TransactionCanceledException cancelled = assertThrows(
                TransactionCanceledException.class,
                () -> transact(first(item("b", "1")), add("a", "ADD seen :one", Map.of(":one", number(1)))));
        assertEquals(List.of("None", "ValidationError"), reasons(cancelled));
        assertEquals(Map.of(), get("b", "1"));
    }

    @Test
    void transaction_withOneItemTwice_isRefused() {
        assertEquals(
                "ValidationException",
                refusal(() -> transact(write(item("a", "1")), write(item("a", "1", "x", number(1))))));
    }

    @Test
    void requestToken_givesTheSameAnswerOnce_andOnlyForTheSameRequest() {
        Consumer<String> under = token -> dynamo().transactWriteItems(write ->
                write.clientRequestToken(token).transactItems(first(item("a", "1")), first(item("b", "1"))));
        under.accept("token-1");
        under.accept("token-1");
        assertThrows(TransactionCanceledException.class, () -> under.accept("token-2"));
        assertThrows(
                IdempotentParameterMismatchException.class,
                () -> dynamo().transactWriteItems(write -> write.clientRequestToken("token-1")
                        .transactItems(first(item("c", "1")), first(item("d", "1")))));
    }

    @Test
    void scan_filtersAfterItHasCounted_andPagesWithoutLoss() {
        for (int i = 0; i < 25; i++) {
            put(item("p" + i, "1", "document", text(i % 2 == 0 ? "even" : "odd")));
        }
        Set<String> found = new HashSet<>();
        Map<String, AttributeValue> after = Map.of();
        int pages = 0;
        do {
            Map<String, AttributeValue> from = after;
            ScanResponse page = dynamo().scan((ScanRequest.Builder scan) -> scan.tableName(table())
                    .filterExpression("#document = :even AND attribute_exists(pk)")
                    .projectionExpression("pk")
                    .expressionAttributeNames(Map.of("#document", "document"))
                    .expressionAttributeValues(Map.of(":even", text("even")))
                    .limit(10)
                    .exclusiveStartKey(from.isEmpty() ? null : from));
            assertTrue(page.scannedCount() <= 10 && page.count() <= page.scannedCount(), page::toString);
            page.items().forEach(item -> {
                assertEquals(Set.of("pk"), item.keySet());
                found.add(item.getOrDefault("pk", text("")).s());
            });
            after = page.lastEvaluatedKey();
            pages++;
        } while (!after.isEmpty());
        assertEquals(13, found.size());
        assertTrue(pages >= 3, "pages: " + pages);
    }

    /** Whether the item that goes beyond it is the last of its page or the first of the next is not documented. */
    @Test
    void page_endsAtAMegabyte() {
        for (int i = 0; i < 4; i++) {
            put(item("a", String.valueOf(i), "document", text("x".repeat(380_000))));
        }
        QueryResponse page = page(Map.of());
        assertTrue(page.count() == 2 || page.count() == 3, page.count()::toString);
        assertEquals(4, page.count() + page(page.lastEvaluatedKey()).count());
    }

    private QueryResponse page(Map<String, AttributeValue> after) {
        return dynamo().query(query -> query.tableName(table())
                .keyConditionExpression("pk = :pk")
                .expressionAttributeValues(Map.of(":pk", text("a")))
                .exclusiveStartKey(after.isEmpty() ? null : after));
    }

    @Test
    void query_isInOrder_fromBothEnds() {
        for (String sk : List.of("b", "é", "a", "Z", "😀", "日")) {
            put(item("a", sk));
        }
        List<String> forward = new ArrayList<>(List.of("Z", "a", "b", "é", "日", "😀"));
        assertEquals(forward, sorted(true));
        assertEquals(forward.reversed(), sorted(false));
    }

    private List<String> sorted(boolean forward) {
        return dynamo()
                .query(query -> query.tableName(table())
                        .keyConditionExpression("pk = :pk")
                        .expressionAttributeValues(Map.of(":pk", text("a")))
                        .scanIndexForward(forward))
                .items()
                .stream()
                .map(item -> item.getOrDefault("sk", text("")).s())
                .toList();
    }

    @Test
    void index_holdsKeysOnly_inTheOrderOfItsNumbers() {
        IntStream.of(100, 9, 20).forEach(due -> {
            Map<String, AttributeValue> item = due("c" + due, due);
            item.put("document", text("x"));
            put(item);
        });
        put(item("no-due", "1", "open", text("open")));
        QueryResponse found = dynamo().query(query -> query.tableName(table())
                .indexName("open")
                .keyConditionExpression("#open = :open AND due < :then")
                .expressionAttributeNames(Map.of("#open", "open"))
                .expressionAttributeValues(Map.of(":open", text("open"), ":then", number(100))));
        assertEquals(
                List.of("c9", "c20"),
                found.items().stream()
                        .map(item -> item.getOrDefault("pk", text("")).s())
                        .toList());
        assertEquals(Set.of("pk", "sk", "open", "due"), found.items().getFirst().keySet());
    }

    @Test
    void itemThatLeavesTheIndex_isNoLongerFoundThere() {
        put(due("a", 10));
        put(item("a", "1"));
        assertEquals(0, dynamo().query(this::allOpen).count());
    }

    private void allOpen(QueryRequest.Builder query) {
        query.tableName(table())
                .indexName("open")
                .keyConditionExpression("#open = :open")
                .expressionAttributeNames(Map.of("#open", "open"))
                .expressionAttributeValues(Map.of(":open", text("open")));
    }

    @Test
    void consistentReadOfAnIndex_isRefused() {
        refusesQuery(query -> {
            allOpen(query);
            query.consistentRead(true);
        });
    }

    @Test
    void reservedWord_isRefusedUnlessItHasAName() {
        refusesQuery(query -> query.indexName("open")
                .keyConditionExpression("open = :open")
                .expressionAttributeValues(Map.of(":open", text("open"))));
        refusesPut(put -> put.conditionExpression("attribute_not_exists(document) AND Status = :s")
                .expressionAttributeValues(Map.of(":s", text("x"))));
    }

    @Test
    void unusedValueOrName_isRefused() {
        refusesPut(put -> put.conditionExpression("attribute_not_exists(pk)")
                .expressionAttributeValues(Map.of(":unused", number(1))));
        refusesPut(put ->
                put.conditionExpression("attribute_not_exists(pk)").expressionAttributeNames(Map.of("#unused", "x")));
        refusesPut(put -> put.expressionAttributeValues(Map.of(":unused", number(1))));
    }

    @Test
    void valueThatIsNotGiven_isRefused() {
        refusesPut(put -> put.conditionExpression("version = :missing"));
        refusesPut(put -> put.conditionExpression("#missing = :v").expressionAttributeValues(Map.of(":v", number(1))));
    }

    @Test
    void expressionThatCannotBeRead_isRefused() {
        refusesPut(put -> put.conditionExpression("attribute_not_exists(pk) AND"));
        refusesPut(put -> put.conditionExpression("no_function(pk)"));
    }

    @Test
    void key_isWholeOfItsTypeAndNotEmpty() {
        refusesPut(put -> put.item(Map.of("pk", text("a"))));
        refusesPut(put -> put.item(Map.of("pk", text("a"), "sk", number(1))));
        refusesPut(put -> put.item(item("", "1")));
        refusesPut(put -> put.item(item("a", "")));
        assertEquals("ValidationException", refusal(() -> get("", "1")));
        assertEquals(
                "ValidationException",
                refusal(() -> dynamo().getItem(get -> get.tableName(table()).key(Map.of("pk", text("a"))))));
        assertEquals(
                "ValidationException",
                refusal(() -> dynamo().getItem(get -> get.tableName(table()).key(item("a", "1", "x", number(1))))));
    }

    @Test
    void indexKeyOfAnotherType_isRefused() {
        refusesPut(put -> put.item(item("a", "1", "due", text("soon"))));
        refusesPut(put -> put.item(item("a", "1", "open", text(""))));
    }

    @Test
    void numberThatIsNone_isRefused() {
        refusesPut(put -> put.item(item("a", "1", "version", AttributeValue.fromN("x"))));
    }

    @Test
    void query_needsItsKey() {
        refusesQuery(
                query -> query.keyConditionExpression("sk = :sk").expressionAttributeValues(Map.of(":sk", text("1"))));
        refusesQuery(query -> query.keyConditionExpression("pk = :a OR pk = :b")
                .expressionAttributeValues(Map.of(":a", text("1"), ":b", text("2"))));
        refusesQuery(query -> query.keyConditionExpression("pk = :a AND version = :b")
                .expressionAttributeValues(Map.of(":a", text("1"), ":b", number(2))));
        refusesQuery(query -> query.indexName("none")
                .keyConditionExpression("pk = :a")
                .expressionAttributeValues(Map.of(":a", text("1"))));
    }

    @Test
    void filterOnAKey_isRefusedInAQuery() {
        refusesQuery(query -> query.keyConditionExpression("pk = :a")
                .filterExpression("sk = :a")
                .expressionAttributeValues(Map.of(":a", text("1"))));
    }

    @Test
    void tableThatIsNotThere_isNotFound() {
        assertThrows(
                ResourceNotFoundException.class,
                () -> dynamo().putItem(put -> put.tableName("no-such-table").item(item("a", "1"))));
        assertThrows(
                ResourceNotFoundException.class,
                () -> dynamo().getItem(get -> get.tableName("no-such-table").key(item("a", "1"))));
        assertThrows(
                ResourceNotFoundException.class,
                () -> dynamo().scan((ScanRequest.Builder scan) -> scan.tableName("no-such-table")));
    }
}
