package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** Observe mode says everything and changes nothing but what is our own. */
class ObserveModeTest {
    @Test
    void fourLaunches_areJudged_andNothingIsChanged() {
        try (FunctionStage stage = FunctionStage.observing()) {
            List<Instance> launched = List.of(
                            FunctionStage.HEALTHY, FunctionStage.LUCKY, FunctionStage.RACED, FunctionStage.IN_PLACE)
                    .stream()
                    .map(stage::launch)
                    .toList();
            stage.settle();
            assertEquals(
                    List.of(
                            "CLOSED HEALTHY null",
                            "CLOSED LUCKY_RACE null",
                            "REFUSED STALE_JDK OBSERVE_MODE",
                            "REFUSED STALE_JDK OBSERVE_MODE"),
                    launched.stream()
                            .map(instance -> stage.status(instance) + " "
                                    + stage.caseOf(instance).finding().verdict() + " " + stage.refusal(instance))
                            .toList());
            assertEquals(List.of(), stage.foreignChanges());
            assertEquals(
                    List.of("launch-guard:case", "launch-guard:verdict"),
                    launched.get(2).tags().keySet().stream()
                            .filter(key -> key.startsWith("launch-guard:"))
                            .toList());
            assertEquals(1, stage.published("Refusal", launched.get(2)).size());
            assertEquals(0, stage.aws.deadLetters().messages().size());
        }
    }

    @Test
    void askedToRemediate_refuses() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            int before = stage.aws.calls().all().size();
            var answer = stage.ask(broken, ",\"action\":\"remediate\"");
            assertEquals("REFUSED", answer.path("status").asText());
            assertEquals("OBSERVE_MODE", answer.path("refusal").asText());
            assertEquals(before, stage.aws.calls().all().size());
        }
    }
}
