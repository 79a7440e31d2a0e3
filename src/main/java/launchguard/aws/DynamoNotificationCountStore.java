package launchguard.aws;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.cases.FailedLaunches;
import launchguard.cases.NotificationCountStore;
import launchguard.cases.NotificationCounts;
import launchguard.model.CaseId;
import launchguard.model.GroupName;

/**
 * Notification counts in the table of cases: {@code pk} = {@code group/NAME}, {@code sk} = {@code tally}, in the index
 * under {@code tallied} until the digest is sent; beside it one item for each notification that was counted, and one
 * for each version of a launch template whose launches failed.
 */
final class DynamoNotificationCountStore implements NotificationCountStore {
    private final TableReader reads;
    private final ConditionalWrites writes;

    DynamoNotificationCountStore(Clients clients, String table) {
        this.reads = new TableReader(clients, table);
        this.writes = new ConditionalWrites(clients, table);
    }

    @Override
    public NotificationCounts of(GroupName group) {
        return reads.document(TableItems.GROUP + group, TableItems.TALLY)
                .map(json -> CaseJson.read(json, NotificationCounts.class))
                .orElseGet(() -> NotificationCounts.empty(group));
    }

    @Override
    public NotificationCounts save(NotificationCounts tally) {
        writes.one(over(tally), "the tally of " + tally.group());
        return tally.nextVersion();
    }

    @Override
    public NotificationCounts save(NotificationCounts tally, CaseId teller, String kind, boolean first) {
        writes.all(
                List.of(over(tally), VersionedItem.first(TableItems.news(teller, tally.group(), kind, first))),
                "the tally of " + tally.group() + " with " + kind + " of case " + teller);
        return tally.nextVersion();
    }

    private static VersionedItem over(NotificationCounts tally) {
        return VersionedItem.overOrFirst(tally.version(), TableItems.of(tally.nextVersion()));
    }

    @Override
    public Optional<Boolean> counted(CaseId teller, GroupName group, String kind) {
        return reads.text(TableItems.GROUP + group, TableItems.newsKey(teller, kind), "first")
                .map(Boolean::parseBoolean);
    }

    @Override
    public FailedLaunches failedLaunches(GroupName group, String template) {
        return reads.text(TableItems.GROUP + group, TableItems.failedKey(template), TableItems.FAILED)
                .map(json -> CaseJson.read(json, FailedLaunches.class))
                .orElseGet(() -> FailedLaunches.none(group, template));
    }

    @Override
    public FailedLaunches save(FailedLaunches failed, Instant now) {
        FailedLaunches next = failed.nextVersion();
        writes.one(
                VersionedItem.overOrFirst(failed.version(), TableItems.of(next, now)),
                "the failed launches of " + failed.group());
        return next;
    }

    @Override
    public List<GroupName> over(Instant then, int most) {
        return reads.due(TableItems.TALLIED, then, most).stream()
                .map(item -> new GroupName(TableItems.member(item, "pk").substring(TableItems.GROUP.length())))
                .toList();
    }
}
