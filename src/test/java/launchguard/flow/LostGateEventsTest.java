package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import launchguard.cases.Gate;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.Traffic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events of a launch that the gate should hold: lost with their process, late, or of an earlier boot of the instance. */
@Tag("verify")
class LostGateEventsTest {
    private static final Duration LATE = Duration.ofMinutes(25);

    private static boolean type(JsonNode event, String type) {
        return event.path("detail-type").asText().endsWith(type);
    }

    /** The message of the gate's event comes back when its visibility is over, which is later than the hook's timeout. */
    @Test
    void processDiesOnTheGatesEvent_theStaleJvmIsHeldAllTheSame() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Traffic traffic = stage.aws.traffic(stage.group(), Duration.ofSeconds(2), Duration.ofHours(1));
            stage.aws.faults().on("ec2", "DescribeInstances").dieBefore();
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    "REPAIRED", stage.status(instance), stage.caseOf(instance).toString());
            assertEquals(Gate.State.RELEASED, stage.gate(instance).state());
            assertTrue(stage.gate(instance).proved());
            assertEquals(0, traffic.metStaleJvm());
            assertEquals(1, stage.published("Gate Released", instance).size());
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }

    /** CodeDeploy's report of the first boot's deployment comes again while the instance waits with a new root volume. */
    @Test
    void lateReportOfAnEarlierBootsDeployment_saysNothingOfTheWait() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> type(event, "CodeDeploy Instance State-change Notification")
                            ? List.of(Duration.ZERO, LATE)
                            : List.of(Duration.ZERO));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(3));
            assertEquals("InService", instance.lifecycle());
            String first = String.valueOf(stage.caseOf(instance).deployment());
            stage.aws.advance(Duration.ofMinutes(19));
            stage.scripts(EventsTest.booting(stage.honest()));
            stage.aws.events().lose(EventBus.sentBy("aws.codedeploy"));
            stage.group().replaceRootVolume(instance, stage.image(FunctionStage.HEALTHY));
            stage.aws.settle(Duration.ofMinutes(6));
            assertEquals("Pending:Wait", instance.lifecycle());
            assertNotEquals(first, String.valueOf(stage.caseOf(instance).deployment()));
            assertNull(stage.gate(instance).deploymentEndedAt(), "the new boot's deployment was never reported");
            assertTrue(stage.gate(instance).deploymentExpected());
        }
    }

    /** The only event of the way out of the pool is the gate's, and the hook's timeout was over when it came. */
    @ParameterizedTest
    @ValueSource(strings = {"Running", "Stopped"})
    void onlyALateEventOfTheWayOutOfTheWarmPool_stillLeadsToAProbe(String state) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.group().warm(stage.image(FunctionStage.HEALTHY), state);
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals("Warmed:" + state, instance.lifecycle());
            int before = stage.commands("Probe", instance).size();
            onlyTheGatesEvent(stage);
            stage.group().takeFromPool(instance);
            stage.aws.settle(Duration.ofMinutes(15));
            assertEquals("InService", instance.lifecycle());
            stage.settle();
            assertTrue(stage.commands("Probe", instance).size() > before, "it was not probed");
            assertEquals(
                    "CLOSED", stage.status(instance), stage.caseOf(instance).toString());
            assertEquals(Gate.State.GONE, stage.gate(instance).state());
            assertFalse(stage.gate(instance).intoWarmPool());
        }
    }

    /** A copy of an event that a case has received brings no second probe. */
    @Test
    void lateCopiesOfKnownWaits_leadToNoSecondProbe() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> type(event, "Lifecycle Action")
                            ? List.of(Duration.ZERO, Duration.ofMinutes(40), Duration.ofMinutes(50))
                            : List.of(Duration.ZERO));
            Instance instance = stage.group().warm(stage.image(FunctionStage.HEALTHY), "Running");
            stage.aws.settle(Duration.ofMinutes(10));
            stage.group().takeFromPool(instance);
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals("InService", instance.lifecycle());
            int before = stage.commands("Probe", instance).size();
            int number = stage.caseOf(instance).id().number();
            stage.aws.settle(Duration.ofHours(2));
            assertEquals(before, stage.commands("Probe", instance).size());
            assertEquals(number, stage.caseOf(instance).id().number());
        }
    }

    private static void onlyTheGatesEvent(FunctionStage stage) {
        stage.aws
                .events()
                .delays(event -> type(event, "Lifecycle Action")
                        ? List.of(Duration.ofMinutes(20))
                        : event.path("source").asText().equals("aws.ssm") ? List.of(Duration.ZERO) : List.of());
    }

    /** On its way into the pool an instance is in no list of its group. */
    @Test
    void lostEventOfTheWayIntoTheWarmPool_isFoundByTheSchedule() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().launchHook("launch-guard-gate", Duration.ofHours(2), "CONTINUE");
            stage.aws.events().lose(event -> type(event, "Lifecycle Action"));
            Instance instance = stage.group().warm(stage.image(FunctionStage.HEALTHY), "Running");
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals("Warmed:Pending:Wait", instance.lifecycle());
            JsonNode swept = stage.aws.invoke("{\"source\":\"launch-guard.schedule\"}");
            assertEquals(1, swept.path("opened").asInt(), swept.toString());
            stage.settle();
            assertEquals("Warmed:Running", instance.lifecycle());
            assertTrue(stage.gate(instance).intoWarmPool());
            assertTrue(stage.gate(instance).proved());
        }
    }

    /** The time of a deployment that is still at work does not count, also between two looks, which lie far apart by then. */
    @Test
    void longDeployment_isHeldPastTheDeadlineWithoutIt() {
        try (FunctionStage stage = FunctionStage.remediating("GateDeadline", "PT10M")) {
            stage.group().gated();
            stage.aws.events().lose(EventBus.sentBy("aws.codedeploy"));
            stage.scripts(deploying(stage.honest()));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(50));
            assertEquals(
                    "Pending:Wait",
                    instance.lifecycle(),
                    stage.caseOf(instance).timeline().toString());
        }
    }

    /** What the instance's agent says while its deployment is at work. */
    private static ScriptRunner deploying(ScriptRunner honest) {
        return (root, script, limit) -> {
            ScriptRunner.Result result = honest.run(root, script, limit);
            return new ScriptRunner.Result(
                    result.exitCode(),
                    result.stdout().replaceAll("\"ongoing\":\\[[^]]*]", "\"ongoing\":[\"d-ATWORK001\"]"),
                    result.stderr(),
                    result.killed());
        };
    }
}
