package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import launchguard.Thorough;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Effect;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An instance whose words would make its case larger than the table takes. */
class TooLargeTest {
    /** Proof I of the outside review: as much as SSM gives back, in units of another name at each look. */
    private static String evidence(String printed, String letter, int look) {
        ObjectNode evidence = (ObjectNode) Json.parse(printed);
        List.of("packages", "symptoms", "problems", "failedUnits").forEach(evidence::putArray);
        evidence.remove("agent");
        ArrayNode jvms = (ArrayNode) evidence.path("jvms");
        ObjectNode first = (ObjectNode) jvms.get(0);
        first.putArray("deletedMappings");
        jvms.removeAll();
        jvms.add(first);
        first.put("pid", 1_000 + look).put("exeLinks", 0).put("javaHomeGone", true);
        for (int i = 0; evidence.toString().length() < 22_000; i++) {
            jvms.addObject().put("pid", 5_000 + i).put("unit", letter.repeat(980) + look + "-" + i);
        }
        return evidence.toString();
    }

    /** Of two bytes in the long run. */
    static Stream<String> letters() {
        return Thorough.part(List.of("\u3042", "\u00e9", "\ud83d\ude00"), 2).stream();
    }

    @ParameterizedTest
    @Tag("verify")
    @Tag("thorough")
    @MethodSource("letters")
    void evidenceThatIsNotAscii_endsWithAReason_andMultipliesNothing(String letter) {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "restart")) {
            Instance instance = stage.launch(FunctionStage.RACED);
            int[] look = {0};
            stage.liars.print(instance, printed -> evidence(printed, letter, ++look[0]));
            stage.nextRemedies(instance, Collections.nCopies(50, 0).toArray(Integer[]::new));
            stage.aws.settleWithSchedule(Duration.ofHours(4));
            assertTrue(
                    stage.caseOf(instance).ended(),
                    stage.caseOf(instance).status().name());
            assertEquals(List.of(), stage.aws.queue().messages());
            assertEquals(List.of(), stage.aws.deadLetters().messages());
            assertTrue(stage.logLines().stream()
                    .noneMatch(line -> line.path("level").asText().equals("ERROR")));
        }
    }

    /** The table refuses all but the smallest items, whatever we count: the case ends, and says why. */
    @Test
    void whatTheTableRefusesForItsSize_endsUnresolvedWithThatReason() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws
                    .faults()
                    .by(call -> call.service().equals("dynamodb")
                                    && call.input().toString().contains("\\\"evidence\\\"")
                            ? new Effect.Fail(
                                    400, "ValidationException", "Item size has exceeded the maximum allowed size")
                            : new Effect.None());
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(
                    "UNRESOLVED", stage.status(instance), stage.caseOf(instance).toString());
            String reason = String.valueOf(stage.caseOf(instance).finding().reason());
            assertTrue(reason.contains("could not be stored") && reason.contains("400 KB"), reason);
            assertEquals(1, stage.published("Case Closed", instance).size());
            assertEquals(List.of(), stage.foreignChanges());
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }
}
