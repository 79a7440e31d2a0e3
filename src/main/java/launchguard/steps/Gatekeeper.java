package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.aws.AwsFailureException;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.LaunchHook;
import launchguard.aws.LifecycleActions;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep;
import launchguard.cases.Gate;
import launchguard.cases.Memory;
import launchguard.guard.Action;
import launchguard.model.ActionToken;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.notify.Notifier;
import launchguard.probe.Evidence;
import launchguard.report.GateWording;
import launchguard.settings.GateSettings;
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
    /** Hooks change rarely; a scale-out asks for each instance. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    /** An expected deployment that has not been reported by then is looked for by the probe. */
    private static final Duration NO_DEPLOYMENT = Duration.ofMinutes(5);

    /** A deployment to a whole fleet takes longer. */
    private static final Duration SAME_REVISION = Duration.ofMinutes(1);

    /** SSM takes some time to know a fresh instance. */
    private static final Duration REGISTRATION = Duration.ofMinutes(1);

    /** The longest that two looks at a boot are apart, and the time that one takes. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(17);

    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Groups groups;
    private final LifecycleActions lifecycle;
    private final GroupDeployments deployments;
    private final Notifier notifier;
    private final Map<GroupName, Hooks> known = new ConcurrentHashMap<>();

    public Gatekeeper(
            Settings settings,
            CaseClock clock,
            StepStore store,
            Groups groups,
            LifecycleActions lifecycle,
            GroupDeployments deployments,
            Notifier notifier) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
        this.groups = groups;
        this.lifecycle = lifecycle;
        this.deployments = deployments.modest();
        this.notifier = notifier;
    }

    private record Hooks(List<LaunchHook> hooks, Instant at) {}

    /** Whether this is the hook that makes a group gated. */
    public boolean ours(HookName hook) {
        return hook.equals(settings.gate().hook());
    }

    /** The group's own gate hook; null where the group is not gated. */
    @Nullable
    public LaunchHook hook(GroupName group) {
        return hooks(group).stream()
                .filter(hook -> ours(hook.name()))
                .findFirst()
                .orElse(null);
    }

    private List<LaunchHook> hooks(GroupName group) {
        Instant now = clock.now();
        Hooks fresh = known.get(group);
        if (fresh == null || fresh.at().plus(FRESH).isBefore(now)) {
            fresh = new Hooks(lifecycle.launchHooks(group), now);
            known.put(group, fresh);
        }
        return fresh.hooks();
    }

    /** A wait of an instance of this group that begins now, or began at {@code heldSince}. */
    public Gate opened(GroupName group, @Nullable ActionToken token, Instant heldSince, boolean intoWarmPool) {
        GateSettings gate = settings.gate();
        LaunchHook own = hook(group);
        Duration third = (own == null ? Duration.ofMinutes(10) : own.heartbeat()).dividedBy(3);
        Duration beat = third.multipliedBy(2);
        boolean expected = !intoWarmPool
                && hooks(group).stream().anyMatch(hook -> hook.name().ofCodeDeploy());
        return Gate.opened(
                gate.hook(),
                token,
                heldSince,
                gate.deadline(),
                beat.compareTo(gate.beat()) < 0 ? beat : gate.beat(),
                intoWarmPool,
                expected);
    }

    /**
     * Whether these are the deployments of the launch, where at least one is known. Each deployment group has its own launch
     * hook on the Auto Scaling group, and each deploys once.
     */
    public boolean deployedAll(GroupName group, Set<DeploymentId> reported) {
        long hooks =
                hooks(group).stream().filter(hook -> hook.name().ofCodeDeploy()).count();
        return !reported.isEmpty() && reported.size() >= hooks;
    }

    /**
     * The case of an instance that a launch hook holds, and whose event was lost. If it waits at the gate, it is held
     * from now on; the change is still to be stored.
     */
    Case found(Case current, Instant now) {
        LaunchHook own = hook(current.group());
        if (own == null
                || !lifecycle.heartbeat(
                        current.group(), own.name(), current.id().instance(), null)) {
            return current;
        }
        Gate gate =
                opened(current.group(), null, current.id().launchedAt(), false).beaten(now);
        return current.change()
                .gate(deployedAll(current.group(), current.reported()) ? gate.deployed(Duration.ZERO, now) : gate)
                .noted(now, "found waiting at the launch gate: no event told of it")
                .done();
    }

    /** What the group's owner should know of the hook; null where it is as it should be. */
    @Nullable
    public String complaint(GroupName group) {
        LaunchHook own = hook(group);
        return own == null || own.continuesByDefault()
                ? null
                : "the default result of lifecycle hook " + own.name()
                        + " is ABANDON: a lost event would end the launch; set it to" + " CONTINUE";
    }

    /** When the first probe is sent: after CodeDeploy's report of its deployment, or where none comes. */
    public static Instant firstProbe(Gate gate) {
        return gate.heldSince().plus(gate.deploymentExpected() ? NO_DEPLOYMENT : REGISTRATION);
    }

    /**
     * Does what is due for the wait itself, whatever the case waits for: gives an answer that was decided, lets the
     * instance go on at the deadline, or sends a heartbeat. Gives the case as it is then.
     */
    Case attend(Case held) {
        Gate gate = held.gate();
        if (gate == null) {
            return held;
        }
        if (gate.releasing()) {
            return release(held);
        }
        if (!gate.open() || !clock.come(gate.due())) {
            return held;
        }
        Instant now = clock.now();
        gate = deploying(held, gate, now);
        if (clock.come(gate.deadline())) {
            return release(store.save(again(
                            held.change().gate(gate.releasing(false)).windowEnds(now.plus(settings.launchWindow())),
                            held,
                            now)
                    .noted(now, "the gate lets it go on: its deadline has passed")
                    .done()));
        }
        if (lifecycle.heartbeat(held.group(), gate.hook(), held.id().instance(), gate.token())) {
            return store.save(
                    again(held.change().gate(gate.beaten(now)), held, now).done());
        }
        // An ABANDON may be the reason: the recovery of the intent checks it.
        return held.step() instanceof CaseStep.Intended intended && intended.action() instanceof Action.Replace
                ? held
                : over(held, gate, "the wait at the gate was over before the heartbeat");
    }

    /** Where the last look saw CodeDeploy's deployment at work, its time does not count until the next look is overdue. */
    private static Gate deploying(Case held, Gate gate, Instant now) {
        Instant takenAt = held.memory().takenAt();
        Instant from = deploymentFrom(gate, held.memory());
        boolean running = gate.deploymentEndedAt() == null
                && gate.deploymentTook().isPositive()
                && takenAt != null
                && !from.plus(gate.deploymentTook()).isBefore(takenAt)
                && takenAt.plus(BETWEEN_LOOKS).isAfter(now);
        return running ? gate.deployed(Duration.between(from, now), null) : gate;
    }

    private static Instant deploymentFrom(Gate gate, Memory seen) {
        Instant start = deploymentStart(seen);
        return start == null || start.isBefore(gate.heldSince()) ? gate.heldSince() : start;
    }

    /**
     * The wait of a case with what a look says of CodeDeploy's deployment: the time that it takes does not count towards the
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

    /** As the instance's files show it, on the instance's clock; null where they don't. */
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

    /** Waits on for the same step; when its own timer would ring is not kept beside the gate's. */
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

    /** Answers CONTINUE, and keeps that. A second answer finds the wait over, and changes nothing. */
    public Case release(Case decided) {
        Gate gate = decided.gate();
        if (gate == null || !gate.releasing()) {
            return decided;
        }
        boolean there = lifecycle.complete(
                decided.group(), gate.hook(), decided.id().instance(), gate.token(), LifecycleActions.Result.CONTINUE);
        Instant now = clock.now();
        boolean released = there || releasedBefore(decided, gate, now);
        Gate answered = gate.answered(released ? Gate.State.RELEASED : Gate.State.GONE, gate.proved() && released, now);
        return stored(
                decided, answered, released ? "the gate answered CONTINUE" : "the wait at the gate was over already");
    }

    /** A wait that is over before its timeout, of an instance that stays, was answered in a call whose answer was lost. */
    private boolean releasedBefore(Case current, Gate over, Instant now) {
        LaunchHook own = hook(current.group());
        return own != null && !mayHaveTimedOut(own, over, now) && stays(current);
    }

    /** A wait began somewhat before its event came; heartbeats come after two thirds of the timeout at the latest. */
    private static boolean mayHaveTimedOut(LaunchHook own, Gate over, Instant now) {
        return !over.lastBeat()
                .plus(own.heartbeat().multipliedBy(5).dividedBy(6))
                .isAfter(now);
    }

    private boolean stays(Case current) {
        Groups.Place place =
                groups.of(List.of(current.id().instance())).get(current.id().instance());
        return place != null && !place.lifecycle().startsWith("Terminat");
    }

    /**
     * Answers ABANDON: Auto Scaling terminates the instance. Gives false where the wait is over and the instance
     * stays; one that leaves was abandoned, perhaps in a call whose answer was lost, and counts in the budget.
     */
    boolean abandon(Case decided, Gate gate) {
        boolean there = lifecycle.complete(
                decided.group(), gate.hook(), decided.id().instance(), gate.token(), LifecycleActions.Result.ABANDON);
        return there || !stays(decided);
    }

    /** The wait was over without our answer; the case goes on as for an instance that is not held. */
    public Case over(Case held, Gate gate, String why) {
        Instant now = clock.now();
        Case changed =
                held.change().windowEnds(now.plus(settings.launchWindow())).done();
        return stored(changed, gate.answered(Gate.State.GONE, false, now), why);
    }

    private Case stored(Case decided, Gate answered, String what) {
        Instant now = clock.now();
        boolean expired = expired(decided, answered, now);
        boolean outdated = outdated(decided, answered, now);
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

    /**
     * Whether CodeDeploy's group has another revision by now than the one that was deployed here. Asked only where the
     * gate held the instance on for some time after its deployment, in which a deployment to the fleet may have come
     * and gone.
     */
    private boolean outdated(Case released, Gate answered, Instant now) {
        Instant end = answered.deploymentEndedAt();
        DeploymentId deployment = released.deployment();
        DeploymentGroup group = released.deploymentGroup();
        if (answered.state() != Gate.State.RELEASED
                || answered.observed()
                || end == null
                || deployment == null
                || deployment.local()
                || group == null
                || end.plus(SAME_REVISION).isAfter(now)) {
            return false;
        }
        try {
            return !deployments.revisionCurrent(group, deployment);
        } catch (AwsFailureException fault) {
            notifier.fault(now, "could not compare the revision of a released instance; the case goes on", fault);
            return false;
        }
    }

    /**
     * Whether the hook's timeout has put the instance in service. A wait that ended sooner was answered by another
     * caller or in a call whose answer was lost, and an instance that leaves its group was abandoned.
     */
    private boolean expired(Case current, Gate over, Instant now) {
        LaunchHook own = over.state() == Gate.State.GONE ? hook(current.group()) : null;
        if (own == null || !own.continuesByDefault()) {
            return false;
        }
        return mayHaveTimedOut(own, over, now) && stays(current);
    }

    /**
     * How long an event's wait was, where the event came when the hook's timeout had put the instance in service; or
     * null.
     */
    @Nullable
    public Duration expired(Groups.Place place) {
        LaunchHook own = place.lifecycle().equals("InService") ? hook(place.group()) : null;
        return own == null || !own.continuesByDefault() ? null : own.heartbeat();
    }
}
