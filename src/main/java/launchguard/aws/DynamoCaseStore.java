package launchguard.aws;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.cases.ConflictException;
import launchguard.guard.Ledger;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

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

    /** Uses this table. */
    public DynamoCaseStore(Clients clients, String table) {
        this.clients = clients;
        this.table = table;
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
        put(TableItems.of(first), first.version(), true, "case " + first.id());
        return first;
    }

    @Override
    public Case save(Case changed) {
        Case next = changed.change().nextVersion().done();
        put(TableItems.of(next), changed.version(), false, "case " + changed.id());
        return next;
    }

    @Override
    public Ledger save(Ledger ledger) {
        Ledger next = ledger.nextVersion();
        put(TableItems.of(next), ledger.version(), ledger.version() == 0, "the ledger of " + ledger.group());
        return next;
    }

    @Override
    public Case save(Case changed, Ledger ledger) {
        Case next = changed.change().nextVersion().done();
        List<TransactWriteItem> both = List.of(
                write(TableItems.of(next), changed.version(), false),
                write(TableItems.of(ledger.nextVersion()), ledger.version(), ledger.version() == 0));
        String what = "case " + changed.id() + " or the ledger of " + ledger.group();
        conditionally(what, () -> dynamo().transactWriteItems(request -> request.transactItems(both)));
        return next;
    }

    private void put(Map<String, AttributeValue> item, long version, boolean first, String what) {
        Put put = write(item, version, first).put();
        conditionally(
                what,
                () -> dynamo().putItem(request -> request.tableName(table)
                        .item(put.item())
                        .conditionExpression(put.conditionExpression())
                        .expressionAttributeValues(
                                put.hasExpressionAttributeValues() ? put.expressionAttributeValues() : null)));
    }

    private TransactWriteItem write(Map<String, AttributeValue> item, long version, boolean first) {
        Put.Builder put = Put.builder().tableName(table).item(item);
        if (first) {
            put.conditionExpression("attribute_not_exists(pk)");
        } else {
            put.conditionExpression("version = :version")
                    .expressionAttributeValues(Map.of(":version", TableItems.number(version)));
        }
        return TransactWriteItem.builder().put(put.build()).build();
    }

    private static void conditionally(String what, Supplier<?> write) {
        try {
            Call.to("store " + what, "dynamodb:PutItem", write::get);
        } catch (AwsFailureException fault) {
            if (fault.getCause() instanceof ConditionalCheckFailedException
                    || fault.getCause() instanceof TransactionCanceledException) {
                throw new ConflictException(what);
            }
            throw fault;
        }
    }

    @Override
    public Ledger ledger(GroupName group) {
        return document("group/" + group, "ledger")
                .map(json -> CaseJson.read(json, Ledger.class))
                .orElseGet(() -> Ledger.empty(group));
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
