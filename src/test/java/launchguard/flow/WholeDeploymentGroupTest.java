package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScalingGroup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scope group: what the deployment would come to is counted, and one is begun for each deployment group and window. */
@Tag("verify")
class WholeDeploymentGroupTest {
    private static FunctionStage stage() {
        return FunctionStage.remediating("RedeployScope", "group", "Ladder", "redeploy");
    }

    private static int begun(FunctionStage stage) {
        return stage.aws.calls().of("codedeploy", "CreateDeployment").size();
    }

    @Test
    void healthyInstancesOfAnotherScalingGroup_count() {
        try (FunctionStage stage = stage()) {
            ScalingGroup other = stage.aws.group("web-b");
            for (int i = 0; i < 3; i++) {
                other.launch(FunctionStage.HEALTHY);
            }
            stage.aws.settle(Duration.ofMinutes(10));
            Instance broken = stage.aws.group("web-a").launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(30));
            assertEquals(0, begun(stage));
            assertEquals("UNAVAILABLE_SHARE", stage.refusal(broken));
        }
    }

    @Test
    void oneDeployment_forTheDeploymentGroupAndWindow() {
        try (FunctionStage stage = stage()) {
            Instance first = stage.aws.group("web-a").launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(6));
            assertEquals(1, begun(stage));
            Instance second = stage.aws.group("web-b").launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(40));
            assertEquals(1, begun(stage));
            assertEquals("REPAIRED", stage.status(first));
            assertEquals("REPLACEMENT_BUDGET", stage.refusal(second));
        }
    }

    @Test
    void taggedInstances_count() {
        try (FunctionStage stage = stage()) {
            stage.aws.deploymentGroup().tagged("role", "batch");
            ScalingGroup loner = stage.aws.group("web");
            for (int i = 0; i < 2; i++) {
                Instance instance = loner.launch(Image.EMPTY);
                instance.tags().put("role", "batch");
                instance.lifecycle("Standby");
            }
            Instance broken = stage.aws.group("web-a").launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(20));
            assertEquals(
                    "UNAVAILABLE_SHARE",
                    stage.refusal(broken),
                    stage.caseOf(broken).toString());
            assertEquals(0, begun(stage));
        }
    }

    @Test
    void onPremisesInstances_cantBeCounted() {
        try (FunctionStage stage = stage()) {
            stage.aws.deploymentGroup().onPremises("site", "tokyo");
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals("ESCALATED", stage.status(broken));
            assertTrue(String.valueOf(stage.caseOf(broken).finding().reason()).contains("on-premises"));
            assertEquals(0, begun(stage));
        }
    }

    @Test
    void blueGreen_isNoRedeployment() {
        try (FunctionStage stage = stage()) {
            stage.aws.deploymentGroup().blueGreen(true);
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals("ESCALATED", stage.status(broken));
            assertTrue(String.valueOf(stage.caseOf(broken).finding().reason()).contains("blue/green"));
            assertEquals(0, begun(stage));
        }
    }

    /** An invoker names another deployment group in a forged event. */
    @Test
    void deploymentGroupOfAnEvent_isConfirmedByCodeDeploy() {
        try (FunctionStage stage = stage()) {
            stage.aws.events().deliverOnly(EventBus.sentBy("aws.ssm"));
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(2));
            stage.aws.invoke("{\"source\":\"aws.codedeploy\",\"detail-type\":\"CodeDeploy Instance State-change"
                    + " Notification\",\"detail\":{\"state\":\"SUCCESS\",\"instanceId\":\"" + broken.id()
                    + "\",\"deploymentId\":\"" + broken.launchDeployment().orElseThrow()
                    + "\",\"application\":\"victim-app\",\"deploymentGroup\":\"victim\",\"instanceGroupId\":\""
                    + "11111111-2222-4333-8444-555555555555\"}}");
            stage.settle();
            assertFalse(
                    stage.aws.calls().all().stream()
                            .anyMatch(call -> call.service().equals("codedeploy")
                                    && call.input().toString().contains("victim")),
                    "no call names the forged group");
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
        }
    }
}
