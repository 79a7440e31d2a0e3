package launchguard.aws;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import launchguard.cases.ConflictException;
import launchguard.cases.TooLargeException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** Writes to the table that take place on their condition or end in a {@link ConflictException}. */
final class ConditionalWrites {
    private static final Set<String> CONFLICTS = Set.of("ConditionalCheckFailed", "TransactionConflict");

    private static final String PUT = "dynamodb:PutItem";

    private final Clients clients;
    private final String table;

    ConditionalWrites(Clients clients, String table) {
        this.clients = clients;
        this.table = table;
    }

    void one(VersionedItem item, String what) {
        conditionally(
                what,
                PUT,
                () -> clients.dynamo
                        .get()
                        .putItem(request -> request.tableName(table)
                                .item(item.item())
                                .conditionExpression(item.condition())
                                .expressionAttributeValues(item.values().isEmpty() ? null : item.values())));
    }

    void all(List<VersionedItem> items, String what) {
        conditionally(
                what,
                PUT,
                () -> clients.dynamo
                        .get()
                        .transactWriteItems(request -> request.transactItems(
                                items.stream().map(this::put).toList())));
    }

    /** Both, or neither. */
    void both(VersionedItem item, CounterUpdate update, String what) {
        conditionally(
                what,
                "dynamodb:PutItem and dynamodb:UpdateItem",
                () -> clients.dynamo
                        .get()
                        .transactWriteItems(request -> request.transactItems(
                                put(item),
                                TransactWriteItem.builder()
                                        .update(update.of(table))
                                        .build())));
    }

    private TransactWriteItem put(VersionedItem item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(item.item())
                        .conditionExpression(item.condition())
                        .expressionAttributeValues(item.values().isEmpty() ? null : item.values()))
                .build();
    }

    private static void conditionally(String what, String permission, Supplier<?> write) {
        Call.to("store " + what, permission, () -> {
            try {
                return write.get();
            } catch (DynamoDbException fault) {
                if (conflict(fault)) {
                    throw new ConflictException(what);
                }
                if (tooLarge(fault)) {
                    throw new TooLargeException(what, fault);
                }
                throw fault;
            }
        });
    }

    /** Said of one item in the words of the answer, of a transaction in those of its reasons. */
    private static boolean tooLarge(DynamoDbException fault) {
        Stream<String> words = fault instanceof TransactionCanceledException cancelled
                ? cancelled.cancellationReasons().stream()
                        .map(CancellationReason::message)
                        .filter(Objects::nonNull)
                : Stream.of(String.valueOf(fault.getMessage()));
        return words.anyMatch(text -> text.contains("Item size") && text.contains("exceeded"));
    }

    /** A transaction is cancelled for other reasons too: an item that is too large would be tried without end. */
    private static boolean conflict(DynamoDbException fault) {
        if (fault instanceof TransactionCanceledException cancelled) {
            return cancelled.cancellationReasons().stream()
                    .map(CancellationReason::code)
                    .filter(Objects::nonNull)
                    .filter(code -> !code.equals("None"))
                    .allMatch(CONFLICTS::contains);
        }
        return fault instanceof ConditionalCheckFailedException || fault instanceof TransactionConflictException;
    }
}
