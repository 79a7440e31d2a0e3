package launchguard.steps;

import java.time.Instant;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.Status;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;

/** Resumes intents that may or may not have been carried out. */
public final class IntentRecovery {
    private final CaseClock clock;
    private final StepStore store;
    private final SentRemedies sentRemedies;
    private final RepeatedDecision repeatedDecision;
    private final CaseCloser closer;
    private final CaseScheduler scheduler;

    public IntentRecovery(
            StepStore store,
            SentRemedies sentRemedies,
            RepeatedDecision repeatedDecision,
            CaseCloser closer,
            CaseScheduler scheduler) {
        this.clock = store.clock();
        this.store = store;
        this.sentRemedies = sentRemedies;
        this.repeatedDecision = repeatedDecision;
        this.closer = closer;
        this.scheduler = scheduler;
    }

    /** Follows an intent that was sent; one that two lookups did not find is decided again. */
    Case resume(Case current, Intended intended) {
        return sentRemedies.found(current, intended).orElseGet(() -> absent(current, intended));
    }

    private Case absent(Case current, Intended intended) {
        Instant now = clock.now();
        if (!now.isBefore(current.windowEnds())) {
            return closer.end(
                    current,
                    Status.ESCALATED,
                    CaseCloser.free(current)
                            .because(current.finding().reason()
                                    + " The remedy could not be sent before the launch window ended."));
        }
        if (now.isAfter(intended.at().plus(RemedyOutcome.FRESH))) {
            return scheduler.probeNow(current.change()
                    .noted(now, "decided too long ago, and never sent: probes again")
                    .done());
        }
        return switch (intended.action()) {
            case Restart ignored ->
                lookedTwice(intended) ? decideAnew(current, now) : lookOnceMore(current, intended, now);
            case Redeploy ignored ->
                lookedTwice(intended) ? decideAnew(current, now) : lookOnceMore(current, intended, now);
            case RedeployGroup ignored ->
                lookedTwice(intended) ? probeAgain(current, now) : lookOnceMore(current, intended, now);
            // An instance that was marked is shown as unhealthy, so one lookup is enough.
            case Replace ignored -> probeAgain(current, now);
        };
    }

    private static boolean lookedTwice(Intended intended) {
        return intended.lookedInVain() != null;
    }

    private Case lookOnceMore(Case current, Intended intended, Instant now) {
        return store.save(current.change()
                .step(
                        new Intended(intended.action(), intended.attempt(), intended.at(), now),
                        now.plus(CaseScheduler.INTENT_TIMER))
                .noted(now, "not found at AWS; looked for once more before it is decided anew")
                .done());
    }

    /**
     * Decides again from the same evidence: the document checks on the instance what was diagnosed. Only the worker
     * whose write of the new intent succeeds sends it.
     */
    private Case decideAnew(Case current, Instant now) {
        return repeatedDecision.anew(
                current.change().noted(now, "was not sent: decided anew").done());
    }

    /**
     * Probes the instance first: for a replacement or a deployment to a whole group no document checks what was
     * diagnosed.
     */
    private Case probeAgain(Case current, Instant now) {
        return scheduler.probeNow(
                current.change().noted(now, "was not sent: probes again").done());
    }
}
