package launchguard.steps;

import java.time.Instant;
import java.util.Optional;
import launchguard.aws.CommandAnswer;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import launchguard.verdict.Verdict;

/** Judges what a probe printed, stores the verdict, and asks for the decision. */
public final class VerdictStep {
    private final CaseClock clock;
    private final StepStore store;
    private final Diagnoser diagnoser;
    private final VerdictRecorder recorder;
    private final DecisionStep decisionStep;
    private final ThrottleBackoff backoff;

    public VerdictStep(
            StepStore store,
            Diagnoser diagnoser,
            VerdictRecorder recorder,
            DecisionStep decisionStep,
            ThrottleBackoff backoff) {
        this.clock = store.clock();
        this.store = store;
        this.diagnoser = diagnoser;
        this.recorder = recorder;
        this.decisionStep = decisionStep;
        this.backoff = backoff;
    }

    Case judge(Case current, CommandAnswer.Ended ended) {
        Judgement judgement = diagnoser.judge(current, ended.output(), takenAt(current, ended));
        Verdict verdict = judgement.verdict();
        Instant now = clock.now();
        Case known = recorder.noted(current, judgement, now);
        boolean settled = decisionStep.settled(known, verdict, judgement.loss());
        // A throttle of the guard's reads must not hold a verdict back.
        Case stored = settled
                ? decisionStep.decide(known, verdict, judgement.loss())
                : store.save(known.change().judged(verdict.name().conclusive()).done());
        // Not reached after a lost conditional write: a verdict is counted once, by the invocation that stored it.
        recorder.count(current, stored, judgement, now);
        return settled ? stored : decided(stored, judgement);
    }

    /** The guard's answer for a probe whose verdict is stored already; empty if its evidence is no longer stored. */
    Optional<Case> judgedBefore(Case current) {
        return Optional.ofNullable(diagnoser.again(current)).map(judgement -> decided(current, judgement));
    }

    private Case decided(Case known, Judgement judgement) {
        return backoff.attempt(known, current -> decisionStep.decide(current, judgement.verdict(), judgement.loss()));
    }

    /** When the probe ended; if AWS does not say, when it was sent, which is not later. */
    private Instant takenAt(Case current, CommandAnswer.Ended ended) {
        Instant endedAt = ended.endedAt();
        return endedAt != null ? endedAt : current.step() instanceof Probing probing ? probing.sentAt() : clock.now();
    }
}
