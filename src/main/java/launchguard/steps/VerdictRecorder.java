package launchguard.steps;

import java.time.Instant;
import launchguard.cases.Case;
import launchguard.cases.Observation;
import launchguard.cases.TimelineKind;
import launchguard.notify.Notifier;
import launchguard.report.Wording;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.store.CaseClock;
import launchguard.verdict.Verdict;

/** Adds a verdict to its case, and counts it in the metrics after it is stored. */
public final class VerdictRecorder {
    private final CaseClock clock;
    private final Notifier notifier;
    private final Gatekeeper gatekeeper;
    private final LaunchMetrics metrics;

    public VerdictRecorder(CaseClock clock, Notifier notifier, Gatekeeper gatekeeper, LaunchMetrics metrics) {
        this.clock = clock;
        this.notifier = notifier;
        this.gatekeeper = gatekeeper;
        this.metrics = metrics;
    }

    /** The case with the verdict; still to be stored. */
    Case noted(Case current, Judgement judgement, Instant now) {
        Verdict verdict = judgement.verdict();
        Case known = current.change()
                .probed(judgement.memory(), seen(judgement))
                .deployment(judgement.deployment(), current.deploymentGroup())
                .finding(CaseCloser.found(current, verdict))
                .gate(gatekeeper.judged(current, judgement.memory(), verdict, now))
                .noted(
                        now,
                        "verdict: " + verdict.name(),
                        new TimelineKind.Judged(verdict.name().name()))
                .done();
        notifier.step(now, known, "verdict");
        return known;
    }

    /** A verdict that has been stored. */
    void count(Case before, Case stored, Judgement judgement, Instant at) {
        metrics.count(before, stored, judgement, at);
    }

    private Observation seen(Judgement judgement) {
        Verdict verdict = judgement.verdict();
        return new Observation(
                clock.now(),
                verdict.name().name(),
                verdict.race().marginSeconds(),
                Wording.reason(verdict),
                judgement.records(),
                null);
    }
}
