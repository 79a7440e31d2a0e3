package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Collections;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a remedy reserves of a group's share and budget is released when the remedy ends, also where it touched nothing. */
@Tag("verify")
class ReleasedReservationsTest {
    @Test
    void remedyThatTouchedNothing_holdsNoPlaceWhileTheNextOneIsRefused() {
        for (int code : new int[] {10, 14, 15, 13, 75}) {
            try (FunctionStage stage = FunctionStage.remediating()) {
                Instance first = stage.launch(FunctionStage.RACED);
                stage.nextRemedies(first, Collections.nCopies(60, code).toArray(Integer[]::new));
                stage.group().suspend("Launch");
                stage.aws.settle(Duration.ofMinutes(5));
                Instance second = stage.launch(FunctionStage.RACED);
                stage.aws.settle(Duration.ofMinutes(20));
                assertEquals("REPAIRED", stage.status(second), "after exit " + code + ": " + stage.caseOf(second));
            }
        }
    }

    private static FunctionStage replacing() {
        return FunctionStage.remediating("Ladder", "replace", "ReplaceSingle", "true", "MaxReplacements", "1");
    }

    @Test
    void replacementThatAwsRefused_leavesTheBudget() {
        try (FunctionStage stage = replacing()) {
            stage.aws.faults().on("autoscaling", "SetInstanceHealth").always().fail("AccessDenied", "no");
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(25));
            stage.aws.faults().clear();
            stage.aws.settle(Duration.ofMinutes(40));
            assertEquals(
                    "REPLACED", stage.status(instance), stage.caseOf(instance).toString());
        }
    }

    /** The group's health check overrides what was set: the instance lives on, and another one may be replaced. */
    @Test
    void replacementThatNeverTookEffect_leavesTheBudget() {
        try (FunctionStage stage = replacing()) {
            stage.group().suspend("HealthCheck");
            Instance stubborn = stage.launch(FunctionStage.RACED);
            stage.aws.events().listen(event -> {
                if (event.path("detail-type").asText().equals("Launch Guard Action")) {
                    stage.aws.later(Duration.ofSeconds(1), () -> stubborn.health("Healthy"));
                }
            });
            stage.aws.settle(Duration.ofMinutes(30));
            assertEquals(
                    "ESCALATED", stage.status(stubborn), stage.caseOf(stubborn).toString());
            Instance other = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(15));
            assertEquals("REPLACED", stage.status(other), stage.caseOf(other).toString());
        }
    }
}
