package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import launchguard.sandbox.CodeDeploy;
import launchguard.sandbox.Command;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A throttled case goes on a minute later, not when the queue delivers its message again. */
@Tag("verify")
class ThrottledTest {
    /** More than the tries of one invocation. */
    private static final int THROTTLES = 4;

    /** Far less than the queue's visibility timeout. */
    private static final double SOON = 150;

    private static List<JsonNode> lines(FunctionStage stage, String level, String beginning) {
        return stage.logLines().stream()
                .filter(line -> line.path("level").asText().equals(level))
                .filter(line -> line.path("message").asText().startsWith(beginning))
                .toList();
    }

    private static double detectionDelay(FunctionStage stage) {
        return stage.logLines().stream()
                .filter(line -> line.has("DetectionDelay"))
                .mapToDouble(line -> line.path("DetectionDelay").asDouble())
                .findFirst()
                .orElseThrow();
    }

    private static void repairedSoon(FunctionStage stage, Instance broken) {
        assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
        assertTrue(detectionDelay(stage) < SOON, "after " + detectionDelay(stage) + " s");
    }

    @ParameterizedTest
    @CsvSource({
        "ssm, GetCommandInvocation, 1",
        "codedeploy, ListDeployments, 1",
        // The first reads the group's opt-in tags.
        "autoscaling, DescribeAutoScalingGroups, 2",
        "autoscaling, DescribeInstanceRefreshes, 1"
    })
    void readsOfTheFirstVerdict(String service, String operation, int nth) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on(service, operation).nth(nth).times(THROTTLES).throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            repairedSoon(stage, broken);
            assertEquals(List.of(), lines(stage, "ERROR", ""));
            List<JsonNode> putOff = lines(stage, "INFO", "put off for PT1M: could not ");
            assertNotEquals(List.of(), putOff, stage.log());
            assertTrue(putOff.getFirst().path("message").asText().contains("Rate exceeded"), putOff.toString());
        }
    }

    /** A verdict does not wait because the group can't be read, and it counts once, though the guard is asked twice. */
    @ParameterizedTest
    @CsvSource({"codedeploy, ListDeployments", "autoscaling, DescribeInstanceRefreshes"})
    void verdict_isStoredBeforeTheGuardIsAsked(String service, String operation) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on(service, operation).times(THROTTLES).throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofSeconds(50));
            assertEquals("STALE_JDK", stage.caseOf(broken).finding().verdict());
            assertTrue(detectionDelay(stage) < 30, "after " + detectionDelay(stage) + " s");
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals(
                    1,
                    stage.logLines().stream()
                            .filter(line -> line.path("Verdict").asText().equals("STALE_JDK"))
                            .count());
        }
    }

    /** The verdict stands: neither the probe nor its result is asked for again, by the timer or by an event that comes twice. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void guardThatIsAskedLater_goesByTheStoredEvidence(boolean eventComesTwice) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            if (eventComesTwice) {
                stage.aws.events().delays(event -> List.of(Duration.ZERO, Duration.ofSeconds(20)));
            }
            stage.aws.faults().on("codedeploy", "ListDeployments").throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals(1, stage.commands("Redeploy", broken).size(), stage.log());
            assertEquals(1, resultsRead(stage, stage.commands("Probe", broken).getFirst()));
            stage.settle();
            repairedSoon(stage, broken);
        }
    }

    /** A case that is too large for the table keeps its verdict without the evidence. */
    @Test
    void guardThatIsAskedLater_readsTheResultAgainWhereTheEvidenceIsNotKept() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on("codedeploy", "ListDeployments").throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofSeconds(50));
            stage.storeForgetting(broken);
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals(2, resultsRead(stage, stage.commands("Probe", broken).getFirst()), stage.log());
            stage.settle();
            repairedSoon(stage, broken);
        }
    }

    /** The stored verdict is about the deployment before, so the same evidence is judged again. */
    @Test
    void newDeploymentBeforeTheGuardIsAsked_isJudgedByTheResult() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on("codedeploy", "ListDeployments").throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofSeconds(50));
            assertEquals("PROBING", stage.status(broken));
            CodeDeploy codeDeploy = stage.aws.codeDeploy();
            Deployment newer = codeDeploy.running(stage.aws.deploymentGroup(), "d-NEWER0001", "user", List.of(broken));
            codeDeploy.succeed(newer, broken);
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals(2, resultsRead(stage, stage.commands("Probe", broken).getFirst()), stage.log());
        }
    }

    private static long resultsRead(FunctionStage stage, Command command) {
        return stage.aws.calls().of("ssm", "GetCommandInvocation").stream()
                .filter(call -> call.input().path("CommandId").asText().equals(command.id()))
                .count();
    }

    /** In a rush one throttle is enough: the process spares CodeDeploy's quota for a moment, and each case is put off. */
    @Test
    void afterAThrottle_theGuardReadsNothingForTwoSeconds() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on("codedeploy", "ListDeployments").throttle();
            List<Instance> broken = IntStream.range(0, 6)
                    .mapToObj(i -> stage.aws.group("web-" + i).launch(FunctionStage.RACED))
                    .toList();
            stage.aws.settle(Duration.ofSeconds(50));
            assertEquals(
                    1, stage.aws.calls().of("codedeploy", "ListDeployments").size());
            assertEquals(
                    1, lines(stage, "INFO", "put off for PT1M: could not list").size(), stage.log());
            assertEquals(
                    5, lines(stage, "INFO", "put off for PT1M: made no call").size(), stage.log());
            stage.settle();
            broken.forEach(instance -> assertEquals("REPAIRED", stage.status(instance)));
        }
    }

    /** One command for all launches of a batch, and all their events in that batch. */
    @Test
    void probesOfABatch() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.aws.events().delays(event -> List.of(Duration.ZERO));
            stage.aws.faults().on("ssm", "SendCommand").times(THROTTLES).throttle();
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            Instance other = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
            assertEquals("CLOSED", stage.status(other));
            assertTrue(detectionDelay(stage) < SOON, "after " + detectionDelay(stage) + " s");
            assertEquals(
                    2,
                    stage.aws
                            .calls()
                            .of("ssm", "SendCommand")
                            .getFirst()
                            .input()
                            .path("InstanceIds")
                            .size());
            assertTrue(lines(stage, "INFO", "put off for PT1M: could not send").size() >= 2, stage.log());
            assertEquals(List.of(), lines(stage, "ERROR", ""));
        }
    }

    /**
     * The probe was sent but not stored, and no other event comes; its completion event arrives, and its result can't
     * be read at once.
     */
    @Test
    void probeThatEndsBeforeItsSendingIsStored() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws
                    .events()
                    .delays(event -> List.of("aws.autoscaling", "aws.codedeploy")
                                            .contains(event.path("source").asText())
                                    && !event.path("detail").has("instanceId")
                            ? List.of()
                            : List.of(Duration.ZERO));
            stage.aws.faults().on("dynamodb", "PutItem").nth(2).fail("ValidationException", "asked for");
            stage.aws
                    .faults()
                    .on("ssm", "GetCommandInvocation")
                    .times(THROTTLES)
                    .throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            repairedSoon(stage, broken);
            assertEquals(
                    1,
                    lines(stage, "INFO", "put off for PT1M: could not read command")
                            .size());
        }
    }

    /** A case that waits for another deployment of its group to end, and is probed again then. */
    @Test
    void laterProbe() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(20));
            Deployment other = stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-OTHER0001");
            stage.aws.settle(Duration.ofSeconds(40));
            assertEquals("DEPLOYMENT_RUNNING", stage.refusal(broken));
            stage.aws.codeDeploy().finish(other, "Succeeded");
            stage.aws.faults().on("ssm", "SendCommand").times(THROTTLES).throttle();
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals(
                    1, lines(stage, "INFO", "put off for PT1M: could not send").size(), stage.log());
            assertEquals(List.of(), lines(stage, "ERROR", ""));
        }
    }

    /** The message becomes a dead letter in the end, and its alarm notifies. */
    @Test
    void longerThanTheWindowOfItsCase() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on("codedeploy", "ListDeployments").always().throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertNotEquals(List.of(), stage.aws.deadLetters().messages());
            assertNotEquals(List.of(), lines(stage, "ERROR", "could not handle message"));
            assertEquals("PROBING", stage.status(broken));
            assertEquals(List.of(), stage.foreignChanges());
        }
    }
}
