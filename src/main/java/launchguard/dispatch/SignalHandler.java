package launchguard.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Commands;
import launchguard.aws.Deadline;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.intake.BatchLookups;
import launchguard.intake.GateArrivals;
import launchguard.intake.LaunchArrivals;
import launchguard.intake.ManualRequests;
import launchguard.intake.PatchArrivals;
import launchguard.intake.Reconciler;
import launchguard.intake.Reply;
import launchguard.intake.SignalResult;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.signal.Signal;
import launchguard.steps.CaseRunner;
import launchguard.steps.ThrottleBackoff;
import launchguard.store.CaseClock;
import launchguard.store.CurrentMessage;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Routes each signal to the step that handles it. */
public final class SignalHandler {
    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final BatchLookups.Source lookups;
    private final Notifier notifier;
    private final CaseRunner runner;
    private final ThrottleBackoff backoff;
    private final LaunchArrivals arrivals;
    private final ManualRequests manualRequests;
    private final GateArrivals gateArrivals;
    private final PatchArrivals patchArrivals;
    private final Reconciler reconciler;

    SignalHandler(
            CaseClock clock,
            StepStore store,
            Commands commands,
            BatchLookups.Source lookups,
            Notifier notifier,
            CaseRunner runner,
            ThrottleBackoff backoff,
            LaunchArrivals arrivals,
            ManualRequests manualRequests,
            GateArrivals gateArrivals,
            PatchArrivals patchArrivals,
            Reconciler reconciler) {
        this.clock = clock;
        this.store = store;
        this.commands = commands;
        this.lookups = lookups;
        this.notifier = notifier;
        this.runner = runner;
        this.backoff = backoff;
        this.arrivals = arrivals;
        this.manualRequests = manualRequests;
        this.gateArrivals = gateArrivals;
        this.patchArrivals = patchArrivals;
        this.reconciler = reconciler;
    }

    /** Does what the signal asks for, and answers. */
    public Reply handle(Signal signal) {
        SignalResult begun = begin(signal, lookups(List.of(signal), false));
        ProbeResults all = probe(begun.toProbe());
        begun.throwFault();
        all.throwFirst();
        List<Case> probed = all.cases();
        return switch (begun.reply()) {
            case Reply.One one -> probed.isEmpty() ? one : new Reply.One(Outcome.of(probed.getFirst()));
            case Reply.OfDeployment some -> new Reply.OfDeployment(with(some.outcomes(), probed));
            case Reply.OfGroup some -> new Reply.OfGroup(with(some.outcomes(), probed));
            case Reply.Swept swept -> swept;
        };
    }

    private static List<Outcome> with(List<Outcome> outcomes, List<Case> probed) {
        List<Outcome> newer = new ArrayList<>(outcomes);
        for (Case current : probed) {
            newer.replaceAll(
                    outcome -> current.id().toString().equals(outcome.caseId()) ? Outcome.of(current) : outcome);
        }
        return newer;
    }

    /** Sends the probes of a whole batch; what fails for one case fails no other. */
    public ProbeResults probe(List<Case> cases) {
        List<Case> putOff = new ArrayList<>();
        Map<CaseId, RuntimeException> faults = new LinkedHashMap<>();
        List<Case> probed = new ArrayList<>(runner.prober().send(cases, (one, fault) -> {
            try {
                putOff.add(backoff.afterwards(one, fault));
            } catch (RuntimeException again) {
                faults.put(one.id(), again);
            }
        }));
        probed.addAll(putOff);
        return new ProbeResults(probed, faults);
    }

    /**
     * Which of the signals of a batch comes first. One that names both instance and deployment opens a case that the
     * others need not change; and before a whole deployment is asked for its instances, most of them are known.
     */
    public static int order(Signal signal) {
        return signal instanceof Signal.InstanceDeployed ? 0 : 1;
    }

    /** Reads the results of the probes that ended by these signals, by one call for each command. */
    public void readResults(List<Signal> signals) {
        Map<CommandId, Integer> ends = new LinkedHashMap<>();
        for (Signal signal : signals) {
            if (signal instanceof Signal.CommandEnded ended && commands.probe(ended.document())) {
                ends.merge(ended.command(), 1, Integer::sum);
            }
        }
        ends.forEach((command, count) -> {
            if (count > 1 && Deadline.allowsMore()) {
                readResults(command);
            }
        });
    }

    private void readResults(CommandId command) {
        try {
            commands.readResults(command);
        } catch (AwsFailureException fault) {
            notifier.fault(clock.now(), "could not read results together; each is read by itself", fault);
        }
    }

    /** The one instance that a signal is about; null where it may be about several. */
    public static @Nullable InstanceId subject(Signal signal) {
        return switch (signal) {
            case Signal.InstanceLaunched launched -> launched.instance();
            case Signal.LaunchFailed failed -> failed.instance();
            case Signal.InstanceHeld held -> held.instance();
            case Signal.InstanceDeployed deployed -> deployed.instance();
            case Signal.CommandEnded ended -> ended.instance();
            case Signal.Patched patched -> patched.instance();
            case Signal.Recheck recheck -> recheck.caseId().instance();
            case Signal.InstanceAsked asked -> asked.instance();
            case Signal.DeploymentEnded ignored -> null;
            case Signal.GroupAsked ignored -> null;
            case Signal.ScheduleTick ignored -> null;
            case Signal.NotOurs ignored -> null;
        };
    }

    /** For signals that are begun together; at low priority CodeDeploy is left alone while it throttles. */
    public BatchLookups lookups(List<Signal> signals, boolean lowPriority) {
        return lookups.forBatch(signals, lowPriority);
    }

    /** Does what the signal asks for, but for sending probes. */
    public SignalResult begin(Signal signal, BatchLookups lookups) {
        return switch (signal) {
            case Signal.NotOurs notOurs -> ignored(Outcome.ignored(null, notOurs.reason()));
            case Signal.InstanceLaunched launched -> arrivals.launched(launched, lookups);
            case Signal.LaunchFailed failed -> arrivals.failed(failed, lookups);
            case Signal.InstanceHeld held -> gateArrivals.held(held, lookups);
            case Signal.InstanceDeployed deployed -> deployed(deployed, lookups);
            case Signal.DeploymentEnded ended -> ended(ended, lookups);
            case Signal.CommandEnded ended -> commandEnded(ended);
            case Signal.Patched patched -> patchArrivals.patched(patched, lookups);
            case Signal.Recheck recheck -> rang(recheck);
            case Signal.InstanceAsked asked -> SignalResult.done(manualRequests.ask(asked, lookups));
            case Signal.GroupAsked asked -> manualRequests.ask(asked, lookups);
            case Signal.ScheduleTick ignored -> {
                Reconciler.Found found = reconciler.look(lookups);
                yield new SignalResult(
                        new Reply.Swept(found.rearmed(), found.opened().size()), found.opened());
            }
        };
    }

    private SignalResult deployed(Signal.InstanceDeployed deployed, BatchLookups lookups) {
        SignalResult begun = arrivals.deployed(deployed, lookups);
        if (begun.reply() instanceof Reply.One one && one.outcome().caseId() != null) {
            this.lookups.deployments().told(deployed.deployment(), deployed.instance());
        }
        return begun;
    }

    private SignalResult ended(Signal.DeploymentEnded ended, BatchLookups lookups) {
        if (!CurrentMessage.present() || !lookups.told(ended.deployment())) {
            return arrivals.deployed(ended, lookups);
        }
        if (CurrentMessage.redelivered()) {
            this.lookups
                    .deployments()
                    .toldOf(ended.deployment())
                    .flatMap(store::latest)
                    .ifPresent(store::sendAgain);
        }
        return ignored(Outcome.ignored(
                null, "the instance itself has told of the end of launch deployment " + ended.deployment()));
    }

    private SignalResult ignored(Outcome outcome) {
        return SignalResult.done(notifier.ignored(clock.now(), outcome));
    }

    private SignalResult commandEnded(Signal.CommandEnded ended) {
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
        Case heard = store.sendAgain(current) ? current : heard(current, ended, toProbe);
        return new SignalResult(new Reply.One(Outcome.of(heard)), toProbe);
    }

    /** The invocation that decided to release may have died before it answered; a second answer changes nothing. */
    private SignalResult answered(Case releasing) {
        store.sendAgain(releasing);
        return SignalResult.done(Outcome.of(backoff.attempt(releasing, runner::answered)));
    }

    private Case heard(Case current, Signal.CommandEnded ended, List<Case> toProbe) {
        CaseStep step = current.step();
        boolean awaited = (step instanceof Probing probing && probing.command().equals(ended.command()))
                || (step instanceof Running running && running.command().equals(ended.command()));
        if (awaited) {
            return backoff.attempt(current, asked -> runner.advance(asked, toProbe));
        }
        // The completion event arrived before the command's id was stored. Only of a launch's first probe is this
        // certain: later, it
        // may be the echo of a probe whose evidence was acted on, and is true no more.
        boolean first = step instanceof ToProbe
                && current.id().number() == 1
                && current.finding().verdict() == null
                && commands.probe(ended.document());
        return first ? backoff.attempt(current, asked -> runner.heard(asked, ended.command(), toProbe)) : current;
    }

    private SignalResult rang(Signal.Recheck recheck) {
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
            // This message may be the only timer of the case's step: it is not done with the answer.
            current = backoff.attempt(current, runner::answered);
        }
        boolean ofThisStep =
                recheck.step() != null && recheck.step() == current.timer().step();
        if (clock.come(current.due())) {
            // One without a number is of whatever step is due.
            boolean due = ofThisStep || recheck.step() == null;
            List<Case> toProbe = new ArrayList<>();
            Case now = due ? backoff.attempt(current, asked -> runner.advance(asked, toProbe)) : current;
            return new SignalResult(new Reply.One(Outcome.of(now)), toProbe);
        }
        // Too early for its own step: it is the only timer of that. For another step, the timer of that is another
        // message.
        return new SignalResult(new Reply.One(Outcome.of(current)), List.of(), null, ofThisStep ? rest(current) : null);
    }

    private @Nullable Duration rest(Case current) {
        return current.due() == null ? null : Duration.between(clock.now(), current.due());
    }
}
