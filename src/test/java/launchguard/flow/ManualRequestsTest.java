package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** What people ask for manually. */
class ManualRequestsTest {
    @Test
    void diagnose_waits_andNeverActs() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(event -> true);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(5));
            JsonNode answer = stage.ask(broken, ",\"action\":\"diagnose\"");
            assertEquals("REFUSED", answer.path("status").asText(), answer.toString());
            assertEquals("STALE_JDK", answer.path("verdict").asText());
            assertEquals("OBSERVE_MODE", answer.path("refusal").asText());
            assertEquals(List.of(), stage.foreignChanges());

            JsonNode next = stage.ask(broken, "");
            assertEquals("REMEDYING", next.path("status").asText(), next.toString());
            assertEquals("redeploy", next.path("action").asText());
            assertNotEquals(answer.path("caseId").asText(), next.path("caseId").asText());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    @Test
    void waitOfZeroSeconds_answersWithTheCommand_andTheCaseGoesOn() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().deliverOnly(EventBus.sentBy("aws.ssm"));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(5));
            JsonNode answer = stage.ask(broken, ",\"waitSeconds\":0");
            assertEquals("PROBING", answer.path("status").asText());
            assertEquals(
                    stage.commands("Probe").getFirst().id(),
                    answer.path("commandId").asText());
            JsonNode again = stage.ask(broken, ",\"waitSeconds\":0");
            assertEquals(answer.path("caseId"), again.path("caseId"), "joins the open case");
            assertEquals(1, stage.commands("Probe").size());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    @Test
    void remediate_liftsWhatBeganAsADiagnosis() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(event -> true);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(5));
            JsonNode diagnosis = stage.ask(broken, ",\"action\":\"diagnose\",\"waitSeconds\":0");
            JsonNode remedy = stage.ask(broken, ",\"action\":\"remediate\"");
            assertEquals(diagnosis.path("caseId"), remedy.path("caseId"));
            assertEquals("REMEDYING", remedy.path("status").asText(), remedy.toString());
        }
    }

    @Test
    void launchWindow_doesNotCount_optInDoes() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(event -> true);
            Instance old = stage.launch(FunctionStage.HEALTHY);
            Instance foreign = stage.launch(FunctionStage.HEALTHY);
            foreign.tags().remove("launch-guard");
            stage.aws.advance(Duration.ofHours(5));
            assertEquals("CLOSED", stage.ask(old, "").path("status").asText());
            JsonNode refused = stage.ask(foreign, ",\"action\":\"remediate\"");
            assertEquals("IGNORED", refused.path("status").asText());
            assertTrue(refused.path("reason").asText().contains("launch-guard=on"), refused.toString());
            JsonNode unknown = stage.aws.invoke("{\"instanceId\":\"i-0aaaaaaaaaaaaaaaa\"}");
            assertEquals("IGNORED", unknown.path("status").asText());
            assertTrue(unknown.path("reason").asText().contains("does not know"), unknown.toString());
        }
    }

    @Test
    void group_oneOutcomeEach_oneCommandForAll() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.aws.events().lose(event -> true);
            for (int i = 0; i < 3; i++) {
                stage.launch(FunctionStage.HEALTHY);
            }
            stage.group().launch(Image.EMPTY).tags().remove("launch-guard");
            stage.aws.advance(Duration.ofMinutes(5));
            JsonNode answer = stage.aws.invoke("{\"autoScalingGroup\":\"web\"}");
            assertEquals(4, answer.size());
            assertEquals(
                    List.of("PROBING", "PROBING", "PROBING", "IGNORED"),
                    List.of(0, 1, 2, 3).stream()
                            .map(i -> answer.get(i).path("status").asText())
                            .toList());
            assertTrue(answer.get(0).has("commandId"));
            assertEquals(1, stage.commands("Probe").size());
            stage.settle();
            assertEquals("CLOSED", stage.status(stage.group().instances().getFirst()));
            JsonNode none = stage.aws.invoke("{\"autoScalingGroup\":\"nobody\"}");
            assertEquals("IGNORED", none.get(0).path("status").asText());
        }
    }
}
