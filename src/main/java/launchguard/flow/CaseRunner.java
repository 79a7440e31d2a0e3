package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Timers;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Ended;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Observation;
import launchguard.cases.TooLargeException;
import launchguard.flow.Diagnoser.Judgement;
import launchguard.model.CommandId;
import launchguard.report.Wording;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;

/** Moves a case on as far as it goes without waiting. */
final class CaseRunner {
    /** Delivery and execution of the probe together can't take longer. */
    private static final Duration PROBE_PATIENCE = Duration.ofMinutes(40);

    private final Rooms rooms;
    private final CaseCloser halt;
    private final Diagnoser judge;
    private final LaunchFigures figures;
    private final DecisionStep decider;
    private final Prober prober;
    private final RemedyFollower attempts;
    private final RemedySender remedies;
    private final IntentRecovery intents;
    private final Gatekeeper gatekeeper;

    CaseRunner(Rooms rooms, Gatekeeper gatekeeper) {
        this.rooms = rooms;
        this.judge = new Diagnoser(rooms);
        this.figures = new LaunchFigures(rooms);
        this.halt = new CaseCloser(rooms, gatekeeper);
        this.decider = new DecisionStep(rooms, halt, gatekeeper);
        this.prober = new Prober(rooms, decider);
        RemedyOutcome aftermath = new RemedyOutcome(rooms, judge, decider, halt);
        this.attempts = new RemedyFollower(rooms, aftermath, halt);
        this.remedies = new RemedySender(rooms, aftermath, gatekeeper);
        this.intents = new IntentRecovery(rooms, remedies, attempts, aftermath, judge, decider, halt);
        this.gatekeeper = gatekeeper;
    }

    Prober prober() {
        return prober;
    }

    /** Goes on with a case whose timer rang, or about which something was heard; first with its wait at the launch gate. */
    Case advance(Case one) {
        try {
            return advanced(gatekeeper.attend(one));
        } catch (TooLargeException fault) {
            return halt.unstorable(one, fault);
        }
    }

    private Case advanced(Case one) {
        return switch (one.step()) {
            case ToProbe next -> probed(one, next);
            case Probing probing -> goOn(one, read(one, probing));
            case Intended intended -> rooms.come(one.due()) ? goOn(one, intents.resume(one, intended)) : one;
            case Running running -> goOn(one, attempts.follow(one, running));
            case Deploying deploying -> goOn(one, attempts.follow(one, deploying));
            case Replacing replacing -> goOn(one, attempts.follow(one, replacing));
            case Ended ignored -> one;
        };
    }

    /** A probe whose end is told before its sending was stored: its answer is as good. */
    Case heard(Case one, CommandId command) {
        try {
            return rooms.commands().answer(command, one.id().instance()) instanceof CommandAnswer.Ended ended
                    ? goOn(one, judged(one, ended))
                    : one;
        } catch (TooLargeException fault) {
            return halt.unstorable(one, fault);
        }
    }

    /** What was decided just now is done just now; only what is found lying there is resumed with care. */
    private Case goOn(Case from, Case to) {
        Case before = from;
        Case after = to;
        while (after.version() != before.version()
                && after.step() instanceof Intended intended
                && intended.lookedInVain() == null) {
            before = after;
            after = remedies.carryOut(after, intended);
        }
        return after.version() != before.version() && after.step() instanceof ToProbe next
                ? probed(after, next)
                : after;
    }

    /** Goes on at once with a case that was just stored with an answer to the gate still to be given. */
    Case answered(Case stored) {
        return gatekeeper.release(stored);
    }

    /** Nothing follows at once: where somebody else was quicker, what is stored now is theirs to go on with. */
    private Case probed(Case one, ToProbe next) {
        return rooms.come(next.notBefore()) ? prober.send(one) : one;
    }

    private Case read(Case one, Probing probing) {
        CommandAnswer answer =
                rooms.commands().answer(probing.command(), one.id().instance());
        return switch (answer) {
            case CommandAnswer.Ended ended -> judged(one, ended);
            case CommandAnswer.NotEnded ignored -> stillProbing(one, probing);
        };
    }

    private Case stillProbing(Case one, Probing probing) {
        Instant now = rooms.now();
        if (!rooms.come(one.due())) {
            return one;
        }
        if (now.isAfter(probing.sentAt().plus(PROBE_PATIENCE))) {
            return decider.unheard(one, new Inconclusive("SSM never told the end of the probe"));
        }
        return rooms.store()
                .save(one.change().step(probing, now.plus(Timers.LONGEST)).done());
    }

    private Case judged(Case one, CommandAnswer.Ended ended) {
        if (!ended.succeeded()) {
            return decider.unheard(one, new Inconclusive("the probe " + ended.end()));
        }
        Judgement judgement = judge.judge(one, ended.output(), takenAt(one, ended));
        Verdict verdict = judgement.verdict();
        Instant now = rooms.now();
        Case known = one.change()
                .looked(judgement.memory(), seen(judgement))
                .deployment(judgement.deployment(), one.deploymentGroup())
                .finding(CaseCloser.found(one, verdict))
                .gate(gatekeeper.judged(one, judgement.memory(), verdict, now))
                .noted(now, "verdict: " + verdict.name())
                .done();
        rooms.teller().step(now, known, "verdict");
        Case stored = decider.decide(known, verdict, judgement.loss());
        // Not reached where somebody else was quicker: a verdict counts once, for whoever stored it.
        figures.count(one, stored, judgement, now);
        return stored;
    }

    /** Where AWS does not say when the probe ended, it was not before it was sent. */
    private Instant takenAt(Case one, CommandAnswer.Ended ended) {
        Instant endedAt = ended.endedAt();
        return endedAt != null ? endedAt : one.step() instanceof Probing probing ? probing.sentAt() : rooms.now();
    }

    private Observation seen(Judgement judgement) {
        Verdict verdict = judgement.verdict();
        return new Observation(
                rooms.now(),
                verdict.name().name(),
                verdict.race().marginSeconds(),
                Wording.reason(verdict),
                judgement.records(),
                null);
    }
}
