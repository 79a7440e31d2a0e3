package launchguard.sandbox.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Refuses writes as DynamoDB does while a transaction on the same item is under way; reads are answered. */
public final class Conflicts {
    private static final Set<String> WRITES = Set.of("PutItem", "UpdateItem", "DeleteItem");
    private static final String ONGOING = "Transaction is ongoing for the item";

    private Conflicts() {}

    /** Whether such a transaction can refuse this call. */
    public static boolean concerns(Call call) {
        return call.service().equals("dynamodb") && (transaction(call) || WRITES.contains(call.operation()));
    }

    /** The refusal for this item of a transaction, or for the one of a single write. */
    static Optional<AwsError> refused(Call call, int item) {
        if (!concerns(call)) {
            return Optional.empty();
        }
        return Optional.of(
                transaction(call)
                        ? cancelled(call.input().path("TransactItems").size(), item)
                        : new AwsError("TransactionConflictException", ONGOING));
    }

    private static boolean transaction(Call call) {
        return call.operation().equals("TransactWriteItems");
    }

    private static AwsError cancelled(int items, int conflict) {
        return cancelled(IntStream.range(0, items)
                .mapToObj(each -> each == conflict % items
                        ? Json.object("Code", "TransactionConflict", "Message", ONGOING)
                        : Json.object("Code", "None"))
                .toList());
    }

    /** The refusal of a transaction, with a reason for each of its items. */
    public static AwsError cancelled(List<ObjectNode> reasons) {
        return new AwsError(
                "TransactionCanceledException",
                "Transaction cancelled, please refer cancellation reasons for specific reasons "
                        + reasons.stream()
                                .map(reason -> reason.path("Code").asText())
                                .toList(),
                Json.object("CancellationReasons", reasons));
    }
}
