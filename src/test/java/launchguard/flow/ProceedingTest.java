package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Between the answer to its last lifecycle hook and its service an instance is {@code Pending:Proceed}: its case waits. */
@Tag("verify")
class ProceedingTest {
    private static final Duration LONG = Duration.ofSeconds(50);

    private static FunctionStage stage(boolean remediating, String... parameters) {
        FunctionStage stage = remediating ? FunctionStage.remediating(parameters) : FunctionStage.observing(parameters);
        stage.aws.settings().proceeding(LONG);
        return stage;
    }

    private static String timeline(FunctionStage stage, Instance instance) {
        return stage.caseOf(instance).timeline().toString();
    }

    /** The verdict comes before the instance is in service: nothing is refused, and its remedy follows. */
    @Test
    void verdictBeforeService_waitsForIt_andRefusesNothing() {
        try (FunctionStage stage = stage(true)) {
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertTrue(timeline(stage, instance).contains("asks again"), "the verdict came before the service");
            assertEquals("REPAIRED", stage.status(instance), timeline(stage, instance));
            assertEquals(List.of(), stage.published("Refusal", instance));
            assertFalse(timeline(stage, instance).contains("NOT_IN_SERVICE"), timeline(stage, instance));
        }
    }

    /** In mode observe the case says what would be done once the instance serves, not that it did not serve yet. */
    @ParameterizedTest
    @CsvSource({"false,", "true,", "false,warm-up", "true,warm-up"})
    void observing_saysWhatWouldBeDone(boolean gated, String otherHook) {
        try (FunctionStage stage = stage(false)) {
            if (gated) {
                stage.group().gated();
            }
            if (otherHook != null) {
                stage.group().launchHook(otherHook, Duration.ofMinutes(10), "CONTINUE");
            }
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("redeploy", stage.caseOf(instance).finding().would(), timeline(stage, instance));
            assertEquals("OBSERVE_MODE", stage.refusal(instance));
            assertEquals(1, stage.published("Refusal", instance).size());
        }
    }

    /** A person wants the diagnosis of now. */
    @Test
    void diagnosisForAPerson_endsAtOnce() {
        try (FunctionStage stage = stage(true)) {
            stage.aws.events().lose(event -> true);
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(40));
            assertEquals("Pending:Proceed", instance.lifecycle());
            JsonNode answer = stage.ask(instance, ",\"action\":\"diagnose\"");
            assertEquals("STALE_JDK", answer.path("verdict").asText(), answer.toString());
            assertTrue(stage.caseOf(instance).ended(), stage.caseOf(instance).toString());
            assertEquals("NOT_IN_SERVICE", stage.caseOf(instance).finding().would());
        }
    }

    /** The gate's deadline has let the instance go on; CodeDeploy's report, which comes then, brings the verdict. */
    @Test
    void letGoOnUnproved_isRepairedOnceInService() {
        try (FunctionStage stage = stage(true, "GateDeadline", "PT10M")) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> List.of(
                            event.path("source").asText().equals("aws.codedeploy")
                                    ? Duration.ofSeconds(595)
                                    : Duration.ZERO));
            stage.scripts(EventsTest.booting(stage.honest()));
            Instance instance = stage.launch(FunctionStage.RACED);
            Gate gate = null;
            while (gate == null || gate.open()) {
                stage.aws.settle(Duration.ofSeconds(1));
                gate = stage.latest(instance).map(Case::gate).orElse(null);
            }
            assertEquals("Pending:Proceed", instance.lifecycle());
            assertFalse(gate.proved());
            stage.scripts(stage.honest());
            stage.settle();
            assertEquals("REPAIRED", stage.status(instance), timeline(stage, instance));
            assertEquals(List.of(), stage.published("Refusal", instance));
        }
    }

    /** The hook's timeout is over, the instance is not in service yet, and this event is the only one of its launch. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void onlyALateEventOfTheGate_stillOpensACase(boolean remediating) {
        try (FunctionStage stage = stage(remediating)) {
            stage.group().gated();
            stage.aws
                    .events()
                    .delays(event -> event.path("detail-type").asText().endsWith("launch Lifecycle Action")
                            ? List.of(Duration.ofSeconds(620))
                            : event.path("source").asText().equals("aws.ssm") ? List.of(Duration.ZERO) : List.of());
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofSeconds(626));
            assertEquals("Pending:Proceed", instance.lifecycle());
            stage.settle();
            assertEquals(remediating ? "REPAIRED" : "REFUSED", stage.status(instance));
            assertTrue(stage.log().contains("\"EXPIRED\""), "the metric");
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }

    /** After ABANDON it is {@code Terminating:Proceed}, and EC2 still runs it; also where the answer is lost. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void abandonedLaunch_isReplacedOnce(boolean answerLost) {
        try (FunctionStage stage = stage(true, "ReplaceSingle", "true", "Ladder", "replace")) {
            stage.group().gated().replacements(gone -> stage.image(FunctionStage.HEALTHY));
            if (answerLost) {
                stage.aws.faults().on("autoscaling", "CompleteLifecycleAction").loseAnswer();
            }
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPLACED", stage.status(instance), timeline(stage, instance));
            assertEquals("Terminated", instance.lifecycle());
            assertEquals(
                    Gate.State.ABANDONED,
                    Objects.requireNonNull(stage.caseOf(instance).gate()).state());
            assertEquals(1, stage.published("Gate Abandoned", instance).size());
            assertEquals("CLOSED", stage.status(stage.group().instances().getFirst()));
        }
    }

    /** Another hook abandons the launch into the pool: our answer comes too late, and is no release. */
    @Test
    void launchIntoTheWarmPool_thatAnotherHookAbandons_isNotReleased() {
        try (FunctionStage stage = stage(true)) {
            stage.group().gated().launchHook("warm-up", Duration.ofSeconds(56), "ABANDON");
            Instance instance = stage.group().warm(stage.image(FunctionStage.HEALTHY), "Running");
            stage.settle();
            assertEquals("Terminated", instance.lifecycle());
            Gate gate = Objects.requireNonNull(stage.caseOf(instance).gate());
            assertEquals(Gate.State.GONE, gate.state(), timeline(stage, instance));
            assertFalse(gate.proved());
        }
    }
}
