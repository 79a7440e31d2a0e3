package launchguard.sandbox.dynamo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import launchguard.sandbox.Sandbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** The sandbox's own table, behind its wire. */
class SandboxTableTest extends TableContract {
    private final Sandbox aws = Sandbox.start();
    private final DynamoDbClient dynamo =
            aws.configure(DynamoDbClient.builder()).build();

    @AfterEach
    void stop() {
        dynamo.close();
        aws.close();
    }

    @Override
    protected DynamoDbClient dynamo() {
        return dynamo;
    }

    @Override
    protected String table() {
        return aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
    }

    /** In DynamoDB's words: a transaction names the item, a single write has an error of its own, and reads are answered. */
    @Test
    void aTransactionUnderWay_refusesWrites() {
        Map<String, AttributeValue> item = item("b");
        aws.faults().on("dynamodb", "*").times(3).conflict();
        TransactionCanceledException cancelled = assertThrows(
                TransactionCanceledException.class,
                () -> dynamo.transactWriteItems(request -> request.transactItems(Stream.of(item("a"), item)
                        .map(each -> TransactWriteItem.builder()
                                .put(put -> put.tableName(table()).item(each))
                                .build())
                        .toList())));
        assertEquals(
                List.of("TransactionConflict", "None"),
                cancelled.cancellationReasons().stream()
                        .map(CancellationReason::code)
                        .toList());
        assertThrows(
                TransactionConflictException.class,
                () -> dynamo.putItem(request -> request.tableName(table()).item(item)));
        assertFalse(
                dynamo.getItem(request -> request.tableName(table()).key(item)).hasItem());
    }

    private static Map<String, AttributeValue> item(String name) {
        return Map.of("pk", AttributeValue.fromS(name), "sk", AttributeValue.fromS("one"));
    }
}
