package launchguard.signal;

import java.time.Duration;
import launchguard.model.ActionToken;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/** A signal: what happened, or what a person asks for. */
public sealed interface Signal {

    /** An event about instances that may have no case yet. */
    sealed interface Arrival extends Signal {}

    /** Auto Scaling finished a launch into the group: "EC2 Instance Launch Successful". */
    record InstanceLaunched(InstanceId instance, GroupName group) implements Arrival {}

    /** Auto Scaling has ended a launch that failed: "EC2 Instance Launch Unsuccessful". */
    record LaunchFailed(InstanceId instance, GroupName group) implements Arrival {}

    /**
     * A launch lifecycle hook holds an instance in Pending:Wait: "EC2 Instance-launch Lifecycle Action".
     *
     * @param hook the hook's name, which need not be ours
     * @param intoWarmPool whether the instance goes into a warm pool, where CodeDeploy does not deploy
     * @param rootVolumeReplaced whether the instance came back from a root volume replacement: same id, another boot
     */
    record InstanceHeld(
            InstanceId instance,
            GroupName group,
            HookName hook,
            ActionToken token,
            boolean intoWarmPool,
            boolean rootVolumeReplaced)
            implements Arrival {}

    /** CodeDeploy's deployment on one instance ended: "CodeDeploy Instance State-change Notification". */
    record InstanceDeployed(InstanceId instance, DeploymentId deployment, DeploymentGroup group, boolean succeeded)
            implements Arrival {}

    /** A whole deployment ended: "CodeDeploy Deployment State-change Notification"; it names no instance. */
    record DeploymentEnded(DeploymentId deployment, DeploymentGroup group) implements Arrival {}

    /** A command ended on an instance: "EC2 Command Invocation Status-change Notification". */
    record CommandEnded(InstanceId instance, CommandId command, String document) implements Signal {}

    /**
     * Patching ended on an instance: a command of Patch Manager, or an association of State Manager that patches.
     *
     * @param by the document, and the command or the run of the association
     */
    record Patched(InstanceId instance, String by) implements Arrival {}

    /**
     * Our own recheck of a case.
     *
     * @param step the number of the step that it was set for; null where it names none
     */
    record Recheck(CaseId caseId, @Nullable Integer step) implements Signal {}

    /**
     * A manual request about one instance.
     *
     * @param patience how long the answer may wait for the probe, 0 to 60 seconds
     */
    record InstanceAsked(InstanceId instance, Wish wish, Duration patience) implements Signal {}

    /** A manual request about every instance of a group. */
    record GroupAsked(GroupName group, Wish wish) implements Signal {}

    /** The stack's schedule: look for what events have missed. */
    record ScheduleTick() implements Signal {}

    /** A well-formed event that is not for Launch Guard. */
    record NotOurs(String reason) implements Signal {}

    /** The action of a manual request. */
    enum Wish {
        /** What the mode says. */
        DEFAULT,
        /** Diagnose only, whatever the mode says. */
        DIAGNOSE,
        /** Diagnose and act; refused in observe mode. */
        REMEDIATE
    }
}
