package launchguard.aws;

import java.util.Map;
import launchguard.cases.NotificationCounts;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Update;

/**
 * Adds one to a group's count of a kind, in the window that was read. DynamoDB adds without a read, so writers of one
 * window don't conflict; only the first of a kind requires that there is no count of it yet.
 */
record CounterUpdate(Map<String, AttributeValue> key, String attribute, String condition, long version) {

    static CounterUpdate inWindow(NotificationCounts read, String kind) {
        return new CounterUpdate(
                Map.of("pk", TableItems.text(TableItems.GROUP + read.group()), "sk", TableItems.text(TableItems.TALLY)),
                TableItems.COUNT + kind,
                read.isFirst(kind) ? "version = :version AND attribute_not_exists(#count)" : "version = :version",
                read.version());
    }

    Update of(String table) {
        return Update.builder()
                .tableName(table)
                .key(key)
                .updateExpression("ADD #count :one, " + TableItems.ADDED + " :one")
                .conditionExpression(condition)
                .expressionAttributeNames(Map.of("#count", attribute))
                .expressionAttributeValues(Map.of(":one", TableItems.number(1), ":version", TableItems.number(version)))
                .build();
    }
}
