package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Deployments of others: which hold a remedy back, and which don't concern the instance. */
@Tag("verify")
class OthersDeploymentsTest {
    private static String after(String creator, boolean toIt, boolean ready) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(5));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(20));
            Deployment running = stage.aws
                    .codeDeploy()
                    .running(stage.aws.deploymentGroup(), "d-OTHER0001", creator, List.of(toIt ? broken : other));
            if (ready) {
                stage.aws.codeDeploy().ready(running);
            }
            stage.aws.settle(Duration.ofMinutes(20));
            return stage.status(broken) + " " + stage.refusal(broken);
        }
    }

    @Test
    void launchOfAnotherInstance_holdsNothingBack() {
        assertEquals("REPAIRED null", after("autoscaling", false, false));
        assertEquals("REPAIRED null", after("autoscalingTermination", false, false));
        assertEquals("REPAIRED null", after("CodeDeployAutoUpdate", false, false));
    }

    @Test
    void deploymentToTheInstance_holdsBack_whoeverBeganIt() {
        for (String creator : List.of("autoscaling", "CodeDeployAutoUpdate", "user", "codeDeployRollback")) {
            assertEquals("REFUSED DEPLOYMENT_RUNNING", after(creator, true, false), creator);
        }
    }

    @Test
    void deploymentOfTheGroup_byAPersonOrARollback_holdsBack() {
        for (String creator : List.of("user", "codeDeployRollback", "CloudFormation", "CloudFormationRollback")) {
            assertEquals("REFUSED DEPLOYMENT_RUNNING", after(creator, false, false), creator);
        }
    }

    @Test
    void readyDeployment_isRunning() {
        assertEquals("REFUSED DEPLOYMENT_RUNNING", after("user", false, true));
    }

    @Test
    void originalOfABlueGreenDeployment_getsNoCaseOfIt() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance original = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(10));
            String first = stage.caseOf(original).id().toString();
            Deployment deployment = stage.aws
                    .codeDeploy()
                    .blueGreen(stage.aws.deploymentGroup(), "d-BLUEGRN02", List.of(original), List.of());
            stage.aws.codeDeploy().reroute(deployment);
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals(first, stage.caseOf(original).id().toString());
            assertEquals("CLOSED", stage.status(original));
            assertTrue(stage.log().contains("installed nothing on the instance"), stage.log());
        }
    }

    @Test
    void originalWithoutACase_getsNone_andAnOpenCaseKeepsItsDeployment() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.aws.events().lose(event -> true);
            Instance original = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(10));
            Deployment deployment = stage.aws
                    .codeDeploy()
                    .blueGreen(stage.aws.deploymentGroup(), "d-BLUEGRN02", List.of(original), List.of());
            stage.aws.codeDeploy().reroute(deployment);
            String event = "{\"source\":\"aws.codedeploy\",\"detail-type\":\"CodeDeploy Instance State-change"
                    + " Notification\",\"detail\":{\"state\":\"SUCCESS\",\"instanceId\":\"" + original.id()
                    + "\",\"deploymentId\":\"d-BLUEGRN02\",\"application\":\"rest-api\",\"deploymentGroup\":\"prod\","
                    + "\"instanceGroupId\":\"3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01\"}}";
            JsonNode answer = stage.aws.invoke(event);
            assertEquals("IGNORED", answer.path("status").asText(), answer.toString());
            assertTrue(stage.latest(original).isEmpty());

            stage.aws.runSchedule();
            String before = String.valueOf(stage.caseOf(original).deployment());
            assertEquals("IGNORED", stage.aws.invoke(event).path("status").asText());
            assertEquals(before, String.valueOf(stage.caseOf(original).deployment()));
        }
    }

    @Test
    void replacementFleetOfABlueGreenDeployment_getsCases() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance green = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(10));
            String first = stage.caseOf(green).id().toString();
            Deployment deployment = stage.aws
                    .codeDeploy()
                    .blueGreen(stage.aws.deploymentGroup(), "d-BLUEGRN02", List.of(), List.of(green));
            stage.aws.codeDeploy().reroute(deployment);
            stage.aws.settle(Duration.ofMinutes(1));
            assertFalse(first.equals(stage.caseOf(green).id().toString()));
        }
    }

    /** The event of one instance says nothing about the other. */
    @Test
    void deploymentToSeveral_isAskedForThoseWhoseEventsWereLost() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance reported = stage.launch(FunctionStage.HEALTHY);
            Instance lost = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(10));
            String first = stage.caseOf(lost).id().toString();
            stage.aws
                    .events()
                    .lose(event -> event.path("source").asText().equals("aws.codedeploy")
                            && event.path("detail").path("instanceId").asText().equals(lost.id()));
            Deployment deployment = stage.aws
                    .codeDeploy()
                    .blueGreen(stage.aws.deploymentGroup(), "d-BLUEGRN02", List.of(), List.of(reported, lost));
            stage.aws.codeDeploy().reroute(deployment);
            stage.aws.settle(Duration.ofMinutes(1));
            assertFalse(first.equals(stage.caseOf(lost).id().toString()));
        }
    }

    @Test
    void terminationHook_opensNoCase() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.aws.deploymentGroup().terminationHook(true);
            stage.group().terminationHook(Duration.ofMinutes(10));
            Instance leaving = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(10));
            String first = stage.caseOf(leaving).id().toString();
            stage.aws.terminate(leaving);
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals(first, stage.caseOf(leaving).id().toString());
        }
    }

    /** The replacement's launch takes longer than a case usually waits; the group launches before it terminates. */
    @Test
    void groupThatLaunchesFirst_isWaitedFor() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "replace")) {
            stage.group().launchBeforeTerminate().desired(2);
            stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(10));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.group().replacements(gone -> Image.NONE);
            stage.aws.settle(Duration.ofHours(5));
            assertEquals("REMEDYING", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals("Unhealthy", broken.health());
            stage.aws.terminate(broken);
            stage.aws.settle(Duration.ofHours(1));
            assertEquals("REPLACED", stage.status(broken));
        }
    }

    /** The message that has moved the case keeps its timer, whatever was reported of the deployment meanwhile. */
    @Test
    void endThatDiedBeforeItsTimer_setsItWhenItComesAgain_alsoAfterTheInstanceItself() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.aws.events().delays(event -> switch (event.path("detail-type").asText()) {
                case "CodeDeploy Deployment State-change Notification" -> List.of(Duration.ZERO);
                case "CodeDeploy Instance State-change Notification" -> List.of(Duration.ofMinutes(2));
                default -> List.of();
            });
            stage.aws.faults().on("sqs", "SendMessage").dieBefore();
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofHours(1));
            assertTrue(stage.caseOf(instance).ended(), stage.caseOf(instance).toString());
        }
    }
}
