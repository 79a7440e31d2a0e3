package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.aws.AwsFailureException;
import launchguard.cases.Case;
import launchguard.cases.ConflictException;
import launchguard.cases.UnreadableCaseException;
import launchguard.notify.Notifier;
import launchguard.store.CaseClock;

/**
 * Finds cases and launches whose events were lost, since events are best effort. A failure of one case, one instance or
 * one part of the work is logged and stops nothing else; the next tick tries it again.
 */
public final class Reconciler {
    private final CaseClock clock;
    private final Notifier notifier;
    private final OverdueCases overdue;
    private final MissedLaunches missed;

    public Reconciler(CaseClock clock, Notifier notifier, OverdueCases overdue, MissedLaunches missed) {
        this.clock = clock;
        this.notifier = notifier;
        this.overdue = overdue;
        this.missed = missed;
    }

    /**
     * What was found.
     *
     * @param rearmed open cases past due whose timer was set again
     * @param opened cases of launches whose events were lost
     */
    public record Found(int rearmed, List<Case> opened) {}

    /** Does one tick. Throws only if no part of it could be done. */
    public Found reconcile(BatchLookups lookups) {
        Instant now = clock.now();
        Parts parts = new Parts();
        int rearmed = parts.done("re-arm the cases past due", 0, () -> overdue.rearm(now));
        parts.done("send the digests of groups", 0, () -> {
            notifier.sendDigests(now);
            return 0;
        });
        parts.done("find the oldest open case", 0, () -> {
            double age = Duration.between(overdue.oldest(now), now).toSeconds();
            notifier.metrics().oldestOpen(now, age);
            return 0;
        });
        List<Case> opened = new ArrayList<>();
        parts.done("look for launches without a case", 0, () -> {
            missed.find(now, lookups, opened);
            return 0;
        });
        parts.throwIfAllFailed();
        return new Found(rearmed, opened);
    }

    /** The parts of a tick, each done whatever became of the others. */
    private final class Parts {
        private final List<RuntimeException> faults = new ArrayList<>();
        private int parts;

        int done(String what, int otherwise, ScheduleFaults.Work<Integer> work) {
            parts++;
            try {
                return work.get();
            } catch (AwsFailureException | ConflictException | UnreadableCaseException fault) {
                faults.add(fault);
                notifier.fault(clock.now(), "the schedule could not " + what + "; it goes on", fault);
                return otherwise;
            }
        }

        void throwIfAllFailed() {
            if (faults.size() == parts) {
                throw faults.getFirst();
            }
        }
    }
}
