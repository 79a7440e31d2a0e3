package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.LifecycleActions;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.ConflictException;
import launchguard.cases.Gate;
import launchguard.model.ActionToken;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.notify.Notifier;
import launchguard.report.Outcome;
import launchguard.settings.Settings;
import launchguard.signal.Signal.InstanceHeld;
import launchguard.steps.GateHooks;
import launchguard.steps.Gatekeeper;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;
import org.jspecify.annotations.Nullable;

/** Opens cases of instances that wait at the launch gate. */
public final class GateArrivals {
    /** EC2 knows a new instance some time after the event of its wait. */
    private static final Duration UNTIL_KNOWN = Duration.ofSeconds(20);

    /** Auto Scaling puts an instance in service some seconds after its hooks are answered. */
    private static final Duration UNTIL_IN_SERVICE = Duration.ofSeconds(20);

    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final CaseOpener opener;
    private final Gatekeeper gatekeeper;
    private final GateHooks hooks;

    public GateArrivals(
            Settings settings,
            StepStore store,
            Notifier notifier,
            CaseOpener opener,
            Gatekeeper gatekeeper,
            GateHooks hooks) {
        this.settings = settings;
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.opener = opener;
        this.gatekeeper = gatekeeper;
        this.hooks = hooks;
    }

    /** Opens the case of a held instance, or joins the case that it has. */
    public SignalResult held(InstanceHeld held, BatchLookups lookups) {
        if (!hooks.ours(held.hook())) {
            return ignored(
                    held.instance(),
                    "lifecycle hook " + held.hook() + " is not the launch gate's, which is "
                            + settings.gate().hook());
        }
        Optional<Case> latest = store.latest(held.instance());
        if (latest.isPresent() && store.sendAgain(latest.get())) {
            return SignalResult.done(Outcome.of(latest.get()));
        }
        if (latest.isPresent() && sameWait(latest.get(), held.token())) {
            return SignalResult.done(Outcome.of(gatekeeper.release(latest.get())));
        }
        return admitted(held.instance(), held.token(), clock.now(), held.rootVolumeReplaced(), lookups)
                .orElseGet(() -> ignored(held.instance(), "the wait at the gate is over"));
    }

    private static boolean sameWait(Case latest, ActionToken token) {
        Gate gate = latest.gate();
        // A wait that the schedule found has no token; if it is not over, the event is about it.
        return gate != null
                && (token.equals(gate.token()) || (gate.token() == null && (gate.open() || gate.releasing())));
    }

    /** Opens the case of a held instance whose event was lost; the case, if it is to be probed now. */
    Optional<Case> found(InstanceId instance, Instant launchedAt, BatchLookups lookups) {
        if (admitted(instance, null, launchedAt, false, lookups).isEmpty()) {
            return Optional.empty();
        }
        return store.latest(instance)
                .filter(latest -> latest.held()
                        && latest.step() instanceof ToProbe
                        && latest.finding().verdict() == null);
    }

    /** Whether the group has the gate's hook. */
    boolean gated(GroupName group) {
        return hooks.hook(group) != null;
    }

    /** Empty where the wait is over: another hook holds the instance, or it waits again. */
    private Optional<SignalResult> admitted(
            InstanceId instance,
            @Nullable ActionToken token,
            Instant since,
            boolean rootVolumeReplaced,
            BatchLookups lookups) {
        Instances.Facts facts = lookups.facts(instance);
        Groups.Place place = lookups.place(instance);
        if (facts == null && place != null && place.mayWait()) {
            return Optional.of(early(instance, "EC2 does not know this instance yet; it is asked again", UNTIL_KNOWN));
        }
        if (facts == null || !facts.running()) {
            return Optional.of(ignored(
                    instance, facts == null ? "EC2 does not know this instance" : "the instance is not running"));
        }
        if (place == null) {
            return Optional.of(ignored(instance, "the instance is in no Auto Scaling group"));
        }
        if (!place.mayWait()) {
            if (token != null && place.proceeding()) {
                return Optional.of(early(
                        instance,
                        "the instance no longer waits at the gate and is not in service yet; it is asked again",
                        UNTIL_IN_SERVICE));
            }
            if (token != null) {
                expired(place, facts, lookups);
                return Optional.of(late(instance, token, place, lookups));
            }
            return Optional.of(over(instance, place));
        }
        String unwanted = opener.unwanted(facts, place.group(), lookups);
        if (unwanted != null) {
            return Optional.of(ignored(instance, unwanted));
        }
        Gate gate = hooks.opened(place.group(), token, since, place.warmed());
        boolean observed = !settings.limits().remediate() || opener.observed(place.group());
        // Only Auto Scaling knows whether our wait is active if the event was lost, since another hook may hold the
        // instance, or if an earlier wait is known, whose event may come late.
        boolean doubtful = token == null
                || store.latest(instance)
                        .filter(latest -> latest.gate() != null)
                        .isPresent();
        // In mode observe no instance is held: the answer comes before anything else, and the role has no heartbeat.
        boolean active = observed
                ? hooks.complete(place.group(), gate.hook(), instance, token, LifecycleActions.Result.CONTINUE)
                : !doubtful || hooks.heartbeat(place.group(), gate.hook(), instance, token);
        return doubtful && !active
                ? Optional.empty()
                : Optional.of(open(
                        instance,
                        observed ? gate.observed(clock.now()) : gate,
                        observed,
                        facts,
                        place,
                        rootVolumeReplaced));
    }

    /** If the event of a wait came after its timeout, that launch was never answered. */
    private void expired(Groups.Place place, Instances.Facts facts, BatchLookups lookups) {
        Duration held = hooks.expired(place);
        if (held != null && opener.unwanted(facts, place.group(), lookups) == null) {
            notifier.gateExpired(clock.now(), held);
        }
    }

    private SignalResult open(
            InstanceId instance,
            Gate gate,
            boolean observed,
            Instances.Facts facts,
            Groups.Place place,
            boolean rootVolumeReplaced) {
        Optional<Case> latest = store.latest(instance).filter(known -> !known.ended());
        if (latest.isPresent()) {
            return SignalResult.done(Outcome.of(joined(
                    observed ? latest.get() : opener.lifted(latest.get()), gate, said(place, rootVolumeReplaced))));
        }
        try {
            Case opened = opener.openHeld(instance, facts, place.group(), gate, said(place, rootVolumeReplaced));
            // An instance that is no longer held is probed when CodeDeploy or Auto Scaling report, as without a gate.
            return SignalResult.done(Outcome.of(opened));
        } catch (ConflictException other) {
            Case stored = store.latest(instance).orElseThrow(() -> other);
            store.sendAgain(stored);
            return SignalResult.done(Outcome.of(stored));
        }
    }

    /** Joins a case that CodeDeploy's report has opened before, or that goes on after an earlier wait. */
    private Case joined(Case known, Gate gate, String said) {
        Instant now = clock.now();
        Gate joined = hooks.deployedAll(known.group(), known.reported()) ? gate.deployed(Duration.ZERO, now) : gate;
        Instant due = known.due() == null ? now : known.due();
        return store.save(known.change()
                .gate(joined)
                .step(known.step(), due)
                .noted(now, said)
                .done());
    }

    private String said(Groups.Place place, boolean rootVolumeReplaced) {
        String complaint = hooks.complaint(place.group());
        return "the launch gate holds it in " + place.lifecycle()
                + (rootVolumeReplaced ? " after its root volume was replaced" : "")
                + (complaint == null ? "" : "; " + complaint);
    }

    /** The wait was over when its event came, which may be the only one that reports this launch. */
    private SignalResult late(InstanceId instance, ActionToken token, Groups.Place place, BatchLookups lookups) {
        if (!place.lifecycle().equals("InService")) {
            return over(instance, place);
        }
        Optional<Case> latest = store.latest(instance);
        if (latest.isEmpty()) {
            Request request =
                    Request.event(instance, null, null, "the event of the launch gate came when the wait was over");
            return opener.admit(request, lookups) instanceof Admission.Opened opened
                    ? toProbe(opened.current())
                    : over(instance, place);
        }
        Instances.Facts facts = lookups.facts(instance);
        return facts == null
                        || !laterWait(latest.get(), token)
                        || opener.unwanted(facts, place.group(), lookups) != null
                ? over(instance, place)
                : toProbe(opener.openHeld(
                        instance,
                        facts,
                        place.group(),
                        hooks.opened(place.group(), token, clock.now(), false)
                                .answered(Gate.State.GONE, false, clock.now()),
                        "the event of another wait at the launch gate came when that wait was over"));
    }

    private static SignalResult early(InstanceId instance, String why, Duration after) {
        return new SignalResult(new Reply.One(Outcome.ignored(instance, why)), List.of(), null, after);
    }

    private static SignalResult toProbe(Case opened) {
        return new SignalResult(new Reply.One(Outcome.of(opened)), List.of(opened));
    }

    /** Whether an instance whose case has ended has waited once more since: out of a warm pool, or with a new root volume. */
    private boolean laterWait(Case latest, ActionToken token) {
        Optional<Case> known = Optional.of(latest);
        while (known.isPresent()) {
            Gate gate = known.get().gate();
            if (!known.get().ended() || gate == null || gate.of(token)) {
                return false;
            }
            CaseId id = known.get().id();
            known = id.number() == 1
                    ? Optional.empty()
                    : store.find(new CaseId(id.instance(), id.launchedAt(), id.number() - 1));
        }
        return true;
    }

    private SignalResult over(InstanceId instance, Groups.Place place) {
        return ignored(instance, "the instance no longer waits at the gate: it is " + place.lifecycle());
    }

    private SignalResult ignored(InstanceId instance, String reason) {
        return SignalResult.done(notifier.ignored(clock.now(), Outcome.ignored(instance, reason)));
    }
}
