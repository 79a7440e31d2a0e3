package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Commands;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.model.CommandId;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import launchguard.verdict.Verdict.Inconclusive;

/** Follows a probe to its end. */
public final class ProbeFollower {
    /** Delivery and execution of the probe together can't take longer. */
    private static final Duration PROBE_PATIENCE = Duration.ofMinutes(40);

    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final VerdictStep verdictStep;
    private final UnansweredProbe unanswered;
    private final HeldBackCases heldBack;

    public ProbeFollower(
            StepStore store,
            Commands commands,
            VerdictStep verdictStep,
            UnansweredProbe unanswered,
            HeldBackCases heldBack) {
        this.clock = store.clock();
        this.store = store;
        this.commands = commands;
        this.verdictStep = verdictStep;
        this.unanswered = unanswered;
        this.heldBack = heldBack;
    }

    /** Whether the time of the next probe has come. */
    boolean due(ToProbe next) {
        return clock.hasCome(next.notBefore());
    }

    /** The case as it waits on, if a probe would be followed by the same refusal. */
    Optional<Case> waitsOn(Case current) {
        return heldBack.waitsOn(current);
    }

    Case follow(Case current, Probing probing) {
        Optional<Case> decided = probing.judged() ? verdictStep.judgedBefore(current) : Optional.empty();
        return decided.orElseGet(() -> asked(current, probing));
    }

    private Case asked(Case current, Probing probing) {
        CommandAnswer answer = commands.answer(probing.command(), current.id().instance());
        return switch (answer) {
            case CommandAnswer.Ended ended -> ended(current, ended);
            case CommandAnswer.NotEnded ignored -> stillProbing(current, probing);
        };
    }

    /** Takes the answer of a command whose id is not stored yet. */
    Case follow(Case current, CommandId command) {
        return commands.answer(command, current.id().instance()) instanceof CommandAnswer.Ended ended
                ? ended(current, ended)
                : current;
    }

    private Case stillProbing(Case current, Probing probing) {
        Instant now = clock.now();
        if (!clock.hasCome(current.due())) {
            return current;
        }
        if (now.isAfter(probing.sentAt().plus(PROBE_PATIENCE))) {
            return unanswered.judge(current, new Inconclusive("SSM never reported the end of the probe"));
        }
        return store.save(
                current.change().step(probing, now.plus(RecheckQueue.LONGEST)).done());
    }

    private Case ended(Case current, CommandAnswer.Ended ended) {
        return ended.succeeded()
                ? verdictStep.judge(current, ended)
                : unanswered.judge(current, new Inconclusive("the probe " + ended.end()));
    }
}
