package launchguard.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.cases.NotificationCountStore;
import launchguard.cases.TooLargeException;
import launchguard.guard.GroupBudget;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;

/**
 * Cases and budgets in one DynamoDB table.
 *
 * <p>A case is {@code pk} = its instance, {@code sk} = launch second and number; while it is open it also has {@code
 * open} and {@code due}, the keys of the index {@code open}. A budget is {@code pk} = {@code group/NAME}, {@code sk} =
 * {@code ledger}. Each is one JSON document with a version; {@code expires} only cleans up, and no decision depends on
 * it. {@link DynamoNotificationCountStore} has what else is stored of a group.
 */
public final class DynamoCaseStore implements CaseStore {
    private final Clients clients;
    private final String table;
    private final TableReader reads;
    private final ConditionalWrites writes;
    private final NotificationCountStore notificationCounts;

    /** Uses this table. */
    public DynamoCaseStore(Clients clients, String table) {
        this.clients = clients;
        this.table = table;
        this.reads = new TableReader(clients, table);
        this.writes = new ConditionalWrites(clients, table);
        this.notificationCounts = new DynamoNotificationCountStore(clients, table);
    }

    @Override
    public Optional<Case> latest(InstanceId instance) {
        return Call.to(
                "read the newest case of " + instance,
                "dynamodb:Query",
                () -> clients
                        .dynamo
                        .get()
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
        return reads.document(id.instance().value(), TableItems.sortKey(id))
                .map(json -> CaseJson.read(json, Case.class));
    }

    @Override
    public Case open(Case first) {
        Case fitted = fitted(first);
        writes.one(VersionedItem.first(TableItems.of(fitted)), "case " + first.id());
        return fitted;
    }

    /** An instance chooses what it prints, and how often: a case that is too large drops what it remembers. */
    private static Case fitted(Case current) {
        if (ItemSize.fits(TableItems.of(current))) {
            return current;
        }
        Case brief = current.change().forgetting(false).done();
        if (ItemSize.fits(TableItems.of(brief))) {
            return brief;
        }
        Case least = current.change().forgetting(true).done();
        if (ItemSize.fits(TableItems.of(least))) {
            return least;
        }
        throw new TooLargeException("case " + current.id(), null);
    }

    /** Scope group keeps a reservation for each broken instance; without the oldest ones the guard refuses more. */
    private static GroupBudget fitted(GroupBudget budget) {
        GroupBudget fewer = budget;
        while (!ItemSize.fits(TableItems.of(fewer))) {
            if (fewer.broken().isEmpty()) {
                throw new TooLargeException("the budget of " + budget.group(), null);
            }
            fewer = fewer.withFewerBroken();
        }
        return fewer;
    }

    @Override
    public Case save(Case changed) {
        Case next = fitted(changed.change().nextVersion().done());
        writes.one(VersionedItem.over(changed.version(), TableItems.of(next)), "case " + changed.id());
        return next;
    }

    @Override
    public GroupBudget save(GroupBudget budget) {
        GroupBudget next = fitted(budget.nextVersion());
        writes.one(over(budget.version(), next), "the budget of " + budget.group());
        return next;
    }

    @Override
    public Case save(Case changed, List<GroupBudget> budgets) {
        if (budgets.isEmpty()) {
            return save(changed);
        }
        Case next = fitted(changed.change().nextVersion().done());
        List<VersionedItem> items = new ArrayList<>();
        items.add(VersionedItem.over(changed.version(), TableItems.of(next)));
        budgets.forEach(budget -> items.add(over(budget.version(), fitted(budget.nextVersion()))));
        writes.all(
                items,
                "case " + changed.id() + " or the budget of "
                        + budgets.stream().map(GroupBudget::group).toList());
        return next;
    }

    private static VersionedItem over(long version, GroupBudget next) {
        return VersionedItem.overOrFirst(version, TableItems.of(next));
    }

    @Override
    public GroupBudget budget(GroupName group) {
        return reads.document(TableItems.GROUP + group, "ledger")
                .map(json -> CaseJson.read(json, GroupBudget.class))
                .orElseGet(() -> GroupBudget.empty(group));
    }

    @Override
    public NotificationCountStore notificationCounts() {
        return notificationCounts;
    }

    @Override
    public List<CaseId> pastDue(Instant then, int most) {
        return reads.due(TableItems.OPEN, then, most).stream()
                .map(TableItems::caseId)
                .flatMap(Optional::stream)
                .toList();
    }
}
