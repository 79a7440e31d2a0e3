package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import launchguard.cases.Case;
import launchguard.pages.Run;
import launchguard.pages.Runs;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Effect;
import org.junit.jupiter.api.Test;

/** What holds an action back, from the group's real state to the event that people get. */
class RefusalsTest {
    private static final Duration SHORTLY = Duration.ofMinutes(3);
    private static final String[] REPLACING = {"Ladder", "replace", "ReplaceSingle", "true"};

    /** A refusal lasts as long as its reason, is announced once, and then the remedy follows. */
    private static void passes(FunctionStage stage, Instance broken, String refusal, String end, Runnable lift) {
        stage.aws.settle(Duration.ofMinutes(40));
        assertEquals("REFUSED", stage.status(broken), stage.caseOf(broken).toString());
        assertEquals(refusal, stage.refusal(broken));
        assertEquals(1, stage.published("Refusal", broken).size());
        JsonNode announced = stage.published("Refusal", broken).getFirst();
        assertEquals("REFUSED", announced.path("status").asText());
        Instant next = Instant.parse(announced.path("nextTry").asText());
        assertTrue(next.isAfter(Instant.parse(announced.path("at").asText())), announced.toString());
        assertEquals(List.of(), stage.foreignChanges());
        lift.run();
        stage.settle();
        Case ended = stage.caseOf(broken);
        assertEquals(end, stage.status(broken), ended.toString());
        assertEquals(1, stage.published("Refusal", broken).size());
        drawn(stage, ended, refusal);
    }

    /** The story says why nothing was done, and the picture shows for how long. */
    private static void drawn(FunctionStage stage, Case ended, String refusal) {
        assertTrue(
                ended.timeline().stream()
                        .anyMatch(entry -> entry.what().matches("refused for now: " + refusal + ", .+")),
                ended.timeline().toString());
        Run held = Runs.of(ended, stage.aws.clock().instant()).stream()
                .filter(run -> run.kind() == Run.Kind.HELD)
                .findFirst()
                .orElseThrow();
        assertEquals(refusal, held.label());
        assertTrue(Duration.between(held.from(), held.to()).compareTo(Duration.ofMinutes(35)) > 0, held.toString());
    }

    @Test
    void deploymentRunning() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(20));
            Deployment other = stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-OTHER0001");
            passes(
                    stage,
                    broken,
                    "DEPLOYMENT_RUNNING",
                    "REPAIRED",
                    () -> stage.aws.codeDeploy().finish(other, "Succeeded"));
        }
    }

    @Test
    void instanceRefresh() {
        try (FunctionStage stage = FunctionStage.remediating(REPLACING)) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.group().startRefresh();
            passes(stage, broken, "INSTANCE_REFRESH_RUNNING", "REPLACED", stage.group()::endRefresh);
        }
    }

    @Test
    void suspendedProcess() {
        try (FunctionStage stage = FunctionStage.remediating(REPLACING)) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.group().suspend("Launch");
            passes(stage, broken, "PROCESS_SUSPENDED", "REPLACED", stage.group()::resume);
        }
    }

    @Test
    void standby() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(30));
            broken.lifecycle("Standby");
            passes(stage, broken, "NOT_IN_SERVICE", "REPAIRED", () -> broken.lifecycle("InService"));
        }
    }

    @Test
    void shareOfTheGroup() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(50));
            other.lifecycle("Standby");
            passes(stage, broken, "UNAVAILABLE_SHARE", "REPAIRED", () -> other.lifecycle("InService"));
        }
    }

    @Test
    void budgetOfReplacements() {
        try (FunctionStage stage = FunctionStage.remediating(
                "Ladder", "replace", "ReplaceSingle", "true", "MaxReplacements", "1", "ReplacementWindow", "PT1H")) {
            Instance first = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPLACED", stage.status(first));
            stage.group().instances().forEach(instance -> instance.lifecycle("InService"));
            int before = stage.foreignChanges().size();
            Instance second = stage.launch(FunctionStage.RACED);
            stage.aws.settle(SHORTLY);
            assertEquals(
                    "REPLACEMENT_BUDGET",
                    stage.refusal(second),
                    stage.caseOf(second).toString());
            assertEquals(before, stage.foreignChanges().size());
            stage.settle();
            assertEquals("REPLACED", stage.status(second), "the budget's window has passed");
            assertEquals(1, stage.published("Refusal", second).size());
        }
    }

    @Test
    void optedOutAfterTheVerdict() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(20));
            Deployment other = stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-OTHER0001");
            stage.aws.settle(SHORTLY);
            assertEquals("DEPLOYMENT_RUNNING", stage.refusal(broken));
            broken.tags().remove("launch-guard");
            stage.aws.codeDeploy().finish(other, "Succeeded");
            stage.settle();
            assertEquals("REFUSED", stage.status(broken));
            assertEquals("OPTED_OUT", stage.refusal(broken));
            assertEquals(List.of(), stage.foreignChanges());
        }
    }

    /** The role allows no command to it: the case ends before the launch window does. */
    @Test
    void optedOutBeforeTheVerdict() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws
                    .faults()
                    .by(call -> call.operation().equals("SendCommand")
                            ? new Effect.Fail(
                                    400, "AccessDeniedException", "not authorized to perform: ssm:SendCommand")
                            : new Effect.None());
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals("UNREACHABLE", stage.caseOf(broken).finding().verdict());
            broken.tags().remove("launch-guard");
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals("REFUSED", stage.status(broken));
            assertEquals("OPTED_OUT", stage.refusal(broken));
            assertEquals(List.of(), stage.aws.calls().of("ec2", "CreateTags"));
        }
    }

    @Test
    void singleInstanceGroup() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "replace")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("ESCALATED", stage.status(broken));
            assertEquals("SINGLE_INSTANCE_GROUP", stage.refusal(broken));
        }
    }

    @Test
    void inPlaceOnlyReported() {
        try (FunctionStage stage = FunctionStage.remediating("InPlace", "report")) {
            Instance broken = stage.launch(FunctionStage.IN_PLACE);
            stage.settle();
            assertEquals("REPORTED", stage.status(broken));
            assertEquals("REPORT_ONLY", stage.refusal(broken));
        }
    }

    @Test
    void refusedUntilTheWindowEnds_isEscalated() {
        try (FunctionStage stage = FunctionStage.remediating("LaunchWindow", "PT30M", "BootDeadline", "PT20M")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(20));
            stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-OTHER0001");
            stage.settle();
            assertEquals("ESCALATED", stage.status(broken));
            assertEquals("DEPLOYMENT_RUNNING", stage.refusal(broken));
            assertEquals(1, stage.published("Refusal", broken).size());
            assertEquals(List.of(), stage.foreignChanges());
        }
    }

    @Test
    void neverReachedUntilTheWindowEnds_isUnresolved() {
        try (FunctionStage stage = FunctionStage.remediating("LaunchWindow", "PT30M", "BootDeadline", "PT20M")) {
            stage.aws.faults().on("ssm", "SendCommand").always().fail("InvalidInstanceId", "not registered");
            Instance silent = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            assertEquals("UNRESOLVED", stage.status(silent));
            assertEquals("UNREACHABLE", stage.caseOf(silent).finding().verdict());
            assertEquals(List.of(), stage.foreignChanges());
            assertEquals(
                    Sandbox.DEPLOYMENT_GROUP_ID, stage.aws.deploymentGroup().id());
        }
    }
}
