package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import launchguard.cases.Case;
import launchguard.pages.Run;
import launchguard.pages.Run.Kind;
import launchguard.pages.Runs;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** A case's remedies are drawn by their results, whatever the words. */
class RunsTest {
    private static List<Run> remedies(Case stored) {
        return Runs.of(stored, stored.openedAt()).stream()
                .filter(run -> run.kind() == Kind.REMEDY)
                .toList();
    }

    @Test
    void deploymentOfTheWholeGroup_thatSucceeded_isDrawnAsWell() {
        try (FunctionStage stage = FunctionStage.remediating("RedeployScope", "group", "Ladder", "redeploy")) {
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            List<Run> drawn = remedies(stage.caseOf(broken));
            assertEquals(1, drawn.size(), drawn.toString());
            assertTrue(drawn.getFirst().well(), drawn.toString());
        }
    }

    @Test
    void remedyThatFailed_isDrawnSo_andTheReplacementAfterItAsWell() {
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(broken, 20);
            stage.settle();
            assertEquals("REPLACED", stage.status(broken));
            assertEquals(
                    List.of(false, true),
                    remedies(stage.caseOf(broken)).stream().map(Run::well).toList());
        }
    }
}
