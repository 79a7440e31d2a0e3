package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import launchguard.cases.Finding;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After a downgrade, open cases hold names of verdicts and refusals that only the later version knows. */
@Tag("verify")
class LaterVersionTest {
    private static final String UNKNOWN = "NAME_OF_A_LATER_VERSION";

    private static void nothingFailed(FunctionStage stage) {
        assertEquals(
                List.of(),
                stage.logLines().stream()
                        .filter(line -> line.path("level").asText().equals("ERROR"))
                        .map(JsonNode::toString)
                        .toList());
        assertEquals(List.of(), stage.aws.deadLetters().messages());
    }

    @Test
    void caseHeldBackByAnUnknownRefusal_isProbedAgain_andRepairedOnceThatIsAllowed() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance other = stage.group().launch(Image.EMPTY);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(30));
            other.lifecycle("Standby");
            stage.aws.settle(Duration.ofSeconds(50));
            assertEquals("UNAVAILABLE_SHARE", stage.refusal(broken));
            stage.storeFinding(broken, finding -> finding.refused(UNKNOWN, "because"));
            int before = stage.commands("Probe", broken).size();

            stage.aws.settle(Duration.ofMinutes(1));
            nothingFailed(stage);
            assertEquals(1, stage.commands("Probe", broken).size() - before);
            assertEquals("UNAVAILABLE_SHARE", stage.refusal(broken));

            other.lifecycle("InService");
            stage.settle();
            nothingFailed(stage);
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    /** The later version may have counted the launch: it is not counted again. */
    @Test
    void caseWithAnUnknownVerdict_goesOn_andItsLaunchIsNotCountedAgain() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofSeconds(30));
            assertNull(stage.caseOf(broken).finding().verdict());
            stage.storeFinding(broken, finding -> new Finding(UNKNOWN, null, false, "because", null, null));

            stage.settle();
            nothingFailed(stage);
            assertEquals("REPAIRED", stage.status(broken));
            assertTrue(stage.logLines().stream().anyMatch(line -> line.has("Verdicts")));
            assertTrue(stage.logLines().stream().noneMatch(line -> line.has("RaceMarginSeconds")));
        }
    }
}
