package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Effect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What goes wrong around a wait at the launch gate: late and lost answers, waits that follow each other, services that
 * lag.
 */
@Tag("verify")
class GateTrapsTest {
    private static final Duration BOOT = Duration.ofMinutes(9);

    private static boolean type(ObjectNode event, String type) {
        return event.path("detail-type").asText().endsWith(type);
    }

    /** The window of a case begins at its release: a short one does not end the hold. */
    @Test
    void launchWindowThatIsShorterThanTheDeadline_doesNotEndTheHold() {
        try (FunctionStage stage = FunctionStage.remediating("LaunchWindow", "PT10M")) {
            stage.group().gated();
            stage.scripts(EventsTest.booting(stage.honest()));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(25));
            assertEquals(
                    "Pending:Wait", instance.lifecycle(), stage.caseOf(instance).toString());
            stage.aws.settle(Duration.ofMinutes(8));
            assertEquals("InService", instance.lifecycle());
            assertFalse(stage.caseOf(instance).ended(), "its window has just begun");
        }
    }

    /** A person's deployment to the fleet does not come to an instance that is not in service. */
    @Test
    void fleetDeploymentThatDoesNotReachTheInstance_doesNotHoldItsRepairBack() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance serving = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(5));
            stage.group().gated();
            Deployment fleet = stage.aws
                    .codeDeploy()
                    .running(stage.aws.deploymentGroup(), "d-FLEET0001", "user", List.of(serving));
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(5));
            assertEquals(
                    "REPAIRED", stage.status(instance), stage.caseOf(instance).toString());
            assertTrue(stage.gate(instance).proved());
            stage.aws.codeDeploy().finish(fleet, "Succeeded");
            stage.settle();
        }
    }

    /** Two deployment groups deploy to one group: a launch is proved when both have, not when the first has. */
    @Test
    void secondDeploymentGroup_isWaitedFor() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group()
                    .gated()
                    .launchHook(
                            "CodeDeploy-managed-automatic-launch-deployment-hook-metrics-1b2c",
                            Duration.ofMinutes(10),
                            "ABANDON");
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofSeconds(70));
            Deployment second = stage.aws
                    .codeDeploy()
                    .running(stage.aws.deploymentGroup(), "d-SECOND001", "autoscaling", List.of(instance));
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals(
                    List.of(),
                    stage.gateAnswers("CONTINUE"),
                    stage.caseOf(instance).timeline().toString());
            stage.aws.codeDeploy().succeed(second, instance);
            int probes = stage.commands("Probe", instance).size();
            stage.aws.settle(Duration.ofSeconds(30));
            assertEquals(probes + 1, stage.commands("Probe", instance).size(), "probed when both have ended");
        }
    }

    @Test
    void deploymentToTheInstance_holdsItsRepairBack() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "replace", "ReplaceSingle", "true")) {
            stage.group().gated();
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(5));
            stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-AGAIN0001", "user", List.of(instance));
            stage.aws.settle(Duration.ofMinutes(50));
            assertEquals(List.of(), stage.gateAnswers("ABANDON"), "CodeDeploy deploys to it");
            assertEquals("InService", instance.lifecycle(), "the deadline lets it go on");
            assertEquals("DEPLOYMENT_RUNNING", stage.refusal(instance));
        }
    }

    /** Into the pool and out of it are two waits: a late event of the first does not concern the second. */
    @Test
    void lateDoubleOfAnEarlierWait_leavesTheLaterOneAlone() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> type(event, "Lifecycle Action")
                                    && event.at("/detail/Destination").asText().equals("WarmPool")
                            ? List.of(Duration.ZERO, Duration.ofMinutes(25))
                            : List.of(Duration.ZERO));
            Instance instance = stage.group().warm(stage.image(FunctionStage.HEALTHY), "Running");
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals("Warmed:Running", instance.lifecycle());
            stage.aws.advance(Duration.ofMinutes(10));
            stage.scripts(EventsTest.booting(stage.honest()));
            stage.group().takeFromPool(instance);
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals(
                    "Pending:Wait",
                    instance.lifecycle(),
                    stage.caseOf(instance).timeline().toString());
            assertTrue(stage.gate(instance).open());
            assertFalse(stage.gate(instance).intoWarmPool());
        }
    }

    /** "Launch Successful" of the first boot comes while the instance waits again, after its root volume was replaced. */
    @Test
    void lateReportOfAnEarlierLaunch_isNotTheEndOfTheWait() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> List.of(
                            type(event, "Launch Successful")
                                            && event.at("/detail/Origin")
                                                    .asText()
                                                    .equals("EC2")
                                    ? Duration.ofMinutes(10)
                                    : Duration.ZERO));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(BOOT);
            assertEquals("InService", instance.lifecycle());
            stage.scripts(EventsTest.booting(stage.honest()));
            stage.group().replaceRootVolume(instance, stage.image(FunctionStage.HEALTHY));
            stage.aws.settle(Duration.ofMinutes(25));
            assertEquals(
                    "Pending:Wait",
                    instance.lifecycle(),
                    stage.caseOf(instance).timeline().toString());
            assertTrue(stage.gate(instance).open());
        }
    }

    /** Long after its launch a new root volume races: repaired before it serves again. */
    @Test
    void replacedRootVolume_isHeldAndRepaired_howeverOldTheInstance() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            stage.aws.advance(Duration.ofDays(3));
            stage.group().replaceRootVolume(instance, stage.image(FunctionStage.RACED));
            stage.settle();
            assertEquals("InService", instance.lifecycle());
            assertEquals(
                    "REPAIRED", stage.status(instance), stage.caseOf(instance).toString());
            assertTrue(stage.gate(instance).proved());
            assertEquals(2, stage.gateAnswers("CONTINUE").size());
        }
    }

    /** EC2 and Auto Scaling know a new instance some time after the wait's event. */
    @Test
    void servicesThatLag_openTheGateAllTheSame() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws.settings().ec2Lag(Duration.ofSeconds(40));
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.later(Duration.ofMillis(4100), () -> instance.lifecycle("Pending"));
            stage.aws.later(Duration.ofSeconds(20), () -> instance.lifecycle("Pending:Wait"));
            stage.settle();
            assertEquals(
                    "REPAIRED", stage.status(instance), stage.caseOf(instance).toString());
            assertTrue(stage.gate(instance).proved());
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }

    /** The answer that was lost was given: the launch counts as abandoned, in the budget too. */
    @Test
    void abandonWhoseAnswerIsLost_isSpentFromTheBudget() {
        try (FunctionStage stage =
                FunctionStage.remediating("ReplaceSingle", "true", "MaxReplacements", "1", "Ladder", "replace")) {
            stage.group().gated().replacements(gone -> stage.image(FunctionStage.RACED));
            stage.aws.faults().on("autoscaling", "CompleteLifecycleAction").loseAnswer();
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(50));
            assertEquals(
                    "REPLACED", stage.status(instance), stage.caseOf(instance).toString());
            assertEquals(Gate.State.ABANDONED, stage.gate(instance).state());
            assertEquals(1, stage.published("Gate Abandoned", instance).size());
            assertEquals(
                    1,
                    stage.gateAnswers("ABANDON").stream()
                            .map(call ->
                                    call.input().path("LifecycleActionToken").asText())
                            .distinct()
                            .count());
            assertEquals(2, stage.aws.instances().size(), "one was abandoned");
        }
    }

    @Test
    void continueWhoseAnswerIsLost_isARelease() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws.faults().on("autoscaling", "CompleteLifecycleAction").loseAnswer();
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            assertEquals("InService", instance.lifecycle());
            assertEquals(Gate.State.RELEASED, stage.gate(instance).state());
            assertTrue(stage.gate(instance).proved());
        }
    }

    /** CodeDeploy's own ABANDON comes between what was decided and its call: an end, not a fault. */
    @Test
    void abandonedByCodeDeployBetweenIntentAndCall_isTheEnd() {
        for (String scenario : List.of(FunctionStage.HEALTHY, FunctionStage.RACED)) {
            try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true", "Ladder", "replace")) {
                stage.group().gated();
                List<Instance> launched = new ArrayList<>();
                stage.aws.faults().by(call -> {
                    if (call.operation().equals("CompleteLifecycleAction")) {
                        launched.forEach(stage.aws::terminate);
                    }
                    return new Effect.None();
                });
                Instance instance = stage.launch(scenario);
                launched.add(instance);
                stage.aws.settle(Duration.ofMinutes(40));
                Case current = stage.caseOf(instance);
                assertTrue(current.ended(), current.toString());
                assertEquals("Terminated", instance.lifecycle());
                assertFalse(stage.gate(instance).open());
                assertEquals(List.of(), stage.aws.deadLetters().messages());
            }
        }
    }

    /** CodeDeploy has a hook on the group and deploys nothing: held for five minutes, not forever. */
    @Test
    void noDeploymentComes_isLetGoOnAfterFiveMinutes() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.group().launch(Image.EMPTY);
            stage.settle();
            assertEquals("InService", instance.lifecycle());
            Duration held = stage.gate(instance).held(stage.aws.clock().instant());
            assertTrue(held.compareTo(Duration.ofMinutes(5)) >= 0, held.toString());
            assertTrue(held.compareTo(Duration.ofMinutes(6)) < 0, held.toString());
        }
    }

    @Test
    void onlyTheGatesEvent_andLate_stillOpensACase() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> type(event, "Lifecycle Action") ? List.of(Duration.ofMinutes(20)) : List.of());
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(15));
            assertEquals("InService", instance.lifecycle());
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
        }
    }

    /** The message that has opened the case keeps its timer: it sets it when it comes again. */
    @Test
    void lateEventThatDiedBeforeItsTimer_setsItWhenItComesAgain() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> type(event, "Lifecycle Action") ? List.of(Duration.ofMinutes(20)) : List.of());
            stage.aws.faults().on("sqs", "SendMessage").dieBefore();
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofHours(2));
            assertEquals("CLOSED", stage.status(instance));
        }
    }

    /** A launch that the gate holds until a deployment to the fleet has ended. */
    static Instance releasedLate(FunctionStage stage, boolean otherRevision) {
        Instance serving = stage.launch(FunctionStage.HEALTHY);
        stage.aws.settle(Duration.ofMinutes(5));
        stage.group().gated();
        Instance instance = stage.launch(FunctionStage.RACED);
        // No verdict is possible while the gate holds it.
        stage.scripts((root, script, limit) -> new ScriptRunner.Result(1, "", "", false));
        stage.aws.settle(Duration.ofMinutes(2));
        if (otherRevision) {
            stage.aws.deploymentGroup().released("rest-api/build-42.zip");
        }
        Deployment fleet =
                stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-FLEET0001", "user", List.of(serving));
        stage.aws.codeDeploy().finish(fleet, "Succeeded");
        stage.aws.settle(Duration.ofMinutes(12));
        return instance;
    }

    /** While the gate holds the instance, a deployment to the fleet may start and end without reaching it. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void revisionThatIsReplacedDuringTheHold_isAnnounced(boolean another) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance instance = releasedLate(stage, another);
            assertEquals("InService", instance.lifecycle());
            List<String> summaries = stage.published("Gate Released", instance).stream()
                    .map(detail -> detail.path("summary").asText())
                    .toList();
            assertEquals(1, summaries.size());
            assertEquals(
                    another,
                    summaries.getFirst().contains("its deployment group has deployed another one"),
                    summaries.toString());
            assertEquals(
                    another,
                    stage.caseOf(instance).timeline().toString().contains("deployed another one"),
                    stage.caseOf(instance).timeline().toString());
        }
    }
}
