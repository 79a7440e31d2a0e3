package launchguard.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.aws.LifecycleActions;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ReplayedInstances;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Json;
import launchguard.template.Template;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Each check of the observer can fail: here calls that the function never makes break each promise. */
class ObserverTest {
    private static final String RACED = ReliabilityStage.RACED;
    private final Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"));
    private final ReplayedInstances players = new ReplayedInstances();
    private final ScalingGroup group = aws.group("web");
    private final SsmClient ssm = aws.configure(SsmClient.builder()).build();

    @BeforeEach
    void play() {
        aws.commands().runner(players);
    }

    @AfterEach
    void stop() {
        ssm.close();
        aws.close();
    }

    private Observer observer(boolean remediate, int budget) {
        Rules rules = new Rules(remediate, budget, Duration.ofHours(1), 20, Duration.ZERO, Duration.ZERO, true);
        return new Observer(aws, group, players, rules);
    }

    private Instance launched(String scenario, String outcome) {
        Instance instance = group.launch(players.image(scenario, outcome, Duration.ZERO));
        aws.advance(Duration.ofMinutes(2));
        return instance;
    }

    private void probe(Instance instance) {
        ssm.sendCommand(request -> request.instanceIds(instance.id())
                .documentName("LaunchGuard-Probe")
                .comment("launch-guard probe")
                .parameters(Map.of("waitSeconds", List.of("0"), "deploymentId", List.of(""))));
        aws.advance(Duration.ofMinutes(1));
    }

    private void redeploy(Instance instance, String marker, String pids) {
        ssm.sendCommand(request -> request.instanceIds(instance.id())
                .documentName("LaunchGuard-Redeploy")
                .timeoutSeconds(60)
                .comment("launch-guard " + marker)
                .parameters(Map.of(
                        "groupId", List.of(Sandbox.DEPLOYMENT_GROUP_ID),
                        "deploymentId", List.of(instance.launchDeployment().orElseThrow()),
                        "groupName", List.of("prod"),
                        "applicationName", List.of("rest-api"),
                        "pids", List.of(pids),
                        "expect", List.of("stale"))));
    }

    private void replace(Instance instance) {
        try (AutoScalingClient scaling =
                aws.configure(AutoScalingClient.builder()).build()) {
            scaling.setInstanceHealth(request ->
                    request.instanceId(instance.id()).healthStatus("Unhealthy").shouldRespectGracePeriod(false));
        }
    }

    private String pid(Instance instance) {
        JsonNode jvm = Json.parse(aws.commands().all().stream()
                        .flatMap(command -> command.printedOn(instance.id()).stream())
                        .findFirst()
                        .orElseThrow())
                .at("/jvms/0");
        return jvm.path("pid").asText() + ":" + jvm.path("startTicks").asText();
    }

    private static void reports(Observer observer, String promise) {
        observer.check();
        assertTrue(
                observer.faults().stream().anyMatch(fault -> fault.startsWith(promise + ":")),
                promise + " was broken, and these were seen: " + observer.faults());
    }

    @Test
    void whatIsRight_isNoFault() {
        Observer observer = observer(true, 2);
        Instance instance = launched(RACED, "success");
        probe(instance);
        observer.check();
        redeploy(instance, instance.id() + ".1.1/1", pid(instance));
        observer.check();
        aws.advance(Duration.ofMinutes(5));
        observer.check();
        assertEquals(Set.of(), observer.faults());
        assertEquals(1, observer.remedies().size());
    }

    @Test
    void promise1_aRemedyForAHealthyInstance() {
        Observer observer = observer(true, 2);
        Instance instance = launched(ReliabilityStage.HEALTHY, "success");
        probe(instance);
        observer.check();
        redeploy(instance, instance.id() + ".1.1/1", pid(instance));
        reports(observer, "1");
    }

    @Test
    void promise2_aRemedyInObserveMode() {
        Observer observer = observer(false, 2);
        Instance instance = launched(RACED, "success");
        probe(instance);
        redeploy(instance, instance.id() + ".1.1/1", pid(instance));
        reports(observer, "2");
    }

    @Test
    void promise3_oneReplacementTooMany() {
        Observer observer = observer(true, 1);
        for (int i = 0; i < 2; i++) {
            Instance instance = launched(RACED, "success");
            probe(instance);
            replace(instance);
            observer.check();
            aws.advance(Duration.ofMinutes(10));
        }
        reports(observer, "3");
    }

    @Test
    void promise3_tooManyAtOnce() {
        Observer observer = observer(true, 9);
        Instance instance = launched(RACED, "success");
        Instance other = launched(RACED, "success");
        probe(instance);
        probe(other);
        observer.check();
        redeploy(instance, instance.id() + ".1.1/1", pid(instance));
        redeploy(other, other.id() + ".1.1/1", pid(other));
        reports(observer, "3");
    }

    @Test
    void promise4_oneAttemptThatTakesEffectTwice() throws IOException {
        Observer observer = observer(true, 2);
        Instance instance = launched(RACED, "apphook-fails");
        probe(instance);
        // With its lock and its proof the stack's own document does nothing the second time; this one has neither.
        aws.document(new Template.Document(
                "LaunchGuard-Redeploy",
                Template.read(Path.of("template.yaml"), Map.of()).documents().values().stream()
                        .filter(document -> document.name().equals("LaunchGuard-Redeploy"))
                        .findFirst()
                        .orElseThrow()
                        .parameters(),
                "mkdir -p \"$LAUNCH_GUARD_ROOT/stand-in\"; echo codedeploy-local >> \"$LAUNCH_GUARD_ROOT/stand-in/calls\"",
                Duration.ofSeconds(60),
                "{}"));
        for (int i = 0; i < 2; i++) {
            redeploy(instance, instance.id() + ".1.1/1", pid(instance));
            aws.advance(Duration.ofMinutes(3));
        }
        reports(observer, "4");
    }

    @Test
    void promise5_aSignalWithoutAResult() {
        Observer observer = observer(true, 2);
        aws.queue().forgets((body, delay) -> true);
        Instance instance = launched(RACED, "success");
        observer.end(Set.of(instance.id()));
        reports(observer, "5");
    }

    @Test
    void promise6_wordsOfAnInstanceInATagAndInAParameter() {
        Observer observer = observer(true, 2);
        Instance instance = launched(RACED, "success");
        probe(instance);
        redeploy(instance, instance.id() + ".1.1/1", "4711:1");
        reports(observer, "6");
        Observer second = observer(true, 2);
        try (Ec2Client ec2 = aws.configure(Ec2Client.builder()).build()) {
            ec2.createTags(request -> request.resources(instance.id())
                    .tags(Tag.builder()
                            .key("launch-guard:verdict")
                            .value("<script>")
                            .build()));
        }
        reports(second, "6");
    }

    @Test
    void promise7_anOpenCaseWhoseTimerIsGone() {
        Observer observer = observer(true, 2);
        aws.queue().forgets((body, delay) -> body.contains("caseId"));
        Instance instance = launched(RACED, "success");
        probe(instance);
        try (SqsClient sqs = aws.configure(SqsClient.builder()).build()) {
            sqs.sendMessage(request -> request.queueUrl(aws.environment().getOrDefault("LAUNCH_GUARD_QUEUE_URL", ""))
                    .messageBody(
                            "{\"caseId\":\"" + instance.id() + ".1.1\",\"instanceId\":\"" + instance.id() + "\"}"));
        }
        reports(observer, "7");
    }

    @Test
    void promise8_aRemedyUnderADeployment_andAReplacementUnderARefresh() {
        Observer observer = observer(true, 2);
        Instance instance = launched(RACED, "success");
        probe(instance);
        aws.codeDeploy().running(aws.deploymentGroup(), "d-OTHER0001");
        group.startRefresh();
        observer.check();
        aws.advance(Duration.ofMinutes(1));
        redeploy(instance, instance.id() + ".1.1/1", pid(instance));
        reports(observer, "8");
        replace(instance);
        observer.check();
        assertTrue(observer.faults().stream().anyMatch(fault -> fault.contains("instance refresh")));
    }

    /** With the function's own credentials: only its calls are held against promise 10. */
    private void answer(Instance instance, String hook, LifecycleActions.Result result) {
        new LifecycleActions(Functions.clients(aws))
                .complete(new GroupName(group.name()), new HookName(hook), new InstanceId(instance.id()), null, result);
    }

    private void beat(Instance instance) {
        new LifecycleActions(Functions.clients(aws))
                .heartbeat(
                        new GroupName(group.name()), new HookName(GateCheck.OURS), new InstanceId(instance.id()), null);
    }

    @Test
    void promise10_aHeldInstanceThatIsProvedAndReleased_isNoFault() {
        group.gated();
        Observer observer = observer(true, 2);
        Instance instance = launched(ReliabilityStage.HEALTHY, "success");
        beat(instance);
        observer.check();
        answer(instance, GateCheck.OURS, LifecycleActions.Result.CONTINUE);
        observer.check();
        assertEquals(Set.of(), observer.faults());
    }

    @Test
    void promise10_aHookThatIsNotOurs() {
        group.gated().launchHook(GateCheck.ANOTHER, Duration.ofMinutes(10), "CONTINUE");
        Observer observer = observer(true, 2);
        answer(launched(ReliabilityStage.HEALTHY, "success"), GateCheck.ANOTHER, LifecycleActions.Result.CONTINUE);
        reports(observer, "10");
    }

    @Test
    void promise10_anAbandonInObserveMode() {
        group.gated();
        Observer observer = observer(false, 2);
        Instance instance = launched(RACED, "success");
        probe(instance);
        answer(instance, GateCheck.OURS, LifecycleActions.Result.ABANDON);
        reports(observer, "10");
    }

    @Test
    void promise10_anAbandonWhileCodeDeployDeploysToIt() {
        group.gated();
        Observer observer = observer(true, 2);
        Instance instance = launched(RACED, "success");
        probe(instance);
        aws.codeDeploy().running(aws.deploymentGroup(), "d-OTHER0001", "user", List.of(instance));
        answer(instance, GateCheck.OURS, LifecycleActions.Result.ABANDON);
        reports(observer, "10");
    }

    /** No look has shown harm: in doubt, or for time alone. */
    @Test
    void promise10_anAbandonWithoutHarm() {
        group.gated();
        Observer observer = observer(true, 2);
        answer(launched(RACED, "success"), GateCheck.OURS, LifecycleActions.Result.ABANDON);
        reports(observer, "1");
    }

    @Test
    void promise10_anAbandonBeyondTheBudget() {
        group.gated();
        Observer observer = observer(true, 1);
        for (int i = 0; i < 2; i++) {
            Instance instance = launched(RACED, "success");
            probe(instance);
            answer(instance, GateCheck.OURS, LifecycleActions.Result.ABANDON);
            observer.check();
            aws.advance(Duration.ofMinutes(2));
        }
        reports(observer, "3");
    }

    @Test
    void promise10_aHoldPastTheDeadline() {
        group.gated();
        Observer observer = observer(true, 2);
        Instance instance = launched(RACED, "success");
        for (int minutes = 0; minutes < 70; minutes += 8) {
            beat(instance);
            observer.check();
            aws.advance(Duration.ofMinutes(8));
        }
        reports(observer, "10");
    }

    @Test
    void promise10_aHoldWithoutAnEnd() {
        group.launchHook(GateCheck.OURS, Duration.ofHours(2), "CONTINUE");
        Observer observer = observer(true, 2);
        Instance instance = launched(RACED, "success");
        observer.end(Set.of());
        assertTrue(observer.faults().stream()
                .anyMatch(fault -> fault.equals("10: " + instance.id() + " is held for ever")));
    }
}
