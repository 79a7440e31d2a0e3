package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** Which groups are checked, and which of them are only observed. */
class GroupSelectionTest {
    @Test
    void otherGroups_areIgnored_byWhateverSignal() {
        try (FunctionStage stage = FunctionStage.remediating("AutoScalingGroupNames", "web,web-b")) {
            Instance other = stage.launch(stage.aws.group("other"), FunctionStage.RACED);
            Instance ours = stage.launch(stage.aws.group("web-b"), FunctionStage.RACED);
            stage.aws.settleWithSchedule(Duration.ofHours(1));
            assertTrue(stage.latest(other).isEmpty());
            assertEquals("REPAIRED", stage.status(ours));
            JsonNode asked = stage.ask(other, "");
            assertEquals("IGNORED", asked.path("status").asText());
            assertTrue(asked.path("reason").asText().contains("LAUNCH_GUARD_GROUPS"), asked.toString());
            assertEquals(
                    "IGNORED",
                    stage.aws
                            .invoke("{\"autoScalingGroup\":\"other\"}")
                            .get(0)
                            .path("status")
                            .asText());
            assertEquals(List.of(), stage.commands("Probe", other));
        }
    }

    @Test
    void unquotedOn_isHintedAt() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.group().tags().put("launch-guard", "true");
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            instance.tags().put("launch-guard", "on");
            stage.aws.settle(Duration.ofMinutes(10));
            assertTrue(stage.log().contains("write the value in quotes"), stage.log());
            instance.tags().put("launch-guard", "true");
            String reason = stage.ask(instance, "").path("reason").asText();
            assertTrue(reason.contains("launch-guard=true") && reason.contains("quotes"), reason);
        }
    }

    @Test
    void tagOnTheGroup_lowersItAlone() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().tags().put("launch-guard-mode", "observe");
            Instance paused = stage.launch(FunctionStage.RACED);
            Instance other = stage.launch(stage.aws.group("web-b"), FunctionStage.RACED);
            stage.settle();
            assertEquals("REFUSED", stage.status(paused));
            assertEquals("OBSERVE_MODE", stage.refusal(paused));
            assertEquals("redeploy", stage.caseOf(paused).finding().would());
            assertEquals("REPAIRED", stage.status(other));
            assertEquals(List.of(), stage.commands("Redeploy", paused));
        }
    }

    @Test
    void tagIsReadAgainBeforeEachRemedy_andNoValueRaises() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "redeploy,replace", "ReplaceSingle", "true")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(broken, 10);
            stage.aws.events().listen(event -> {
                if (event.path("detail-type").asText().equals("Launch Guard Action")) {
                    stage.group().tags().put("launch-guard-mode", "observe");
                }
            });
            stage.settle();
            assertEquals("OBSERVE_MODE", stage.refusal(broken));
            assertEquals("replace", stage.caseOf(broken).finding().would());
            assertEquals(List.of(), stage.aws.calls().of("autoscaling", "SetInstanceHealth"));
        }
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.group().tags().put("launch-guard-mode", "remediate");
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("OBSERVE_MODE", stage.refusal(broken));
        }
    }
}
