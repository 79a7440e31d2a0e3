package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import launchguard.aws.LaunchHook;
import launchguard.aws.LifecycleActions;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep;
import launchguard.cases.Gate;
import launchguard.cases.Memory;
import launchguard.guard.Action;
import launchguard.notify.Notifier;
import launchguard.probe.Evidence;
import launchguard.report.GateWording;
import launchguard.settings.Settings;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import launchguard.store.StoredEvidence;
import launchguard.verdict.Unfinished;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.StillBooting;
import org.jspecify.annotations.Nullable;

/** Holds launched instances at the launch gate, and answers its lifecycle hook for them. */
public final class Gatekeeper {
    /** An expected deployment that has not been reported after this time is looked for by the probe. */
    private static final Duration NO_DEPLOYMENT = Duration.ofMinutes(5);

    /** SSM registers a new instance after some time. */
    private static final Duration REGISTRATION = Duration.ofMinutes(1);

    /** The longest time between two probes of a boot, and the time that one takes. */
    private static final Duration BETWEEN_PROBES = Duration.ofMinutes(17);

    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final GateHooks hooks;
    private final GateInspector inspector;

    public Gatekeeper(Settings settings, StepStore store, Notifier notifier, GateHooks hooks, GateInspector inspector) {
        this.settings = settings;
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.hooks = hooks;
        this.inspector = inspector;
    }

    /**
     * The case of an instance that a launch hook holds, and whose event was lost. If it waits at the gate, it is held
     * from now on; the change is still to be stored.
     */
    Case found(Case current, Instant now) {
        LaunchHook own = hooks.hook(current.group());
        if (own == null
                || !hooks.heartbeat(current.group(), own.name(), current.id().instance(), null)) {
            return current;
        }
        Gate gate = hooks.opened(current.group(), null, current.id().launchedAt(), false)
                .heartbeatSent(now);
        return current.change()
                .gate(hooks.deployedAll(current.group(), current.reported()) ? gate.deployed(Duration.ZERO, now) : gate)
                .noted(now, "found waiting at the launch gate: no event reported it")
                .done();
    }

    /** When the first probe is sent: after CodeDeploy's report of its deployment, or where none comes. */
    public static Instant firstProbe(Gate gate) {
        return gate.heldSince().plus(gate.deploymentExpected() ? NO_DEPLOYMENT : REGISTRATION);
    }

    /**
     * Does what is due for the wait itself, whatever the case waits for: gives an answer that was decided, lets the
     * instance go on at the deadline, or sends a heartbeat. Returns the case as it is then.
     */
    Case attend(Case held) {
        Gate gate = held.gate();
        if (gate == null) {
            return held;
        }
        if (gate.releasing()) {
            return release(held);
        }
        if (!gate.open() || !clock.hasCome(gate.due())) {
            return held;
        }
        Instant now = clock.now();
        gate = deploying(held, gate, now);
        if (clock.hasCome(gate.deadline())) {
            return release(store.save(again(
                            releasing(held, gate, false, "the gate lets it go on: its deadline has passed", now),
                            held,
                            now)
                    .done()));
        }
        if (hooks.heartbeat(held.group(), gate.hook(), held.id().instance(), gate.token())) {
            return store.save(again(held.change().gate(gate.heartbeatSent(now)), held, now)
                    .done());
        }
        // An ABANDON may be the reason: the recovery of the intent checks it.
        return held.step() instanceof CaseStep.Intended intended && intended.action() instanceof Action.Replace
                ? held
                : over(held, gate, "the wait at the gate was over before the heartbeat");
    }

    /** The case with the decision to let its instance go on, from which its launch window begins; the answer is still to be given. */
    CaseChange releasing(Case held, boolean proved, String why, Instant now) {
        return releasing(
                held, Objects.requireNonNull(held.gate(), "only a held instance is released"), proved, why, now);
    }

    private CaseChange releasing(Case held, Gate gate, boolean proved, String why, Instant now) {
        return held.change()
                .gate(gate.releasing(proved))
                .windowEnds(now.plus(settings.launchWindow()))
                .noted(now, why);
    }

    /**
     * If the last probe saw CodeDeploy's deployment under way, its time does not count until the next probe is overdue.
     */
    private static Gate deploying(Case held, Gate gate, Instant now) {
        Instant takenAt = held.memory().takenAt();
        Instant from = deploymentFrom(gate, held.memory());
        boolean running = gate.deploymentEndedAt() == null
                && gate.deploymentTook().isPositive()
                && takenAt != null
                && !from.plus(gate.deploymentTook()).isBefore(takenAt)
                && takenAt.plus(BETWEEN_PROBES).isAfter(now);
        return running ? gate.deployed(Duration.between(from, now), null) : gate;
    }

    private static Instant deploymentFrom(Gate gate, Memory seen) {
        Instant start = deploymentStart(seen);
        return start == null || start.isBefore(gate.heldSince()) ? gate.heldSince() : start;
    }

    /**
     * The wait of a case with what a probe shows of CodeDeploy's deployment, whose time does not count towards the
     * gate's deadline.
     */
    @Nullable
    Gate judged(Case before, Memory seen, Verdict verdict, Instant now) {
        Gate gate = before.gate();
        if (gate == null || !gate.open()) {
            return gate;
        }
        Instant from = deploymentFrom(gate, seen);
        Instant end = gate.deploymentEndedAt();
        if (end != null) {
            return from.isBefore(end) ? gate.deployed(Duration.between(from, end), end) : gate;
        }
        boolean running = verdict instanceof StillBooting booting && booting.unfinished() == Unfinished.DEPLOYMENT;
        return running && from.isBefore(now) ? gate.deployed(Duration.between(from, now), null) : gate;
    }

    /** When the deployment started, by the instance's files and clock; null if they don't show it. */
    private static @Nullable Instant deploymentStart(Memory seen) {
        Evidence evidence = StoredEvidence.last(seen);
        return evidence == null
                ? null
                : evidence.deployments().stream()
                        .filter(trace -> trace.thisBoot() && trace.thisInstance() && trace.startedUptime() != null)
                        .map(trace -> evidence.at(Objects.requireNonNull(trace.startedUptime())))
                        .max(Comparator.naturalOrder())
                        .orElse(null);
    }

    /** Waits on for the same step; its own timer's time is not stored beside the gate's. */
    private static CaseChange again(CaseChange change, Case before, Instant now) {
        Instant due = before.due();
        Instant own = now.plus(RecheckQueue.LONGEST);
        if (before.step() instanceof CaseStep.ToProbe next && next.notBefore().isAfter(now)) {
            own = next.notBefore();
        } else if (before.step() instanceof CaseStep.Intended && due != null) {
            own = due;
        }
        return change.step(before.step(), own);
    }

    /** Answers CONTINUE, and stores that. A second answer finds the wait over, and changes nothing. */
    public Case release(Case decided) {
        Gate gate = decided.gate();
        if (gate == null || !gate.releasing()) {
            return decided;
        }
        boolean there = hooks.complete(
                decided.group(), gate.hook(), decided.id().instance(), gate.token(), LifecycleActions.Result.CONTINUE);
        Instant now = clock.now();
        boolean released = there || inspector.releasedBefore(decided, gate, now);
        Gate answered = gate.answered(released ? Gate.State.RELEASED : Gate.State.GONE, gate.proved() && released, now);
        return stored(
                decided, answered, released ? "the gate answered CONTINUE" : "the wait at the gate was over already");
    }

    /**
     * Answers ABANDON: Auto Scaling terminates the instance. Returns false if the wait is over and the instance stays;
     * if it leaves, it was abandoned, perhaps by a call whose answer was lost, and counts in the budget.
     */
    boolean abandon(Case decided, Gate gate) {
        boolean there = hooks.complete(
                decided.group(), gate.hook(), decided.id().instance(), gate.token(), LifecycleActions.Result.ABANDON);
        return there || !inspector.stays(decided);
    }

    /** Announces that the launch was abandoned, once that is stored. */
    void announceAbandoned(Instant at, Case stored, Gate abandoned) {
        notifier.gateAnswered(at, stored, abandoned, false, false);
    }

    /** Ends a wait that was over without our answer; the case goes on as for an instance that is not held. */
    public Case over(Case held, Gate gate, String why) {
        Instant now = clock.now();
        Case changed =
                held.change().windowEnds(now.plus(settings.launchWindow())).done();
        return stored(changed, gate.answered(Gate.State.GONE, false, now), why);
    }

    private Case stored(Case decided, Gate answered, String what) {
        Instant now = clock.now();
        boolean expired = inspector.expired(decided, answered, now);
        boolean outdated = inspector.outdated(decided, answered, now);
        CaseChange change = decided.change()
                .gate(answered)
                .noted(
                        now,
                        expired
                                ? what + ": the hook's timeout put the instance in service"
                                : outdated ? what + ": " + GateWording.outdated(decided) : what);
        Case stored = store.save((decided.ended() ? change.withoutTimer() : again(change, decided, now)).done());
        notifier.gateAnswered(now, stored, answered, expired, outdated);
        return stored;
    }
}
