package launchguard.steps;

import java.time.Instant;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.notify.Notifier;
import launchguard.report.RestartWording;
import launchguard.store.CaseClock;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Ends a case after patching: stale JVMs are announced, with how to restart them, and nothing is changed. */
public final class PatchReporter {
    private final CaseClock clock;
    private final Notifier notifier;
    private final CaseCloser closer;

    public PatchReporter(CaseClock clock, Notifier notifier, CaseCloser closer) {
        this.clock = clock;
        this.notifier = notifier;
        this.closer = closer;
    }

    /**
     * Whether the verdict ends such a case by a report; as for any case, a doubtful verdict is probed again, and a good
     * one closes the case.
     */
    static boolean settles(Verdict verdict) {
        return verdict instanceof Verdict.DeploymentFailed || RestartWording.of(verdict) != null;
    }

    Case end(Case current, Verdict verdict) {
        @Nullable String restart = RestartWording.of(verdict);
        if (restart == null) {
            return closer.end(current, Status.CLOSED, CaseCloser.free(current));
        }
        Instant now = clock.now();
        Case reported = current.change()
                .finding(CaseCloser.free(current).because(RestartWording.reason(current, restart)))
                .done();
        notifier.staleAfterPatch(now, reported, restart);
        return closer.end(reported, Status.REPORTED, CaseCloser.free(reported));
    }
}
