package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What several workers come to at the same time, or one comes to in vain, counts once: for whoever stored it. */
@Tag("verify")
class CountedOnceTest {
    private static final int SEEDS = 4;
    private static final int WORKERS = 3;
    /** More than the tries of one invocation. */
    private static final int THROTTLES = 6;

    /** What a run printed: how often each metric was sent, and how often somebody came to a verdict. */
    private record Log(Map<String, Integer> counts, int verdicts) {}

    private static Log run(long seed, String mode, int copies, int refused, String... scenarios) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (Sandbox aws = Sandbox.start(Map.of("Mode", mode))) {
            Functions.install(aws, new PrintStream(printed, true, StandardCharsets.UTF_8));
            aws.commands().runner(ScriptRunner.replaying());
            aws.events().weather(event -> List.of(Duration.ZERO, Duration.ZERO).subList(0, copies));
            if (refused > 0) {
                aws.faults().on("codedeploy", "ListDeployments").times(refused).throttle();
            }
            for (String scenario : scenarios) {
                aws.group("web").launch(scenario);
            }
            assertTrue(aws.crowd(seed, WORKERS, 1).until(aws.clock().instant().plus(Duration.ofHours(6)), () -> {}));
            assertEquals(List.of(), aws.deadLetters().messages());
        }
        Map<String, Integer> counts = new TreeMap<>();
        int verdicts = 0;
        for (String text : printed.toString(StandardCharsets.UTF_8).lines().toList()) {
            JsonNode line = Json.parse(text);
            line.at("/_aws/CloudWatchMetrics/0/Metrics")
                    .forEach(metric -> counts.merge(metric.path("Name").asText(), 1, Integer::sum));
            verdicts += line.path("message").asText().equals("verdict") ? 1 : 0;
        }
        return new Log(counts, verdicts);
    }

    private static void counted(
            Map<String, Integer> expected, String mode, int copies, int refused, String... scenarios) {
        int again = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Log log = run(seed, mode, copies, refused, scenarios);
            assertEquals(new TreeMap<>(expected), log.counts(), "seed " + seed);
            again += log.verdicts() - log.counts().getOrDefault("Verdicts", 0);
        }
        assertTrue(again > 0, "nobody came to a verdict in vain: this proves nothing");
    }

    @Test
    void oneCase_thatClosesAtOnce() {
        counted(
                Map.of("Launches", 1, "Verdicts", 1, "RaceMarginSeconds", 1, "DetectionDelay", 1),
                "remediate",
                2,
                0,
                Stage.HEALTHY);
    }

    @Test
    void oneCase_thatIsRepaired() {
        counted(
                Map.of(
                        "Launches", 1,
                        "Verdicts", 2,
                        "RaceMarginSeconds", 1,
                        "DetectionDelay", 1,
                        "RemediationOutcome", 1),
                "remediate",
                2,
                0,
                Stage.RACED);
    }

    @Test
    void oneCase_thatIsHeldBack() {
        counted(
                Map.of(
                        "Launches", 1,
                        "Verdicts", 1,
                        "RaceMarginSeconds", 1,
                        "DetectionDelay", 1,
                        "RemediationSkipped", 1),
                "observe",
                2,
                0,
                Stage.RACED);
    }

    /** One of them claims the group's budget; the other is refused by it, looks again, and is repaired after it. */
    @Test
    void twoCasesOfOneGroup() {
        counted(
                Map.of(
                        "Launches", 2,
                        "Verdicts", 5,
                        "RaceMarginSeconds", 2,
                        "DetectionDelay", 2,
                        "RemediationOutcome", 2,
                        "RemediationSkipped", 1),
                "remediate",
                1,
                0,
                Stage.RACED,
                Stage.RACED);
    }

    /** The guard can't read the group: the message fails and comes again. */
    @Test
    void oneCase_thatNobodyCanDecideAtFirst() {
        counted(
                Map.of(
                        "Launches", 1,
                        "Verdicts", 2,
                        "RaceMarginSeconds", 1,
                        "DetectionDelay", 1,
                        "RemediationOutcome", 1),
                "remediate",
                1,
                THROTTLES,
                Stage.RACED);
    }
}
