package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;

/** Launch lifecycle hooks hold, release and abandon as Auto Scaling's do. */
class LaunchHooksTest {
    private static final String GATE = "launch-guard-gate";
    private final Sandbox aws = Sandbox.start();
    private final AutoScalingClient scaling =
            aws.configure(AutoScalingClient.builder()).build();

    @AfterEach
    void stop() {
        scaling.close();
        aws.close();
    }

    private Instance held(ScalingGroup group) {
        Instance instance = group.launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Pending:Wait", instance.lifecycle());
        return instance;
    }

    private void answer(Instance instance, String hook, String result) {
        scaling.completeLifecycleAction(request -> request.autoScalingGroupName("web")
                .lifecycleHookName(hook)
                .instanceId(instance.id())
                .lifecycleActionResult(result));
    }

    @Test
    void heldUntilAnswered_andASecondAnswerFindsNothing() {
        Instance instance = held(aws.group("web").gated());
        answer(instance, GATE, "CONTINUE");
        aws.advance(Duration.ofSeconds(5));
        assertEquals("InService", instance.lifecycle());
        AutoScalingException over = assertThrows(AutoScalingException.class, () -> answer(instance, GATE, "CONTINUE"));
        assertEquals("ValidationError", over.awsErrorDetails().errorCode());
        assertTrue(
                String.valueOf(over.getMessage()).contains("No active Lifecycle Action found with instance ID"),
                over.toString());
    }

    @Test
    void theDefaultResultFollowsTheTimeout_whichAHeartbeatStartsAnew() {
        Instance instance = held(aws.group("web").gated());
        aws.advance(Duration.ofSeconds(500));
        scaling.recordLifecycleActionHeartbeat(request ->
                request.autoScalingGroupName("web").lifecycleHookName(GATE).instanceId(instance.id()));
        aws.advance(Duration.ofSeconds(590));
        assertEquals("Pending:Wait", instance.lifecycle());
        aws.advance(Duration.ofSeconds(20));
        assertEquals("InService", instance.lifecycle());
    }

    @Test
    void allHooksMustLetItGoOn_andOneAbandonEndsIt() {
        ScalingGroup group = aws.group("web").gated().launchHook("warm-up", Duration.ofHours(1), "CONTINUE");
        Instance first = held(group);
        answer(first, GATE, "CONTINUE");
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Pending:Wait", first.lifecycle());
        answer(first, "warm-up", "CONTINUE");
        assertEquals("InService", first.lifecycle());
        Instance second = held(group);
        answer(second, "warm-up", "ABANDON");
        assertThrows(AutoScalingException.class, () -> answer(second, GATE, "CONTINUE"));
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Terminated", second.lifecycle());
    }

    @Test
    void deletingAHookAbandonsWhatWaitsAtIt() {
        Instance instance = held(aws.group("web").gated());
        scaling.deleteLifecycleHook(
                request -> request.autoScalingGroupName("web").lifecycleHookName(GATE));
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Terminated", instance.lifecycle());
    }

    @Test
    void codeDeploysOwnHookIsListed_withItsDeploymentGroup() {
        aws.deploymentGroup().attach("web");
        List<LifecycleHook> hooks = scaling.describeLifecycleHooks(request ->
                        request.autoScalingGroupName(aws.group("web").gated().name()))
                .lifecycleHooks();
        assertEquals(2, hooks.size());
        LifecycleHook ofCodeDeploy = hooks.stream()
                .filter(hook ->
                        hook.lifecycleHookName().startsWith("CodeDeploy-managed-automatic-launch-deployment-hook-"))
                .findFirst()
                .orElseThrow();
        assertEquals(aws.deploymentGroup().id(), ofCodeDeploy.notificationMetadata());
        assertEquals("ABANDON", ofCodeDeploy.defaultResult());
        assertEquals(60_000, ofCodeDeploy.globalTimeout());
    }

    @Test
    void intoThePool_outOfIt_andAfterANewRootVolume_itWaitsEachTime() {
        ScalingGroup group = aws.group("web").gated();
        Instance instance = group.warm(Image.EMPTY, "Stopped");
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Warmed:Pending:Wait", instance.lifecycle());
        answer(instance, GATE, "CONTINUE");
        assertEquals("Warmed:Stopped", instance.lifecycle());
        group.takeFromPool(instance);
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Pending:Wait", instance.lifecycle());
        answer(instance, GATE, "CONTINUE");
        assertEquals("InService", instance.lifecycle());
        group.replaceRootVolume(instance, Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Pending:Wait", instance.lifecycle());
        answer(instance, GATE, "CONTINUE");
        assertEquals("InService", instance.lifecycle());
    }
}
