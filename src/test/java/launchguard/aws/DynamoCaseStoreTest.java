package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.cases.CaseStoreContract;
import launchguard.cases.ConflictException;
import launchguard.cases.NotificationCounts;
import launchguard.cases.SampleCases;
import launchguard.cases.TooLargeException;
import launchguard.guard.GroupBudget;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.sandbox.Sandbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The store in DynamoDB keeps the promises of every store, within the size of an item. */
class DynamoCaseStoreTest extends CaseStoreContract {
    private static final int LARGEST_ITEM = 400 * 1024;
    private static final CaseId ID = SampleCases.id(1, 1_790_000_000, 1);

    private final Sandbox aws = Sandbox.start();
    private final String table = aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
    private final DynamoCaseStore store = new DynamoCaseStore(AdapterSandbox.clients(aws), table);

    @AfterEach
    void stop() {
        aws.close();
    }

    @Override
    protected CaseStore store() {
        return store;
    }

    private int size(String pk, String sk) {
        try (DynamoDbClient dynamo = aws.configure(DynamoDbClient.builder()).build()) {
            return dynamo.getItem(get -> get.tableName(table)
                            .key(java.util.Map.of("pk", TableItems.text(pk), "sk", TableItems.text(sk))))
                    .item()
                    .toString()
                    .length();
        }
    }

    @Test
    void longestStory_fitsAnItem() {
        for (String hostile : new String[] {"\u0001", "日", "\"", "x".repeat(12_000), "\ud800"}) {
            Case current = SampleCases.longest(ID, hostile);
            int length = CaseJson.write(current).length();
            assertTrue(length < LARGEST_ITEM, length + " of " + hostile);
        }
        store.open(SampleCases.longest(ID, "\u0001"));
        assertTrue(size(ID.instance().value(), TableItems.sortKey(ID)) < LARGEST_ITEM);
    }

    @Test
    void budget_ofAThousandLaunchesAtOnce_fitsAnItem() {
        GroupBudget budget = store.budget(SampleCases.GROUP);
        for (int i = 1; i <= 1_000; i++) {
            CaseId id = SampleCases.id(i, 1_790_000_000, 1);
            budget = budget.reserve(id, SampleCases.NOW.plus(Duration.ofMinutes(70)))
                    .broken(id, SampleCases.NOW.plus(Duration.ofHours(2)))
                    .replaced(id, SampleCases.NOW, "lt-0123456789abcdef0:12", 1);
        }
        GroupBudget stored = store.save(budget.tidied(SampleCases.NOW, Duration.ofHours(1)));
        assertEquals(stored, store.budget(SampleCases.GROUP));
        assertTrue(
                CaseJson.write(stored).length() < LARGEST_ITEM,
                "" + CaseJson.write(stored).length());
    }

    /** As earlier versions stored it: all counts in the document, and a new version with each. */
    @Test
    void countsOfAnEarlierVersion_areReadAndAddedTo() {
        try (DynamoDbClient dynamo = aws.configure(DynamoDbClient.builder()).build()) {
            String document = "{\"group\":{\"value\":\"orders\"},\"version\":4,\"since\":\"2026-11-22T22:00:00Z\","
                    + "\"due\":\"2026-11-22T23:00:00Z\",\"counts\":{\"replace\":3,\"ESCALATED\":1},\"schema\":1}";
            dynamo.putItem(put -> put.tableName(table)
                    .item(java.util.Map.of(
                            "pk", TableItems.text("group/orders"),
                            "sk", TableItems.text("tally"),
                            "version", TableItems.number(4),
                            "document", TableItems.text(document),
                            "open", TableItems.text("tallied"),
                            "due",
                                    TableItems.number(Instant.parse("2026-11-22T23:00:00Z")
                                            .getEpochSecond()))));
        }
        GroupName group = new GroupName("orders");
        NotificationCounts read = store.notificationCounts().of(group);
        assertEquals(java.util.Map.of("replace", 3, "ESCALATED", 1), read.counts());
        store.notificationCounts().add(read, ID, "replace");
        store.notificationCounts().add(read, ID, "REFUSED");
        NotificationCounts more = store.notificationCounts().of(group);
        assertEquals(java.util.Map.of("replace", 4, "ESCALATED", 1, "REFUSED", 1), more.counts());
        assertEquals(Optional.of(false), store.notificationCounts().counted(ID, group, "replace"));
        assertEquals(Optional.of(true), store.notificationCounts().counted(ID, group, "REFUSED"));
        assertEquals(List.of(group), store.notificationCounts().over(Instant.parse("2026-11-23T00:00:00Z"), 9));
        assertEquals(5, store.notificationCounts().end(more).version());
        assertEquals(java.util.Map.of(), store.notificationCounts().of(group).counts());
    }

    @Test
    void itemThatIsTooLarge_isNoConflict() {
        Case current = store.open(SampleCases.opened(ID));
        Case large = current.change()
                .finding(current.finding().because("x".repeat(LARGEST_ITEM)))
                .done();
        assertThrows(TooLargeException.class, () -> store.save(large));
        assertThrows(TooLargeException.class, () -> store.save(large, store.budget(SampleCases.GROUP)));
        assertEquals(Optional.of(current), store.find(ID));
        assertEquals(0, store.budget(SampleCases.GROUP).version());
    }

    @Test
    void lostAnswer_ofATransaction_isNoConflictWithItself() {
        Case current = store.open(SampleCases.opened(ID));
        aws.faults().on("dynamodb", "TransactWriteItems").nth(1).loseAnswer();
        Case saved = store.save(current, store.budget(SampleCases.GROUP).reserve(ID, SampleCases.NOW));
        assertEquals(Optional.of(saved), store.find(ID));
        assertEquals(1, store.budget(SampleCases.GROUP).version());
    }

    @Test
    void lostAnswer_ofOneWrite_isAConflict() {
        Case current = store.open(SampleCases.opened(ID));
        aws.faults().on("dynamodb", "PutItem").nth(1).loseAnswer();
        assertThrows(ConflictException.class, () -> store.save(current));
        assertEquals(current.version() + 1, store.find(ID).orElseThrow().version());
    }

    @Test
    void deniedWrite_namesThePermission() {
        aws.faults().on("dynamodb", "PutItem").fail("AccessDeniedException", "no");
        AwsFailureException denied = assertThrows(AwsFailureException.class, () -> store.open(SampleCases.opened(ID)));
        assertTrue(String.valueOf(denied.getMessage()).contains("allow dynamodb:PutItem"), denied.getMessage());
        assertTrue(denied.denied());
    }

    @Test
    void throttledReads_areRetried() {
        store.open(SampleCases.opened(ID));
        aws.faults().on("dynamodb", "GetItem").times(2).throttle();
        assertTrue(store.find(ID).isPresent());
    }
}
