package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.aws.Groups;
import launchguard.aws.LaunchHook;
import launchguard.aws.LifecycleActions;
import launchguard.cases.Gate;
import launchguard.model.ActionToken;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import launchguard.settings.GateSettings;
import launchguard.settings.Settings;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/** Reads the launch hooks of groups, the launch gate's own among them, and answers the gate's hook for an instance. */
public final class GateHooks {
    /** Hooks change rarely; a scale-out asks for each instance. */
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final Settings settings;
    private final CaseClock clock;
    private final LifecycleActions lifecycle;
    private final Map<GroupName, Hooks> known = new ConcurrentHashMap<>();

    public GateHooks(Settings settings, CaseClock clock, LifecycleActions lifecycle) {
        this.settings = settings;
        this.clock = clock;
        this.lifecycle = lifecycle;
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
     * Whether all deployments of the launch were reported; at least one is known. Each deployment group has its own
     * launch hook on the Auto Scaling group, and each deploys once.
     */
    public boolean deployedAll(GroupName group, Set<DeploymentId> reported) {
        long hooks =
                hooks(group).stream().filter(hook -> hook.name().ofCodeDeploy()).count();
        return !reported.isEmpty() && reported.size() >= hooks;
    }

    /** What is wrong with the hook, for the group's owner; null if nothing is. */
    @Nullable
    public String complaint(GroupName group) {
        LaunchHook own = hook(group);
        return own == null || own.continuesByDefault()
                ? null
                : "the default result of lifecycle hook " + own.name()
                        + " is ABANDON: a lost event would end the launch; set it to" + " CONTINUE";
    }

    /** How long the wait was, if its event came after the hook's timeout had put the instance in service; else null. */
    @Nullable
    public Duration expired(Groups.Place place) {
        LaunchHook own = place.lifecycle().equals("InService") ? hook(place.group()) : null;
        return own == null || !own.continuesByDefault() ? null : own.heartbeat();
    }

    /** Prolongs the wait of an instance; false where it is over. */
    public boolean heartbeat(GroupName group, HookName hook, InstanceId instance, @Nullable ActionToken token) {
        return lifecycle.heartbeat(group, hook, instance, token);
    }

    /** Ends the wait of an instance; false where it was over. */
    public boolean complete(
            GroupName group,
            HookName hook,
            InstanceId instance,
            @Nullable ActionToken token,
            LifecycleActions.Result result) {
        return lifecycle.complete(group, hook, instance, token, result);
    }
}
