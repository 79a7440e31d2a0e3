package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import launchguard.Thorough;
import launchguard.cases.Case;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events reach EventBridge even if it refuses calls for a while or the function dies, and the digest counts each case once. */
@Tag("verify")
class PublishedEventsTest {
    private static final Duration AWHILE = Duration.ofMinutes(4);

    private static List<JsonNode> summaries(FunctionStage stage) {
        return stage.aws.events().from("launch-guard").stream()
                .filter(event -> event.path("detail-type").asText().equals("Launch Guard Summary"))
                .<JsonNode>map(event -> event.path("detail"))
                .toList();
    }

    /** The whole call fails, or it succeeds and says of each entry that it failed: in both cases the event is sent later. */
    @ParameterizedTest
    @ValueSource(strings = {"call", "InternalFailure", "ThrottlingException"})
    void eventBridgeRefuses_forAWhile_aCaseEndsOnceItsEventIsPublished(String how) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            if (how.equals("call")) {
                stage.aws.faults().on("events", "PutEvents").always().fail(500);
            } else {
                stage.aws.events().refuses(how);
            }
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(AWHILE);
            assertEquals(
                    1, stage.commands("Redeploy").size(), "a remedy is not held up by an event that can't be sent");
            assertFalse(
                    stage.caseOf(broken).ended(),
                    () -> "ended before its event was published: " + stage.caseOf(broken));
            assertEquals(List.of(), stage.aws.events().from("launch-guard"));

            stage.aws.faults().clear();
            stage.aws.events().refuses("");
            stage.settle();
            stage.aws.runSchedule();
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals(1, stage.published("Case Closed", broken).size());
            assertEquals(1, stage.commands("Redeploy").size());
        }
    }

    /** What EventBridge will never take must not keep a case open forever; the log says so. */
    @Test
    void anEventThatIsRefusedForGood_doesNotHoldTheCaseUp() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().refuses("NotAuthorizedForDetailTypeException");
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            assertTrue(stage.log().contains("EventBridge did not take the event"), stage.log());
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }

    @Test
    void summary_onceForEachWindow_notBeforeItsEnd_againIfTheAnswerWasLost() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.launch(FunctionStage.RACED);
            stage.launch(FunctionStage.RACED);
            stage.settle();
            stage.aws.runSchedule();
            assertEquals(List.of(), summaries(stage), "the window has not ended");
            stage.aws.advance(Duration.ofHours(2));
            stage.aws.faults().on("events", "PutEvents").dieAfter();
            assertThrows(IllegalStateException.class, stage.aws::runSchedule);
            stage.aws.runSchedule();
            stage.aws.runSchedule();
            assertEquals(
                    2, summaries(stage).size(), "published, and again since the answer was lost; then never again");
            for (JsonNode summary : summaries(stage)) {
                assertEquals(2, summary.at("/counts/redeploy").asInt(), summary.toString());
                assertEquals(2, summary.at("/counts/REPAIRED").asInt(), summary.toString());
            }
        }
    }

    /** If the schedule is off, the group's next notification sends the digest. */
    @Test
    void summary_isSentWithTheGroupsNextNotification_ifTheScheduleIsOff() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.launch(FunctionStage.RACED);
            stage.launch(FunctionStage.RACED);
            stage.settle();
            stage.aws.advance(Duration.ofHours(2));
            Instance later = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(1, summaries(stage).size());
            assertEquals(2, summaries(stage).getFirst().at("/counts/redeploy").asInt());
            assertFalse(stage.published("Action", later).getFirst().has("repeated"), "a new window begins");
        }
    }

    /** However often the function dies right after a write to its table: each case is counted once. */
    @Test
    @Tag("thorough")
    void summary_countsEachCaseOnce_whereverAProcessDies() {
        for (int write : Thorough.part(IntStream.rangeClosed(1, 14).boxed().toList(), 3)) {
            try (FunctionStage stage = FunctionStage.remediating()) {
                stage.aws
                        .faults()
                        .on("dynamodb", "TransactWriteItems")
                        .nth(write)
                        .dieAfter();
                Instance first = stage.launch(FunctionStage.RACED);
                Instance second = stage.launch(FunctionStage.RACED);
                stage.settle();
                assertEquals(
                        Map.of(first, "REPAIRED", second, "REPAIRED"),
                        Map.of(first, stage.status(first), second, stage.status(second)));
                stage.aws.advance(Duration.ofHours(2));
                stage.aws.faults().clear();
                stage.aws.runSchedule();
                assertEquals(1, summaries(stage).size(), "write " + write);
                JsonNode counts = summaries(stage).getFirst().path("counts");
                assertEquals(2, counts.path("redeploy").asInt(), write + ": " + counts);
                assertEquals(2, counts.path("REPAIRED").asInt(), write + ": " + counts);
            }
        }
    }

    /** The first event of a window is sent again as the first: as a repeated one it would not be mailed. */
    @Test
    void firstOfAWindow_staysTheFirst_ifTheFunctionDiesBeforeItIsPublished() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on("events", "PutEvents").nth(2).dieBefore();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            Case ended = stage.caseOf(broken);
            assertEquals("REPAIRED", ended.status().name());
            assertEquals(1, stage.published("Case Closed", broken).size());
            assertFalse(stage.published("Case Closed", broken).getFirst().has("repeated"));
        }
    }
}
