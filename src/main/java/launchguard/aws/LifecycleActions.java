package launchguard.aws;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import launchguard.model.ActionToken;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;

/** Auto Scaling's launch lifecycle hooks: lists those of a group, and answers ours for one held instance. */
public final class LifecycleActions {
    private static final String LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";

    /**
     * Auto Scaling has one error code for an action that is over and for an invalid call; only the message differs, and
     * its case differs by version.
     */
    private static final String OVER = "no active lifecycle action found";

    private final Clients clients;

    /** Uses their Auto Scaling client. */
    public LifecycleActions(Clients clients) {
        this.clients = clients;
    }

    /** The result of an answer. */
    public enum Result {
        /** The instance goes on to InService, once all other hooks have been answered. */
        CONTINUE,
        /** The instance is terminated at once, and another is launched. */
        ABANDON
    }

    /** The group's launch hooks; none where the group does not exist any more. */
    public List<LaunchHook> launchHooks(GroupName group) {
        return Call.to("list the lifecycle hooks of " + group, "autoscaling:DescribeLifecycleHooks", () -> {
            try {
                return autoScaling()
                        .describeLifecycleHooks(request -> request.autoScalingGroupName(group.value()))
                        .lifecycleHooks()
                        .stream()
                        .filter(hook -> LAUNCHING.equals(hook.lifecycleTransition()))
                        .map(hook -> new LaunchHook(
                                new HookName(hook.lifecycleHookName()),
                                Duration.ofSeconds(hook.heartbeatTimeout()),
                                "CONTINUE".equals(hook.defaultResult()),
                                hook.notificationMetadata()))
                        .toList();
            } catch (AutoScalingException fault) {
                if (Call.code(fault, "ValidationError") && said(fault).contains("not found")) {
                    return List.of();
                }
                throw fault;
            }
        });
    }

    /**
     * Answers our hook for one held instance.
     *
     * @param token the wait that is answered; null for a wait whose event was lost, which is answered by the instance's id
     * @return false when there is no such wait any more: answered before, abandoned by CodeDeploy, timed out or terminated
     */
    public boolean complete(
            GroupName group, HookName hook, InstanceId instance, @Nullable ActionToken token, Result result) {
        mustBeOurs(hook);
        return active(
                "answer " + result + " to lifecycle hook " + hook + " for " + instance,
                "autoscaling:CompleteLifecycleAction",
                () -> autoScaling()
                        .completeLifecycleAction(request -> request.autoScalingGroupName(group.value())
                                .lifecycleHookName(hook.value())
                                .lifecycleActionToken(token == null ? null : token.value())
                                .instanceId(token == null ? instance.value() : null)
                                .lifecycleActionResult(result.name())));
    }

    /**
     * Restarts the hook's timeout for one held instance.
     *
     * @return false when there is no such wait any more
     */
    public boolean heartbeat(GroupName group, HookName hook, InstanceId instance, @Nullable ActionToken token) {
        mustBeOurs(hook);
        return active(
                "send a heartbeat to lifecycle hook " + hook + " for " + instance,
                "autoscaling:RecordLifecycleActionHeartbeat",
                () -> autoScaling()
                        .recordLifecycleActionHeartbeat(request -> request.autoScalingGroupName(group.value())
                                .lifecycleHookName(hook.value())
                                .lifecycleActionToken(token == null ? null : token.value())
                                .instanceId(token == null ? instance.value() : null)));
    }

    /** Puts a launch hook that lets instances go on where it is not answered. */
    public void put(GroupName group, HookName hook, Duration heartbeat) {
        mustBeOurs(hook);
        Call.to(
                "put lifecycle hook " + hook + " on " + group,
                "autoscaling:PutLifecycleHook",
                () -> autoScaling()
                        .putLifecycleHook(request -> request.autoScalingGroupName(group.value())
                                .lifecycleHookName(hook.value())
                                .lifecycleTransition(LAUNCHING)
                                .heartbeatTimeout(Math.toIntExact(heartbeat.toSeconds()))
                                .defaultResult("CONTINUE")));
    }

    /** Deletes a hook; Auto Scaling abandons the launches that still wait at it. */
    public void delete(GroupName group, HookName hook) {
        mustBeOurs(hook);
        Call.to(
                "delete lifecycle hook " + hook + " of " + group,
                "autoscaling:DeleteLifecycleHook",
                () -> autoScaling()
                        .deleteLifecycleHook(request ->
                                request.autoScalingGroupName(group.value()).lifecycleHookName(hook.value())));
    }

    /**
     * CodeDeploy's own hook decides about its deployments, and IAM has no condition that would keep the function from
     * answering it.
     */
    private static void mustBeOurs(HookName hook) {
        if (hook.ofCodeDeploy()) {
            throw new IllegalArgumentException(
                    hook + " is CodeDeploy's own lifecycle hook, which only CodeDeploy may answer");
        }
    }

    private static boolean active(String what, String permission, Runnable call) {
        return Call.to(what, permission, () -> {
            try {
                call.run();
                return true;
            } catch (AutoScalingException fault) {
                if (Call.code(fault, "ValidationError") && said(fault).contains(OVER)) {
                    return false;
                }
                throw fault;
            }
        });
    }

    private static String said(AutoScalingException fault) {
        return String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
    }

    private AutoScalingClient autoScaling() {
        return clients.autoScaling.get();
    }
}
