package launchguard.cases;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.model.CaseId;
import launchguard.model.GroupName;

/** Tallies for as long as the process lives. */
final class MemoryTallies implements Tallies {
    private final Map<GroupName, NotificationCounts> tallies = new HashMap<>();
    private final Map<News, Boolean> counted = new HashMap<>();

    /** What a case has told. */
    private record News(CaseId teller, GroupName group, String kind) {}

    @Override
    public synchronized NotificationCounts of(GroupName group) {
        return tallies.getOrDefault(group, NotificationCounts.empty(group));
    }

    @Override
    public synchronized NotificationCounts save(NotificationCounts tally) {
        if (of(tally.group()).version() != tally.version()) {
            throw new ConflictException("the tally of " + tally.group());
        }
        NotificationCounts next = tally.nextVersion();
        tallies.put(tally.group(), next);
        return next;
    }

    @Override
    public synchronized NotificationCounts save(NotificationCounts tally, CaseId teller, String kind, boolean first) {
        News news = new News(teller, tally.group(), kind);
        if (counted.containsKey(news)) {
            throw new ConflictException(kind + " of case " + teller);
        }
        NotificationCounts next = save(tally);
        counted.put(news, first);
        return next;
    }

    @Override
    public synchronized Optional<Boolean> counted(CaseId teller, GroupName group, String kind) {
        return Optional.ofNullable(counted.get(new News(teller, group, kind)));
    }

    @Override
    public synchronized List<GroupName> over(Instant then, int most) {
        return tallies.values().stream()
                .filter(tally -> tally.due() != null && tally.due().isBefore(then))
                .map(NotificationCounts::group)
                .limit(most)
                .toList();
    }
}
