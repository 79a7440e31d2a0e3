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
 * under {@code tallied} until the digest is sent. Its document has the counts with which the window began. What was
 * counted since is a number for each kind, so that concurrent writers add to it without a conflict. One more item for
 * each notification marks it as counted, and one for each launch template version has its failed launches.
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
        return reads.item(TableItems.GROUP + group, TableItems.TALLY)
                .map(item -> CaseJson.read(TableItems.member(item, "document"), NotificationCounts.class)
                        .with(TableItems.added(item)))
                .orElseGet(() -> NotificationCounts.empty(group));
    }

    @Override
    public NotificationCounts end(NotificationCounts read) {
        NotificationCounts ended = read.ended().nextVersion();
        writes.one(
                VersionedItem.overUnchanged(read.version(), read.added(), TableItems.of(ended)),
                "that the notification counts of " + read.group() + " were sent");
        return ended;
    }

    @Override
    public void begin(NotificationCounts begun, CaseId sender, String kind) {
        writes.all(
                List.of(
                        VersionedItem.overOrFirst(begun.version(), TableItems.of(begun.nextVersion())),
                        VersionedItem.first(TableItems.counted(sender, begun.group(), kind, true))),
                counting(begun.group(), sender, kind));
    }

    @Override
    public void add(NotificationCounts read, CaseId sender, String kind) {
        boolean first = read.isFirst(kind);
        writes.both(
                VersionedItem.first(TableItems.counted(sender, read.group(), kind, first)),
                CounterUpdate.inWindow(read, kind),
                counting(read.group(), sender, kind));
    }

    private static String counting(GroupName group, CaseId sender, String kind) {
        return "the notification counts of " + group + " with " + kind + " of case " + sender;
    }

    @Override
    public Optional<Boolean> counted(CaseId sender, GroupName group, String kind) {
        return reads.text(TableItems.GROUP + group, TableItems.countedKey(sender, kind), "first")
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
