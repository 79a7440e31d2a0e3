package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Commands;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Ended;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Observation;
import launchguard.cases.TimelineKind;
import launchguard.cases.TooLargeException;
import launchguard.model.CommandId;
import launchguard.notify.Notifier;
import launchguard.report.Wording;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;

/** Moves a case on as far as it goes without waiting. */
public final class CaseRunner {
    /** Delivery and execution of the probe together can't take longer. */
    private static final Duration PROBE_PATIENCE = Duration.ofMinutes(40);

    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final Notifier notifier;
    private final CaseCloser closer;
    private final Diagnoser diagnoser;
    private final LaunchMetrics figures;
    private final DecisionStep decisionStep;
    private final Prober prober;
    private final RemedyFollower follower;
    private final RemedySender sender;
    private final IntentRecovery recovery;
    private final Gatekeeper gatekeeper;
    private final ThrottleBackoff backoff;

    public CaseRunner(
            CaseClock clock,
            StepStore store,
            Commands commands,
            Notifier notifier,
            Diagnoser diagnoser,
            LaunchMetrics figures,
            CaseCloser closer,
            DecisionStep decisionStep,
            Prober prober,
            RemedyFollower follower,
            RemedySender sender,
            IntentRecovery recovery,
            Gatekeeper gatekeeper,
            ThrottleBackoff backoff) {
        this.clock = clock;
        this.store = store;
        this.commands = commands;
        this.notifier = notifier;
        this.diagnoser = diagnoser;
        this.figures = figures;
        this.closer = closer;
        this.decisionStep = decisionStep;
        this.prober = prober;
        this.follower = follower;
        this.sender = sender;
        this.recovery = recovery;
        this.gatekeeper = gatekeeper;
        this.backoff = backoff;
    }

    public Prober prober() {
        return prober;
    }

    /**
     * Goes on with a case whose timer rang or for which an event came; its wait at the launch gate comes first. A probe that is
     * due is left to the caller, who sends it together with others.
     *
     * @param toProbe takes the case, where its probe is due
     */
    public Case advance(Case current, List<Case> toProbe) {
        try {
            return advanced(gatekeeper.attend(current), toProbe);
        } catch (TooLargeException fault) {
            return closer.unstorable(current, fault);
        }
    }

    private Case advanced(Case current, List<Case> toProbe) {
        return switch (current.step()) {
            case ToProbe next -> probed(current, next, toProbe);
            case Probing probing -> goOn(current, read(current, probing), toProbe);
            case Intended intended ->
                clock.come(current.due()) ? goOn(current, recovery.resume(current, intended), toProbe) : current;
            case Running running -> goOn(current, follower.follow(current, running), toProbe);
            case Deploying deploying -> goOn(current, follower.follow(current, deploying), toProbe);
            case Replacing replacing -> goOn(current, follower.follow(current, replacing), toProbe);
            case Ended ignored -> current;
        };
    }

    /** EC2 says that the instance no longer runs. What was to replace it may have done so, and counts; all else is over. */
    public Case gone(Case current, List<Case> toProbe) {
        return current.step() instanceof Replacing || current.step() instanceof Intended
                ? advance(current, toProbe)
                : closer.gone(current, "no longer runs");
    }

    /** The completion event arrived before the command's id was stored: its answer is as good. */
    public Case heard(Case current, CommandId command, List<Case> toProbe) {
        try {
            return commands.answer(command, current.id().instance()) instanceof CommandAnswer.Ended ended
                    ? goOn(current, judged(current, ended), toProbe)
                    : current;
        } catch (TooLargeException fault) {
            return closer.unstorable(current, fault);
        }
    }

    /** What was decided just now is done just now; only what is found lying there is resumed with care. */
    private Case goOn(Case from, Case to, List<Case> toProbe) {
        Case before = from;
        Case after = to;
        while (after.version() != before.version()
                && after.step() instanceof Intended intended
                && intended.lookedInVain() == null) {
            before = after;
            after = sender.carryOut(after, intended);
        }
        return after.version() != before.version() && after.step() instanceof ToProbe next
                ? probed(after, next, toProbe)
                : after;
    }

    /** Goes on at once with a case that was just stored with an answer to the gate still to be given. */
    public Case answered(Case stored) {
        return gatekeeper.release(stored);
    }

    private Case probed(Case current, ToProbe next, List<Case> toProbe) {
        if (clock.come(next.notBefore())) {
            toProbe.add(current);
        }
        return current;
    }

    private Case read(Case current, Probing probing) {
        CommandAnswer answer = commands.answer(probing.command(), current.id().instance());
        return switch (answer) {
            case CommandAnswer.Ended ended -> judged(current, ended);
            case CommandAnswer.NotEnded ignored -> stillProbing(current, probing);
        };
    }

    private Case stillProbing(Case current, Probing probing) {
        Instant now = clock.now();
        if (!clock.come(current.due())) {
            return current;
        }
        if (now.isAfter(probing.sentAt().plus(PROBE_PATIENCE))) {
            return decisionStep.unheard(current, new Inconclusive("SSM never told the end of the probe"));
        }
        return store.save(
                current.change().step(probing, now.plus(RecheckQueue.LONGEST)).done());
    }

    private Case judged(Case current, CommandAnswer.Ended ended) {
        if (!ended.succeeded()) {
            return decisionStep.unheard(current, new Inconclusive("the probe " + ended.end()));
        }
        Judgement judgement = diagnoser.judge(current, ended.output(), takenAt(current, ended));
        return judgedBefore(current, judgement) ? decided(current, judgement) : judged(current, judgement);
    }

    /** Whether this very look was judged and stored, and only the guard is still to be asked. */
    private static boolean judgedBefore(Case current, Judgement judgement) {
        return Objects.equals(judgement.memory().evidence(), current.memory().evidence())
                && Objects.equals(judgement.memory().takenAt(), current.memory().takenAt())
                && judgement.verdict().name().conclusive()
                && judgement.verdict().name().name().equals(current.finding().verdict());
    }

    private Case judged(Case current, Judgement judgement) {
        Verdict verdict = judgement.verdict();
        Instant now = clock.now();
        Case known = current.change()
                .looked(judgement.memory(), seen(judgement))
                .deployment(judgement.deployment(), current.deploymentGroup())
                .finding(CaseCloser.found(current, verdict))
                .gate(gatekeeper.judged(current, judgement.memory(), verdict, now))
                .noted(
                        now,
                        "verdict: " + verdict.name(),
                        new TimelineKind.Judged(verdict.name().name()))
                .done();
        notifier.step(now, known, "verdict");
        boolean settled = decisionStep.settled(known, verdict, judgement.loss());
        // A throttled AWS, which the guard asks about the group, never keeps a verdict back.
        Case stored = settled ? decisionStep.decide(known, verdict, judgement.loss()) : store.save(known);
        // Not reached after a lost conditional write: a verdict is counted once, by the invocation that stored it.
        figures.count(current, stored, judgement, now);
        return settled ? stored : decided(stored, judgement);
    }

    private Case decided(Case known, Judgement judgement) {
        return backoff.attempt(known, current -> decisionStep.decide(current, judgement.verdict(), judgement.loss()));
    }

    /** Where AWS does not say when the probe ended, it was not before it was sent. */
    private Instant takenAt(Case current, CommandAnswer.Ended ended) {
        Instant endedAt = ended.endedAt();
        return endedAt != null ? endedAt : current.step() instanceof Probing probing ? probing.sentAt() : clock.now();
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
