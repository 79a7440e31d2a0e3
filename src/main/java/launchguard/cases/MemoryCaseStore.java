package launchguard.cases;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.guard.GroupBudget;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;

/** Cases for as long as the process lives. */
public final class MemoryCaseStore implements CaseStore {
    private static final Comparator<Case> NEWEST = Comparator.comparing(
                    (Case one) -> one.id().launchedAt())
            .thenComparingInt(one -> one.id().number());

    private final Map<CaseId, Case> cases = new HashMap<>();
    private final Map<GroupName, GroupBudget> ledgers = new HashMap<>();
    private final Tallies tallies = new MemoryTallies();

    @Override
    public synchronized Optional<Case> latest(InstanceId instance) {
        return cases.values().stream()
                .filter(one -> one.id().instance().equals(instance))
                .max(NEWEST);
    }

    @Override
    public synchronized Optional<Case> find(CaseId id) {
        return Optional.ofNullable(cases.get(id));
    }

    @Override
    public synchronized Case open(Case first) {
        if (cases.containsKey(first.id())) {
            throw new ConflictException("case " + first.id());
        }
        cases.put(first.id(), first);
        return first;
    }

    @Override
    public synchronized Case save(Case changed) {
        Case stored = cases.get(changed.id());
        if (stored == null || stored.version() != changed.version()) {
            throw new ConflictException("case " + changed.id());
        }
        Case next = changed.change().nextVersion().done();
        cases.put(next.id(), next);
        return next;
    }

    @Override
    public synchronized Case save(Case changed, List<GroupBudget> ledgers) {
        ledgers.forEach(this::check);
        Case stored = save(changed);
        ledgers.forEach(this::save);
        return stored;
    }

    @Override
    public synchronized GroupBudget save(GroupBudget ledger) {
        check(ledger);
        GroupBudget next = ledger.nextVersion();
        ledgers.put(ledger.group(), next);
        return next;
    }

    private void check(GroupBudget ledger) {
        if (ledger(ledger.group()).version() != ledger.version()) {
            throw new ConflictException("the ledger of " + ledger.group());
        }
    }

    @Override
    public synchronized GroupBudget ledger(GroupName group) {
        return ledgers.getOrDefault(group, GroupBudget.empty(group));
    }

    @Override
    public Tallies tallies() {
        return tallies;
    }

    @Override
    public synchronized List<CaseId> pastDue(Instant then, int most) {
        return cases.values().stream()
                .filter(one -> one.overdueFrom() != null && one.overdueFrom().isBefore(then))
                .sorted(Comparator.comparing((Case one) -> one.overdueFrom() == null ? then : one.overdueFrom()))
                .map(Case::id)
                .limit(most)
                .toList();
    }
}
