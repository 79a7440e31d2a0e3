package launchguard.steps;

import launchguard.cases.Case;
import launchguard.guard.Action;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.verdict.Ownership;

/** Decides again by a case's stored evidence, or has the instance probed again where that evidence can no longer be judged. */
public final class RepeatedDecision {
    private final Diagnoser diagnoser;
    private final DecisionStep decisionStep;
    private final CaseScheduler scheduler;

    public RepeatedDecision(Diagnoser diagnoser, DecisionStep decisionStep, CaseScheduler scheduler) {
        this.diagnoser = diagnoser;
        this.decisionStep = decisionStep;
        this.scheduler = scheduler;
    }

    /** The next rung follows at once from the evidence that led to this one. */
    Case nextRung(Case current) {
        Judgement last = diagnoser.again(current);
        if (last == null) {
            return scheduler.probeNow(current);
        }
        // Only a new probe shows whether the redeployment left a JVM untouched that only its start time gave to the
        // group.
        boolean perhapsUntouched = last.verdict().ownership() == Ownership.TIME
                && current.attempts().getLast().action() instanceof Action.Redeploy;
        return perhapsUntouched
                ? scheduler.probeNow(current)
                : decisionStep.decide(current, last.verdict(), last.loss());
    }

    /**
     * Decides again with all checks, since the group may have changed; the document checks on the instance what was
     * diagnosed.
     */
    Case anew(Case current) {
        Judgement last = diagnoser.again(current);
        return last == null ? scheduler.probeNow(current) : decisionStep.decide(current, last.verdict(), last.loss());
    }
}
