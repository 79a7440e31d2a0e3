package launchguard.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import launchguard.aws.Commands;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.intake.Reply;
import launchguard.intake.SignalResult;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.steps.CaseRunner;
import launchguard.steps.ThrottleBackoff;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Continues the case whose command has ended or whose timer is due. */
public final class CaseSignals {
    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final CaseRunner runner;
    private final ThrottleBackoff backoff;
    private final Notifier notifier;

    CaseSignals(StepStore store, Commands commands, CaseRunner runner, ThrottleBackoff backoff, Notifier notifier) {
        this.clock = store.clock();
        this.store = store;
        this.commands = commands;
        this.runner = runner;
        this.backoff = backoff;
        this.notifier = notifier;
    }

    SignalResult commandEnded(Signal.CommandEnded ended) {
        if (!commands.ours(ended.document())) {
            return ignored(Outcome.ignored(ended.instance(), "the document " + ended.document() + " is not ours"));
        }
        Optional<Case> latest = store.latest(ended.instance());
        if (latest.isEmpty()) {
            return ignored(Outcome.ignored(ended.instance(), "no case waits for this command"));
        }
        Case current = latest.get();
        if (current.releasing()) {
            return answered(current);
        }
        List<Case> toProbe = new ArrayList<>();
        Case now = store.sendAgain(current) ? current : advanced(current, ended, toProbe);
        return new SignalResult(new Reply.One(Outcome.of(now)), toProbe);
    }

    private Case advanced(Case current, Signal.CommandEnded ended, List<Case> toProbe) {
        CaseStep step = current.step();
        boolean awaited = (step instanceof Probing probing && probing.command().equals(ended.command()))
                || (step instanceof Running running && running.command().equals(ended.command()));
        if (awaited) {
            return backoff.attempt(current, asked -> runner.advance(asked, toProbe));
        }
        // The completion event arrived before the command's id was stored. That is certain only for a launch's first
        // probe. Later, the event may be of an earlier probe, whose evidence was acted on and no longer holds.
        boolean first = step instanceof ToProbe
                && current.id().number() == 1
                && current.finding().verdict() == null
                && commands.probe(ended.document());
        return first
                ? backoff.attempt(current, asked -> runner.advanceByProbe(asked, ended.command(), toProbe))
                : current;
    }

    SignalResult recheckArrived(Signal.Recheck recheck) {
        Optional<Case> known = store.find(recheck.caseId());
        if (known.isEmpty()) {
            return ignored(Outcome.ignored(
                    recheck.caseId().instance(), "there is no case " + recheck.caseId() + ": it was never opened"));
        }
        Case current = known.get();
        if (current.ended() || store.sendAgain(current)) {
            return current.releasing() ? answered(current) : SignalResult.done(Outcome.of(current));
        }
        if (current.releasing()) {
            // This message may be the only timer of the case's step, so the step is handled after the answer.
            current = backoff.attempt(current, runner::answered);
        }
        boolean ofThisStep =
                recheck.step() != null && recheck.step() == current.timer().step();
        if (clock.hasCome(current.due())) {
            // A recheck without a number is for whatever step is due.
            boolean due = ofThisStep || recheck.step() == null;
            List<Case> toProbe = new ArrayList<>();
            Case now = due ? backoff.attempt(current, asked -> runner.advance(asked, toProbe)) : current;
            return new SignalResult(new Reply.One(Outcome.of(now)), toProbe);
        }
        // An early recheck of the present step is that step's only timer, so it is put back. A recheck of another step
        // is dropped: the present step has a timer of its own.
        return new SignalResult(new Reply.One(Outcome.of(current)), List.of(), null, ofThisStep ? rest(current) : null);
    }

    /** The invocation that decided to release may have died before it answered; a second answer changes nothing. */
    private SignalResult answered(Case releasing) {
        store.sendAgain(releasing);
        return SignalResult.done(Outcome.of(backoff.attempt(releasing, runner::answered)));
    }

    private @Nullable Duration rest(Case current) {
        return current.due() == null ? null : Duration.between(clock.now(), current.due());
    }

    private SignalResult ignored(Outcome outcome) {
        return SignalResult.done(notifier.ignored(clock.now(), outcome));
    }
}
