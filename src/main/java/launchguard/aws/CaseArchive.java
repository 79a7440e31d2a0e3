package launchguard.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import launchguard.cases.Case;
import launchguard.cases.UnreadableCaseException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads all cases of the table, for the command line: a scan, which the function never does. */
public final class CaseArchive {
    private final Clients clients;
    private final String table;

    /** Reads this table. */
    public CaseArchive(Clients clients, String table) {
        this.clients = clients;
        this.table = table;
    }

    /**
     * What was found.
     *
     * @param cases newest first
     * @param unreadable how many more there are that can't be read
     */
    public record Found(List<Case> cases, int unreadable) {
        /** Copies its list. */
        public Found {
            cases = List.copyOf(cases);
        }
    }

    /** The cases that were opened since then; one that can't be read must not hide the others. */
    public Found openedSince(Instant then) {
        return Call.to("list the cases of table " + table, "dynamodb:Scan", () -> {
            List<Case> cases = new ArrayList<>();
            int unreadable = 0;
            for (Map<String, AttributeValue> item : clients.dynamo
                    .get()
                    .scanPaginator(request -> request.tableName(table)
                            .filterExpression("expires >= :then AND attribute_exists(#document)")
                            .expressionAttributeValues(Map.of(":then", TableItems.number(TableItems.expires(then))))
                            .projectionExpression("#document")
                            .expressionAttributeNames(Map.of("#document", "document")))
                    .items()) {
                try {
                    cases.add(CaseJson.read(TableItems.member(item, "document"), Case.class));
                } catch (UnreadableCaseException garbled) {
                    unreadable++;
                }
            }
            cases.sort(Comparator.comparing(Case::openedAt).reversed());
            return new Found(cases, unreadable);
        });
    }
}
