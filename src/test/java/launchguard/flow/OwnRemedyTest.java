package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A person's diagnosis never takes the place of the launch's own remedy. */
@Tag("verify")
class OwnRemedyTest {
    @Test
    void eventsOfTheLaunch_liftTheDiagnosis() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            JsonNode asked = stage.ask(broken, ",\"action\":\"diagnose\",\"waitSeconds\":0");
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals(
                    asked.path("caseId").asText(), stage.caseOf(broken).id().toString());
        }
    }

    @Test
    void diagnosisThatHasEnded_answersNoEvent() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<JsonNode> held = new ArrayList<>();
            stage.aws.events().delays(event -> {
                boolean launch = !event.path("source").asText().equals("aws.ssm");
                if (launch) {
                    held.add(event);
                }
                return launch ? List.of() : List.of(Duration.ZERO);
            });
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(5));
            JsonNode asked = stage.ask(broken, ",\"action\":\"diagnose\"");
            assertEquals("OBSERVE_MODE", asked.path("refusal").asText(), asked.toString());
            assertEquals("redeploy", asked.path("would").asText());
            held.forEach(event -> stage.aws.queue().send(event.toString(), Duration.ZERO));
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            int cases = stage.caseOf(broken).id().number();
            assertEquals(2, cases);
            stage.ask(broken, ",\"action\":\"diagnose\"");
            held.forEach(event -> stage.aws.queue().send(event.toString(), Duration.ZERO));
            stage.settle();
            assertEquals(3, stage.caseOf(broken).id().number(), "the launch has its own case already");
        }
    }

    @Test
    void schedule_findsALaunchThatOnlyADiagnosisKnows() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().deliverOnly(EventBus.sentBy("aws.ssm"));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(5));
            stage.ask(broken, ",\"action\":\"diagnose\"");
            stage.aws.settleWithSchedule(Duration.ofMinutes(40));
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
        }
    }
}
