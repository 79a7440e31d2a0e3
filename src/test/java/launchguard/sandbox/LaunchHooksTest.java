package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
        proceeds(first, "Pending:Proceed", "InService");
        Instance second = held(group);
        answer(second, "warm-up", "ABANDON");
        assertEquals("Terminating:Proceed running", second.lifecycle() + " " + second.state());
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
        proceeds(instance, "Warmed:Pending:Proceed", "Warmed:Stopped");
        group.takeFromPool(instance);
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Pending:Wait", instance.lifecycle());
        answer(instance, GATE, "CONTINUE");
        proceeds(instance, "Pending:Proceed", "InService");
        group.replaceRootVolume(instance, Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        assertEquals("Pending:Wait", instance.lifecycle());
        answer(instance, GATE, "CONTINUE");
        proceeds(instance, "Pending:Proceed", "InService");
    }

    /** As AWS does, some seconds after the last answer. */
    private void proceeds(Instance instance, String meanwhile, String then) {
        assertEquals(meanwhile, instance.lifecycle());
        aws.advance(Duration.ofSeconds(2));
        assertEquals(then, instance.lifecycle());
    }

    private void beat(Instance instance) {
        scaling.recordLifecycleActionHeartbeat(request ->
                request.autoScalingGroupName("web").lifecycleHookName(GATE).instanceId(instance.id()));
    }

    /** A hundred times the heartbeat timeout, whatever heartbeats come. */
    @Test
    void heartbeatsHoldItToTheGlobalTimeout_andNoLonger() {
        Instance instance = aws.group("web")
                .launchHook(GATE, Duration.ofSeconds(30), "CONTINUE")
                .launch(Image.EMPTY);
        // EC2 runs it after 4 seconds.
        aws.advance(Duration.ofSeconds(14));
        for (int waited = 10; waited < 2_990; waited += 20) {
            assertEquals("Pending:Wait", instance.lifecycle(), waited + " seconds waited");
            beat(instance);
            aws.advance(Duration.ofSeconds(20));
        }
        assertEquals("Pending:Wait", instance.lifecycle());
        beat(instance);
        aws.advance(Duration.ofSeconds(20));
        assertEquals("InService", instance.lifecycle());
        assertThrows(AutoScalingException.class, () -> beat(instance));
    }

    @Test
    void defaultResultAbandon_endsTheLaunchAtTheTimeout() {
        Instance instance = held(aws.group("web").launchHook(GATE, Duration.ofMinutes(10), "ABANDON"));
        aws.advance(Duration.ofMinutes(10));
        assertEquals("Terminated", instance.lifecycle());
        assertEquals(
                1,
                aws.events().events().stream()
                        .filter(event -> event.path("detail-type").asText().equals("EC2 Instance Launch Unsuccessful"))
                        .count());
    }

    /** The timeout of one hook that says CONTINUE leaves the instance to the other hooks. */
    @Test
    void eachHookHasItsOwnTimeout() {
        Instance instance = held(aws.group("web").gated().launchHook("warm-up", Duration.ofHours(1), "CONTINUE"));
        aws.advance(Duration.ofMinutes(20));
        assertEquals("Pending:Wait", instance.lifecycle());
        assertThrows(AutoScalingException.class, () -> beat(instance));
        aws.advance(Duration.ofMinutes(40));
        assertEquals("InService", instance.lifecycle());
    }

    @Test
    void eachHookSendsAnEventOfItsOwnWait() {
        Instance instance = held(aws.group("web").gated().launchHook("warm-up", Duration.ofHours(1), "CONTINUE"));
        List<JsonNode> published = aws.events().events().stream()
                .filter(event -> event.path("detail-type").asText().equals("EC2 Instance-launch Lifecycle Action"))
                .<JsonNode>map(event -> event.path("detail"))
                .toList();
        assertEquals(
                List.of(GATE, "warm-up"),
                published.stream()
                        .map(detail -> detail.path("LifecycleHookName").asText())
                        .toList());
        String token = published.getFirst().path("LifecycleActionToken").asText();
        assertThrows(
                AutoScalingException.class,
                () -> scaling.completeLifecycleAction(request -> request.autoScalingGroupName("web")
                        .lifecycleHookName("warm-up")
                        .lifecycleActionToken(token)
                        .lifecycleActionResult("CONTINUE")),
                "the token is of the other hook's wait");
        scaling.completeLifecycleAction(request -> request.autoScalingGroupName("web")
                .lifecycleHookName(GATE)
                .lifecycleActionToken(token)
                .lifecycleActionResult("CONTINUE"));
        answer(instance, "warm-up", "CONTINUE");
        proceeds(instance, "Pending:Proceed", "InService");
    }
}
