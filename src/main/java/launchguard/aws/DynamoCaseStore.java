package launchguard.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.guard.Ledger;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Cases and ledgers in one DynamoDB table.
 *
 * <p>A case is {@code pk} = its instance, {@code sk} = launch second and number; while it is open it also has {@code open}
 * and {@code due}, the keys of the index {@code open}. A ledger is {@code pk} = {@code group/NAME}, {@code sk} = {@code
 * ledger}. Each is one JSON document with a version; {@code expires} only tidies, nothing decides by it.
 */
public final class DynamoCaseStore implements CaseStore {
    private final Clients clients;
    private final String table;
    private final ConditionalWrites writes;

    /** Uses this table. */
    public DynamoCaseStore(Clients clients, String table) {
        this.clients = clients;
        this.table = table;
        this.writes = new ConditionalWrites(clients, table);
    }

    @Override
    public Optional<Case> latest(InstanceId instance) {
        return Call.to(
                "read the newest case of " + instance,
                "dynamodb:Query",
                () -> dynamo()
                        .query(request -> request.tableName(table)
                                .keyConditionExpression("pk = :instance")
                                .expressionAttributeValues(Map.of(":instance", TableItems.text(instance.value())))
                                .scanIndexForward(false)
                                .consistentRead(true)
                                .limit(1))
                        .items()
                        .stream()
                        .findFirst()
                        .map(item -> CaseJson.read(TableItems.member(item, "document"), Case.class)));
    }

    @Override
    public Optional<Case> find(CaseId id) {
        return document(id.instance().value(), TableItems.sortKey(id)).map(json -> CaseJson.read(json, Case.class));
    }

    private Optional<String> document(String pk, String sk) {
        return Call.to(
                "read " + pk + " " + sk,
                "dynamodb:GetItem",
                () -> Optional.ofNullable(dynamo().getItem(request -> request.tableName(table)
                                        .key(Map.of("pk", TableItems.text(pk), "sk", TableItems.text(sk)))
                                        .consistentRead(true))
                                .item()
                                .get("document"))
                        .map(AttributeValue::s));
    }

    @Override
    public Case open(Case first) {
        writes.one(VersionedItem.first(TableItems.of(first)), "case " + first.id());
        return first;
    }

    @Override
    public Case save(Case changed) {
        Case next = changed.change().nextVersion().done();
        writes.one(VersionedItem.over(changed.version(), TableItems.of(next)), "case " + changed.id());
        return next;
    }

    @Override
    public Ledger save(Ledger ledger) {
        Ledger next = ledger.nextVersion();
        writes.one(over(ledger), "the ledger of " + ledger.group());
        return next;
    }

    @Override
    public Case save(Case changed, Ledger ledger) {
        Case next = changed.change().nextVersion().done();
        writes.both(
                VersionedItem.over(changed.version(), TableItems.of(next)),
                over(ledger),
                "case " + changed.id() + " or the ledger of " + ledger.group());
        return next;
    }

    /** A ledger of version 0 was never written. */
    private static VersionedItem over(Ledger ledger) {
        Map<String, AttributeValue> next = TableItems.of(ledger.nextVersion());
        return ledger.version() == 0 ? VersionedItem.first(next) : VersionedItem.over(ledger.version(), next);
    }

    @Override
    public Ledger ledger(GroupName group) {
        return document("group/" + group, "ledger")
                .map(json -> CaseJson.read(json, Ledger.class))
                .orElseGet(() -> Ledger.empty(group));
    }

    @Override
    public boolean firstToTell(CaseId teller, GroupName group, String kind, Instant now, Duration window) {
        return writes.won(VersionedItem.notice(teller, group, kind, now, window), "that " + kind + " was told");
    }

    @Override
    public List<CaseId> pastDue(Instant then, int most) {
        return Call.to(
                "list cases past due",
                "dynamodb:Query",
                () -> dynamo()
                        .query(request -> request.tableName(table)
                                .indexName(TableItems.OPEN)
                                .keyConditionExpression("#open = :open AND due < :then")
                                .expressionAttributeNames(Map.of("#open", TableItems.OPEN))
                                .expressionAttributeValues(Map.of(
                                        ":open",
                                        TableItems.text(TableItems.OPEN),
                                        ":then",
                                        TableItems.number(then.getEpochSecond())))
                                .limit(most))
                        .items()
                        .stream()
                        .map(TableItems::caseId)
                        .toList());
    }

    private DynamoDbClient dynamo() {
        return clients.dynamo.get();
    }
}
