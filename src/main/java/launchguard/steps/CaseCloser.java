package launchguard.steps;

import java.time.Instant;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.Finding;
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.cases.TimelineKind;
import launchguard.cases.TooLargeException;
import launchguard.guard.Refusal;
import launchguard.notify.Notifier;
import launchguard.report.Wording;
import launchguard.store.CaseClock;
import launchguard.store.CurrentMessage;
import launchguard.store.GroupBudgets;
import launchguard.verdict.Verdict;

/** Ends a case. */
public final class CaseCloser {
    private final CaseClock clock;
    private final Notifier notifier;
    private final Gatekeeper gatekeeper;
    private final GroupBudgets budgets;
    private final RefusalNotices refusals;

    public CaseCloser(
            CaseClock clock, Notifier notifier, Gatekeeper gatekeeper, GroupBudgets budgets, RefusalNotices refusals) {
        this.clock = clock;
        this.notifier = notifier;
        this.gatekeeper = gatekeeper;
        this.budgets = budgets;
        this.refusals = refusals;
    }

    /** Ends a case that a refusal holds back for good. */
    Case end(Case current, Status status, Refusal refusal) {
        return end(current, status, RefusalNotices.held(current, refusal));
    }

    /** Ends a case; its reservation on the group, if it had one, ends with it in the same write. */
    Case end(Case current, Status status, Finding finding) {
        Instant now = clock.now();
        Gate gate = current.gate();
        // Whatever ends the case, its instance must not wait at the gate until the hook's timeout.
        Gate after = gate != null && gate.open() ? gate.releasing(false) : gate;
        Case closed = current.change()
                .finding(finding)
                .gate(after)
                .ended(status, now)
                .noted(now, "ended: " + status, new TimelineKind.CaseEnded(status))
                .done();
        Case ended = refusals.announcedForGood(closed, now);
        CurrentMessage.announceOnce(
                current.id(),
                List.of(current.id(), status, current.attempts().size()),
                () -> notifier.ended(now, ended));
        Case stored = budgets.saveEnded(current, ended, status);
        if (!stored.attempts().isEmpty()) {
            notifier.metrics().remediation(now, status.name());
        }
        return gatekeeper.release(refusals.counted(current, stored));
    }

    /** Ends a case whose next step is too large for the table: what can't be stored is not done. */
    Case unstorable(Case current, TooLargeException fault) {
        Case less = current.change().forgetting(true).done();
        return end(
                less,
                Status.UNRESOLVED,
                free(less)
                        .because("The case could not be stored: " + fault.getMessage()
                                + ", with all cut that may be cut. Look at what the probe prints on the instance."));
    }

    /** The finding of a verdict; action and refusal stay until the next decision. */
    static Finding found(Case current, Verdict verdict) {
        return new Finding(
                verdict.name().name(),
                verdict.race().marginSeconds(),
                verdict.race().uncertain(),
                Wording.reason(verdict),
                current.finding().action(),
                current.finding().refusal());
    }

    /** The finding without its refusal. */
    static Finding free(Case current) {
        Finding finding = current.finding();
        return new Finding(
                finding.verdict(),
                finding.marginSeconds(),
                finding.marginUncertain(),
                finding.reason(),
                finding.action(),
                null);
    }
}
