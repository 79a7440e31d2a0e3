package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Traffic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The launch gate: an instance is held until its launch is proved, repaired meanwhile, and never held forever. */
class LaunchGateTest {
    private static final Duration HOOK_TIMEOUT = Duration.ofMinutes(10);

    @Test
    void healthyLaunch_isReleasedAsProved_andGoesInService() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            assertEquals(
                    "InService", instance.lifecycle(), stage.caseOf(instance).toString());
            assertEquals("CLOSED", stage.status(instance));
            assertEquals(Gate.State.RELEASED, stage.gate(instance).state());
            assertTrue(stage.gate(instance).proved());
            assertEquals(1, stage.gateAnswers("CONTINUE").size());
            JsonNode released = stage.published("Gate Released", instance).getFirst();
            assertTrue(released.path("proved").asBoolean(), released.toString());
            assertEquals("RELEASED", released.path("gate").asText());
            assertTrue(stage.log().contains("\"GateHeldSeconds\""), "the metric");
            assertEquals(0, stage.aws.deadLetters().messages().size());
        }
    }

    /** The same race that costs a group without gate: here it is repaired before the first request comes. */
    @Test
    void racedLaunch_isRepairedWhereItStands_andNoRequestMeetsAStaleJvm() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Traffic traffic = stage.aws.traffic(stage.group(), Duration.ofSeconds(2), Duration.ofHours(1));
            Instance instance = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    "REPAIRED", stage.status(instance), stage.caseOf(instance).toString());
            assertEquals("InService", instance.lifecycle());
            assertTrue(stage.gate(instance).proved());
            assertEquals(0, traffic.metStaleJvm());
            assertTrue(traffic.requests() > 0, "requests flowed");
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "SetInstanceHealth"));
        }
    }

    @Test
    void withoutTheGate_requestsMeetTheStaleJvm() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Traffic traffic = stage.aws.traffic(stage.group(), Duration.ofSeconds(2), Duration.ofHours(1));
            Instance instance = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPAIRED", stage.status(instance));
            assertTrue(traffic.metStaleJvm() > 0, "the sandbox's traffic must be able to show the fault");
            assertNull(stage.caseOf(instance).gate());
        }
    }

    /** No local remedy is left: the launch is abandoned within the budget, and its successor is proved. */
    @Test
    void unrepairableLaunch_isAbandonedWithinTheBudget() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
            stage.group().gated().replacements(gone -> stage.image(FunctionStage.HEALTHY));
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(instance, 20);
            stage.settle();
            assertEquals(
                    "REPLACED", stage.status(instance), stage.caseOf(instance).toString());
            assertEquals(Gate.State.ABANDONED, stage.gate(instance).state());
            assertEquals("Terminated", instance.lifecycle());
            assertEquals(1, stage.gateAnswers("ABANDON").size());
            assertEquals(1, stage.published("Gate Abandoned", instance).size());
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "SetInstanceHealth"));
            Instance successor = stage.group().instances().getFirst();
            assertEquals("InService", successor.lifecycle());
            assertEquals("CLOSED", stage.status(successor));
        }
    }

    /** An image that races each time and can't be repaired: abandoned within the budget, then let go on and escalated. */
    @Test
    void beyondTheBudget_launchesAreReleasedAndEscalated() {
        try (FunctionStage stage =
                FunctionStage.remediating("ReplaceSingle", "true", "MaxReplacements", "1", "Ladder", "replace")) {
            stage.group().gated().replacements(gone -> stage.image(FunctionStage.RACED));
            stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(1, stage.gateAnswers("ABANDON").size());
            Instance last = stage.group().instances().getFirst();
            assertEquals("InService", last.lifecycle(), stage.caseOf(last).toString());
            assertFalse(stage.gate(last).proved());
            assertTrue(
                    stage.gate(last).held(stage.aws.clock().instant()).compareTo(Duration.ofMinutes(31)) <= 0,
                    stage.gate(last).toString());
        }
    }

    @Test
    void anotherHook_isIgnored_andNeverAnswered() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().launchHook("warm-up", Duration.ofMinutes(5), "CONTINUE");
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "CompleteLifecycleAction"));
            assertNull(stage.caseOf(instance).gate());
            JsonNode outcome =
                    stage.aws.invoke(event(instance, "CodeDeploy-managed-automatic-launch-deployment-hook-x"));
            assertEquals("IGNORED", outcome.path("status").asText());
            assertTrue(outcome.path("reason").asText().contains("is not the launch gate's"), outcome.toString());
        }
    }

    private static String event(Instance instance, String hook) {
        return """
                {"source":"aws.autoscaling","detail-type":"EC2 Instance-launch Lifecycle Action","detail":{
                "LifecycleActionToken":"87654321-4321-4321-4321-210987654321","AutoScalingGroupName":"web",
                "LifecycleHookName":"%s","EC2InstanceId":"%s","LifecycleTransition":"autoscaling:EC2_INSTANCE_LAUNCHING"}}""".formatted(hook, instance.id());
    }

    @Test
    void groupThatIsNotOptedIn_isIgnored_andItsHookTimesOut() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated().tags().remove("launch-guard");
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(30));
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "CompleteLifecycleAction"));
            assertEquals("InService", instance.lifecycle());
            assertTrue(stage.latest(instance).isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"stack", "group"})
    void observing_answersContinueAtOnce(String how) {
        try (FunctionStage stage = how.equals("stack") ? FunctionStage.observing() : FunctionStage.remediating()) {
            stage.group().gated();
            if (how.equals("group")) {
                stage.group().tags().put("launch-guard-mode", "observe");
            }
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofSeconds(20));
            assertEquals(1, stage.gateAnswers("CONTINUE").size());
            stage.settle();
            assertEquals("InService", instance.lifecycle());
            assertEquals(Gate.State.RELEASED, stage.gate(instance).state());
            assertEquals("OBSERVE_MODE", stage.refusal(instance));
            assertEquals("redeploy", stage.caseOf(instance).finding().would());
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "RecordLifecycleActionHeartbeat"));
            assertTrue(
                    stage.caseOf(instance).timeline().stream()
                            .anyMatch(entry -> entry.what().contains("would have held")),
                    stage.caseOf(instance).timeline().toString());
        }
    }

    /** The function is down: launches go on by themselves. */
    @Test
    void functionDead_everyHeldInstanceGoesInServiceWithTheHooksTimeout() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            List<Instance> launched = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                launched.add(stage.launch(FunctionStage.HEALTHY));
            }
            stage.aws.advance(HOOK_TIMEOUT.plusMinutes(2));
            launched.forEach(instance -> assertEquals("InService", instance.lifecycle()));
            stage.settle();
            launched.forEach(instance -> {
                assertEquals("InService", instance.lifecycle());
                assertEquals(
                        "CLOSED", stage.status(instance), stage.caseOf(instance).toString());
            });
            assertEquals(List.of(), stage.gateAnswers("ABANDON"));
        }
    }

    /** An instance that SSM never reaches is not a broken one: held for five minutes after its deployment, then let go on. */
    @Test
    void unreachableInstance_isLetGoOnUnproved() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.advance(Duration.ofSeconds(5));
            stage.aws.faults().on("ssm", "SendCommand").always().fail("InvalidInstanceId", "not registered");
            stage.aws.settle(Duration.ofMinutes(45));
            assertEquals("InService", instance.lifecycle());
            assertFalse(stage.gate(instance).proved());
            assertEquals(List.of(), stage.gateAnswers("ABANDON"));
            Instant ended = Objects.requireNonNull(stage.gate(instance).deploymentEndedAt());
            Instant answered = Objects.requireNonNull(stage.gate(instance).answeredAt());
            assertTrue(
                    Duration.between(ended, answered).compareTo(Duration.ofMinutes(6)) < 0,
                    stage.caseOf(instance).timeline().toString());
            assertEquals("WAITING", stage.status(instance));
        }
    }

    /** cloud-init never ends: heartbeats hold the instance, and the deadline lets it go on. */
    @Test
    void bootThatDoesNotEnd_isLetGoOnAtTheDeadline() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.scripts(EventsTest.booting(stage.honest()));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(40));
            assertEquals(
                    "InService", instance.lifecycle(), stage.caseOf(instance).toString());
            Duration held = stage.gate(instance).held(stage.aws.clock().instant());
            assertTrue(
                    held.compareTo(Duration.ofMinutes(29)) > 0 && held.compareTo(Duration.ofMinutes(33)) < 0,
                    held.toString());
            assertFalse(stage.aws
                    .calls()
                    .of("autoscaling", "RecordLifecycleActionHeartbeat")
                    .isEmpty());
            assertEquals(List.of(), stage.gateAnswers("ABANDON"));
        }
    }

    @ParameterizedTest
    @CsvSource({"remediate", "observe"})
    void lostEvent_isFoundByTheSchedule_andAnsweredByTheInstancesId(String mode) {
        try (FunctionStage stage = mode.equals("observe") ? FunctionStage.observing() : FunctionStage.remediating()) {
            stage.group().launchHook("launch-guard-gate", Duration.ofHours(2), "CONTINUE");
            stage.aws
                    .events()
                    .lose(event -> event.path("detail-type").asText().endsWith("Lifecycle Action")
                            || event.path("source").asText().equals("aws.codedeploy"));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals("Pending:Wait", instance.lifecycle());
            stage.aws.invoke("{\"source\":\"launch-guard.schedule\"}");
            stage.settle();
            assertEquals("InService", instance.lifecycle());
            // In mode observe the answer comes before the proof.
            assertEquals(mode.equals("remediate"), stage.gate(instance).proved());
            assertNull(stage.gate(instance).token());
            assertEquals(
                    instance.id(),
                    stage.gateAnswers("CONTINUE")
                            .getFirst()
                            .input()
                            .path("InstanceId")
                            .asText());
        }
    }

    /** CodeDeploy abandons a launch whose deployment failed: the gate adds nothing to it. */
    @Test
    void failedLaunchDeployment_isLeftToCodeDeploy() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.launchWhoseDeploymentFails();
            assertEquals("Terminated", instance.lifecycle());
            assertEquals(List.of(), stage.gateAnswers("ABANDON"));
            stage.latest(instance).map(Case::gate).ifPresent(gate -> assertFalse(gate.open(), gate.toString()));
        }
    }

    @Test
    void intoTheWarmPool_itIsHeldUntilCloudInitHasEnded_andOutOfItOnceMore() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.group().warm(stage.image(FunctionStage.HEALTHY), "Running");
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals(
                    "Warmed:Running",
                    instance.lifecycle(),
                    stage.latest(instance).toString());
            assertTrue(stage.gate(instance).intoWarmPool());
            stage.group().takeFromPool(instance);
            stage.settle();
            assertEquals("InService", instance.lifecycle());
            assertFalse(stage.gate(instance).intoWarmPool());
            assertEquals(2, stage.gateAnswers("CONTINUE").size());
            assertEquals(
                    2,
                    stage.gateAnswers("CONTINUE").stream()
                            .map(call ->
                                    call.input().path("LifecycleActionToken").asText())
                            .distinct()
                            .count());
        }
    }

    /** Another hook may hold an instance whose wait at the gate is answered: the schedule opens no case for it. */
    @ParameterizedTest
    @CsvSource({"remediate", "observe"})
    void answeredWait_isNotOpenedAgainByTheSchedule(String mode) {
        try (FunctionStage stage = mode.equals("observe") ? FunctionStage.observing() : FunctionStage.remediating()) {
            stage.group().gated().launchHook("warm-up", Duration.ofHours(2), "CONTINUE");
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals("Pending:Wait", instance.lifecycle());
            Gate before = stage.gate(instance);
            assertEquals(Gate.State.RELEASED, before.state(), before.toString());
            int number = stage.caseOf(instance).id().number();
            int published = stage.published("Gate Released", instance).size();
            for (int i = 0; i < 3; i++) {
                stage.aws.invoke("{\"source\":\"launch-guard.schedule\"}");
                stage.aws.settle(Duration.ofMinutes(5));
            }
            assertEquals(number, stage.caseOf(instance).id().number());
            assertEquals(before, stage.gate(instance));
            assertEquals(published, stage.published("Gate Released", instance).size());
        }
    }

    /** Auto Scaling throttles in a scale-out: a heartbeat is tried again within the hook's timeout. */
    @Test
    void throttledHeartbeat_isSentAgainWithinTheHooksTimeout() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.scripts(EventsTest.booting(stage.honest()));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.advance(Duration.ofSeconds(5));
            stage.aws
                    .faults()
                    .on("autoscaling", "RecordLifecycleActionHeartbeat")
                    .times(8)
                    .throttle();
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals(
                    "Pending:Wait", instance.lifecycle(), stage.caseOf(instance).toString());
        }
    }

    /** The decision is stored, and its answer throttled: it is given soon, not at the step's own timer. */
    @Test
    void throttledAnswer_isGivenSoon() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.scripts(EventsTest.booting(stage.honest()));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws
                    .faults()
                    .on("autoscaling", "CompleteLifecycleAction")
                    .times(8)
                    .throttle();
            stage.aws.settle(Duration.ofMinutes(38));
            assertEquals(
                    Gate.State.RELEASED,
                    stage.gate(instance).state(),
                    stage.caseOf(instance).timeline().toString());
        }
    }
}
