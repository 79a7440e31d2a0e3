package launchguard.aws;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.cases.ConflictException;
import launchguard.cases.TooLargeException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/** Writes items on a condition; a {@link ConflictException} says that the condition does not hold. */
final class ConditionalWrites {
    private static final String LOST = "ConditionalCheckFailed";
    private static final String ONGOING = "TransactionConflict";

    /** A transaction is over within milliseconds. */
    private static final int MOST = 10;

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
                return unlessOngoing(write);
            } catch (DynamoDbException fault) {
                if (lost(fault)) {
                    throw new ConflictException(what);
                }
                if (tooLarge(fault)) {
                    throw new TooLargeException(what, fault);
                }
                throw fault;
            }
        });
    }

    /** A transaction under way on the same item says nothing about the condition, so the same write is repeated. */
    private static Object unlessOngoing(Supplier<?> write) {
        for (int round = 1; ; round++) {
            try {
                return write.get();
            } catch (DynamoDbException fault) {
                if (round == MOST || !ongoing(fault)) {
                    throw fault;
                }
            }
        }
    }

    /** For a single write the message says it, for a transaction its cancellation reasons. */
    private static boolean tooLarge(DynamoDbException fault) {
        Stream<String> words = fault instanceof TransactionCanceledException cancelled
                ? cancelled.cancellationReasons().stream()
                        .map(CancellationReason::message)
                        .filter(Objects::nonNull)
                : Stream.of(String.valueOf(fault.getMessage()));
        return words.anyMatch(text -> text.contains("Item size") && text.contains("exceeded"));
    }

    private static boolean ongoing(DynamoDbException fault) {
        return fault instanceof TransactionConflictException || Set.of(ONGOING).equals(reasons(fault));
    }

    /** A transaction can be cancelled for other reasons too; an item that is too large would be retried without end. */
    private static boolean lost(DynamoDbException fault) {
        Set<String> reasons = reasons(fault);
        return fault instanceof ConditionalCheckFailedException
                || (reasons.contains(LOST) && Set.of(LOST, ONGOING).containsAll(reasons));
    }

    /** Why a transaction was cancelled; empty for any other fault. */
    private static Set<String> reasons(DynamoDbException fault) {
        return fault instanceof TransactionCanceledException cancelled
                ? cancelled.cancellationReasons().stream()
                        .map(CancellationReason::code)
                        .filter(Objects::nonNull)
                        .filter(code -> !code.equals("None"))
                        .collect(Collectors.toSet())
                : Set.of();
    }
}
