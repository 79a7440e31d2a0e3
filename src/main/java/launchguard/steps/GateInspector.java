package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import launchguard.aws.AwsFailureException;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.LaunchHook;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.notify.Notifier;

/** Reads how a wait at the launch gate ended, and whether its instance goes in service with an outdated revision. */
public final class GateInspector {
    /** A deployment to a whole fleet takes longer than this. */
    private static final Duration SAME_REVISION = Duration.ofMinutes(1);

    private final GateHooks hooks;
    private final Groups groups;
    private final GroupDeployments deployments;
    private final Notifier notifier;

    public GateInspector(GateHooks hooks, Groups groups, GroupDeployments deployments, Notifier notifier) {
        this.hooks = hooks;
        this.groups = groups;
        this.deployments = deployments.lowPriority();
        this.notifier = notifier;
    }

    /**
     * Whether the wait was answered by a call whose answer was lost: it was over before its timeout, and the instance
     * stays.
     */
    boolean releasedBefore(Case current, Gate over, Instant now) {
        LaunchHook own = hooks.hook(current.group());
        return own != null && !mayHaveTimedOut(own, over, now) && stays(current);
    }

    /**
     * Whether the hook may have timed out. A wait begins somewhat before its event; heartbeats come after two thirds of
     * the timeout at the latest.
     */
    private static boolean mayHaveTimedOut(LaunchHook own, Gate over, Instant now) {
        return !over.lastBeat()
                .plus(own.heartbeat().multipliedBy(5).dividedBy(6))
                .isAfter(now);
    }

    boolean stays(Case current) {
        Groups.Place place =
                groups.of(List.of(current.id().instance())).get(current.id().instance());
        return place != null && !place.terminating();
    }

    /**
     * Whether the deployment group has another revision now than the instance. Read only if the gate held the instance
     * for some time after its deployment, during which a deployment to the fleet may have begun and ended.
     */
    boolean outdated(Case released, Gate answered, Instant now) {
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
    boolean expired(Case current, Gate over, Instant now) {
        LaunchHook own = over.state() == Gate.State.GONE ? hooks.hook(current.group()) : null;
        if (own == null || !own.continuesByDefault()) {
            return false;
        }
        return mayHaveTimedOut(own, over, now) && stays(current);
    }
}
