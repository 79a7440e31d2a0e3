package launchguard.aws;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads the table: single items consistently, and due cases by the index. */
final class TableReader {
    private final Clients clients;
    private final String table;

    TableReader(Clients clients, String table) {
        this.clients = clients;
        this.table = table;
    }

    Optional<String> document(String pk, String sk) {
        return text(pk, sk, "document");
    }

    /** One text of one item; empty where the item is not there, and unreadable where it has no such text. */
    Optional<String> text(String pk, String sk, String member) {
        return item(pk, sk).map(item -> TableItems.member(item, member));
    }

    /** One item; empty where it is not there. */
    Optional<Map<String, AttributeValue>> item(String pk, String sk) {
        return Call.to("read " + pk + " " + sk, "dynamodb:GetItem", () -> {
            Map<String, AttributeValue> item = clients.dynamo
                    .get()
                    .getItem(request -> request.tableName(table)
                            .key(Map.of("pk", TableItems.text(pk), "sk", TableItems.text(sk)))
                            .consistentRead(true))
                    .item();
            return item.isEmpty() ? Optional.empty() : Optional.of(item);
        });
    }

    /** The keys of what is due before then, oldest first. */
    List<Map<String, AttributeValue>> due(String kind, Instant then, int most) {
        return Call.to(
                "list what is " + kind + " and past due",
                "dynamodb:Query",
                () -> clients.dynamo
                        .get()
                        .query(request -> request.tableName(table)
                                .indexName(TableItems.OPEN)
                                .keyConditionExpression("#open = :open AND due < :then")
                                .expressionAttributeNames(Map.of("#open", TableItems.OPEN))
                                .expressionAttributeValues(Map.of(
                                        ":open",
                                        TableItems.text(kind),
                                        ":then",
                                        TableItems.number(then.getEpochSecond())))
                                .limit(most))
                        .items());
    }
}
