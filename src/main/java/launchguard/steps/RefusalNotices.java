package launchguard.steps;

import java.time.Instant;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Finding;
import launchguard.guard.Refusal;
import launchguard.notify.Notifier;
import launchguard.report.CaseWording;
import launchguard.store.CaseClock;
import launchguard.store.CurrentMessage;

/** Announces that an action is refused, and counts it: once for each case and refusal. */
public final class RefusalNotices {
    private final CaseClock clock;
    private final Notifier notifier;

    public RefusalNotices(CaseClock clock, Notifier notifier) {
        this.clock = clock;
        this.notifier = notifier;
    }

    /** Announces a refusal and when the case is tried again, once for each refusal. */
    Case announced(Case held, Instant next) {
        // The case as it will be stored: waiting for that moment.
        Case waiting = held.change().step(new ToProbe(next), next).done();
        return announced(held, () -> notifier.refused(clock.now(), waiting, next));
    }

    private static Case announced(Case held, Runnable announcement) {
        String refusal = held.finding().refusal();
        if (refusal == null || held.announced().contains(refusal)) {
            return held;
        }
        CurrentMessage.announceOnce(held.id(), List.of(held.id(), refusal), announcement);
        return held.change().announced(refusal).done();
    }

    /** An announced refusal is counted once, by the invocation that stored it as announced. */
    Case counted(Case before, Case stored) {
        String refusal = stored.finding().refusal();
        if (refusal != null
                && stored.announced().contains(refusal)
                && !before.announced().contains(refusal)) {
            notifier.metrics().skipped(clock.now(), refusal);
        }
        return stored;
    }

    /** As {@link #announced(Case, Instant)}, for a case that ends with its refusal. */
    Case announcedForGood(Case closed, Instant now) {
        return announced(closed, () -> notifier.refused(now, closed, null));
    }

    static Finding held(Case current, Refusal refusal) {
        return current.finding().refused(refusal.name().name(), CaseWording.notActedOn(current, refusal.reason()));
    }
}
