package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** Auto Scaling's own health check of the application, while a remedy takes the application down. */
class HealthChecksTest {
    @Test
    void redeployment_isAnnouncedWithWhatAutoScalingMayDo() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().healthCheck("ELB");
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            String reason =
                    stage.published("Action", broken).getFirst().path("reason").asText();
            assertTrue(reason.contains("ELB") && reason.contains("outside Launch Guard's budget"), reason);
            assertEquals("REPAIRED", stage.status(broken));
            assertFalse(String.valueOf(stage.caseOf(broken).finding().reason()).contains("ELB"));
        }
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertFalse(stage.published("Action", broken)
                    .getFirst()
                    .path("reason")
                    .asText()
                    .contains("health check"));
        }
    }

    @Test
    void instanceThatAutoScalingTerminates_isNotReplacedByUs() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
            stage.group().healthCheck("ELB").replacements(gone -> stage.image(FunctionStage.HEALTHY));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.events().listen(event -> {
                if (event.path("detail-type").asText().equals("Launch Guard Action")) {
                    stage.aws.failsHealthCheck(broken);
                }
            });
            stage.settle();
            assertEquals("CLOSED", stage.status(broken), stage.caseOf(broken).toString());
            String reason = String.valueOf(stage.caseOf(broken).finding().reason());
            assertTrue(reason.contains("did not replace it") && reason.contains("ELB"), reason);
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "SetInstanceHealth"));
        }
    }

    /** EC2's application status checks are in no answer that Launch Guard reads, and it does not guess. */
    @Test
    void instanceThatApplicationStatusChecksTerminate_isNotReplacedByUs() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
            stage.group().replacements(gone -> stage.image(FunctionStage.HEALTHY));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.events().listen(event -> {
                if (event.at("/detail/document-name").asText().endsWith("-Redeploy")) {
                    stage.aws.terminate(broken);
                }
            });
            stage.settle();
            assertEquals("CLOSED", stage.status(broken), stage.caseOf(broken).toString());
            String reason = String.valueOf(stage.caseOf(broken).finding().reason());
            assertTrue(reason.contains("did not replace it: Auto Scaling or a person ended it"), reason);
            assertFalse(reason.contains("health check is"), reason);
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "SetInstanceHealth"));
        }
    }
}
