package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import launchguard.aws.Deadline;
import launchguard.cases.Case;
import launchguard.cases.UnreadableCaseException;
import launchguard.model.CaseId;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Finds open cases that are past due, and sets their timers again. */
public final class OverdueCases {
    /** As many keys as one page of an answer has; cases that can't be read must not hide those behind them. */
    private static final int MOST = 1_000;

    /** Longer than any timer. */
    private static final Duration ANY_TIMER = Duration.ofDays(1);

    private final StepStore store;
    private final ScheduleFaults faults;

    public OverdueCases(StepStore store, ScheduleFaults faults) {
        this.store = store;
        this.faults = faults;
    }

    /** Gives each a new step. Its write comes first, so a table that takes no writes makes no messages. */
    int rearm(Instant now) {
        int rearmed = 0;
        for (CaseId id : store.pastDue(now, MOST)) {
            if (!Deadline.allowsMore()) {
                break;
            }
            rearmed += faults.each("re-arm case " + id, () -> rearm(id, now)) != null ? 1 : 0;
        }
        return rearmed;
    }

    private @Nullable Case rearm(CaseId id, Instant now) {
        Case current = store.find(id).orElse(null);
        Instant late = current == null ? null : current.overdueFrom();
        Instant due = current == null ? null : current.due();
        if (current == null || late == null || due == null || late.isAfter(now)) {
            return null;
        }
        return store.save(current.change().timed(due.isAfter(now) ? due : now).done());
    }

    /** When the oldest open case was opened; now when none is. No case is older than its launch, whose time is in its id. */
    Instant oldest(Instant now) {
        List<CaseId> open = store.pastDue(now.plus(ANY_TIMER), MOST).stream()
                .sorted(Comparator.comparing(CaseId::launchedAt))
                .toList();
        Instant oldest = now;
        for (CaseId id : open) {
            if (!id.launchedAt().isBefore(oldest)) {
                break;
            }
            Instant opened = openedAt(id).orElse(now);
            oldest = opened.isBefore(oldest) ? opened : oldest;
        }
        return oldest;
    }

    /** When the case was opened; for a case that can't be read, when its instance was launched. */
    private Optional<Instant> openedAt(CaseId id) {
        try {
            return store.find(id).map(Case::openedAt);
        } catch (UnreadableCaseException unreadable) {
            return Optional.of(id.launchedAt());
        }
    }
}
