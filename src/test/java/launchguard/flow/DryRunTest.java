package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** Mode observe evaluates ladder and checks, and says what would be done. */
class DryRunTest {
    private static FunctionStage observing(String... parameters) {
        List<String> all = new ArrayList<>(List.of("Mode", "observe"));
        all.addAll(List.of(parameters));
        return FunctionStage.remediating(all.toArray(String[]::new));
    }

    private static void would(FunctionStage stage, Instance broken, String expected) {
        stage.settle();
        assertEquals("OBSERVE_MODE", stage.refusal(broken), stage.caseOf(broken).toString());
        assertEquals(expected, stage.caseOf(broken).finding().would());
        assertEquals(List.of(), stage.foreignChanges());
    }

    @Test
    void rung_isInOutcomeCaseEventAndLog() {
        try (FunctionStage stage = observing()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            would(stage, broken, "redeploy");
            JsonNode closed = stage.published("Case Closed", broken).getFirst();
            assertEquals("redeploy", closed.path("would").asText());
            assertTrue(closed.path("reason").asText().contains("would be redeploy"), closed.toString());
            assertEquals(
                    "redeploy",
                    stage.published("Refusal", broken).getFirst().path("would").asText());
            assertTrue(stage.logLines().stream()
                    .anyMatch(line -> line.path("would").asText().equals("redeploy")));
            JsonNode asked = stage.ask(broken, ",\"action\":\"diagnose\"");
            assertEquals("redeploy", asked.path("would").asText(), asked.toString());
        }
    }

    @Test
    void replacement_andWhatWouldHoldItBack() {
        try (FunctionStage stage = observing("Ladder", "replace", "ReplaceSingle", "true")) {
            would(stage, stage.launch(FunctionStage.RACED), "replace");
        }
        try (FunctionStage stage = observing("Ladder", "replace")) {
            would(stage, stage.launch(FunctionStage.RACED), "SINGLE_INSTANCE_GROUP");
        }
        try (FunctionStage stage = observing("Ladder", "replace", "ReplaceSingle", "true")) {
            stage.group().suspend("ReplaceUnhealthy");
            would(stage, stage.launch(FunctionStage.RACED), "PROCESS_SUSPENDED");
        }
        try (FunctionStage stage = observing("Ladder", "replace", "ReplaceSingle", "true")) {
            stage.group().startRefresh();
            would(stage, stage.launch(FunctionStage.RACED), "INSTANCE_REFRESH_RUNNING");
        }
        try (FunctionStage stage = observing("MaxReplacements", "0", "Ladder", "replace", "ReplaceSingle", "true")) {
            would(stage, stage.launch(FunctionStage.RACED), "REPLACEMENT_BUDGET");
        }
        try (FunctionStage stage = observing()) {
            stage.group().desired(4);
            would(stage, stage.launch(FunctionStage.RACED), "UNAVAILABLE_SHARE");
        }
    }

    @Test
    void nothingIsWrong_nothingWouldBeDone() {
        try (FunctionStage stage = observing()) {
            Instance healthy = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            assertEquals(null, stage.caseOf(healthy).finding().would());
            assertFalse(stage.published("Case Closed", healthy).getFirst().has("would"));
        }
    }

    /** A role of an older stack may lack a permission: the verdict is reported all the same. */
    @Test
    void checksThatAreDenied_keepNoVerdictBack() {
        try (FunctionStage stage = observing()) {
            stage.aws.faults().on("codedeploy", "ListDeployments").always().fail("AccessDeniedException", "no");
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("OBSERVE_MODE", stage.refusal(broken));
            assertEquals(null, stage.caseOf(broken).finding().would());
            assertTrue(String.valueOf(stage.caseOf(broken).finding().reason()).contains("codedeploy:ListDeployments"));
        }
    }
}
