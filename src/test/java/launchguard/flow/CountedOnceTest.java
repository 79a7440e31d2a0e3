package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A verdict that several workers reach, or whose write is lost, counts once: for the one that was stored. */
@Tag("verify")
class CountedOnceTest {
    private static final int SEEDS = 4;
    private static final int WORKERS = 3;
    /** More than the tries of one invocation. */
    private static final int THROTTLES = 6;

    /**
     * What a run printed: how often each metric was sent, and how often a worker reached a verdict.
     *
     * @param verdicts verdicts that were reached, stored or not
     * @param asked how often the guard read all that may hold a remedy back
     * @param putOff cases that were put off because AWS throttled
     */
    private record Log(Map<String, Integer> counts, int verdicts, int asked, int putOff) {}

    /** Verdicts whose write lost to another writer. */
    private static int lostVerdicts(List<Log> logs) {
        return logs.stream()
                .mapToInt(log -> log.verdicts() - log.counts().getOrDefault("Verdicts", 0))
                .sum();
    }

    /** Remedies that the guard allowed and that were not sent, since another case of the group took its budget first. */
    private static int lostDecisions(List<Log> logs) {
        return logs.stream()
                .mapToInt(log -> log.asked() - log.counts().getOrDefault("RemediationOutcome", 0))
                .sum();
    }

    private static int putOff(List<Log> logs) {
        return logs.stream().mapToInt(Log::putOff).sum();
    }

    private static Log run(long seed, String mode, int copies, int refused, String... scenarios) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        int asked;
        try (Sandbox aws = Sandbox.start(Map.of("Mode", mode))) {
            Functions.install(aws, new PrintStream(printed, true, StandardCharsets.UTF_8));
            aws.commands().runner(ScriptRunner.replaying());
            aws.events().delays(event -> List.of(Duration.ZERO, Duration.ZERO).subList(0, copies));
            if (refused > 0) {
                aws.faults().on("codedeploy", "ListDeployments").times(refused).throttle();
            }
            for (String scenario : scenarios) {
                aws.group("web").launch(scenario);
            }
            assertTrue(aws.crowd(seed, WORKERS, 1).until(aws.clock().instant().plus(Duration.ofHours(6)), () -> {}));
            assertEquals(List.of(), aws.deadLetters().messages());
            asked = aws.calls().of("autoscaling", "DescribeInstanceRefreshes").size();
        }
        Map<String, Integer> counts = new TreeMap<>();
        int verdicts = 0;
        int putOff = 0;
        for (String text : printed.toString(StandardCharsets.UTF_8).lines().toList()) {
            JsonNode line = Json.parse(text);
            line.at("/_aws/CloudWatchMetrics/0/Metrics")
                    .forEach(metric -> counts.merge(metric.path("Name").asText(), 1, Integer::sum));
            verdicts += line.path("message").asText().equals("verdict") ? 1 : 0;
            putOff += line.path("message").asText().startsWith("put off") ? 1 : 0;
        }
        return new Log(counts, verdicts, asked, putOff);
    }

    private static void counted(
            Map<String, Integer> expected,
            ToIntFunction<List<Log>> inVain,
            String mode,
            int copies,
            int refused,
            String... scenarios) {
        List<Log> logs = new ArrayList<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            Log log = run(seed, mode, copies, refused, scenarios);
            assertEquals(new TreeMap<>(expected), log.counts(), "seed " + seed);
            logs.add(log);
        }
        assertTrue(inVain.applyAsInt(logs) > 0, "nothing was done in vain: this proves nothing");
    }

    @Test
    void oneCase_thatClosesAtOnce() {
        counted(
                Map.of("Launches", 1, "Verdicts", 1, "RaceMarginSeconds", 1, "DetectionDelay", 1),
                CountedOnceTest::lostVerdicts,
                "remediate",
                2,
                0,
                FunctionStage.HEALTHY);
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
                CountedOnceTest::lostVerdicts,
                "remediate",
                2,
                0,
                FunctionStage.RACED);
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
                CountedOnceTest::lostVerdicts,
                "observe",
                2,
                0,
                FunctionStage.RACED);
    }

    /** One of them takes the group's budget; the other is refused, probed again, and repaired after it. */
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
                CountedOnceTest::lostDecisions,
                "remediate",
                1,
                0,
                FunctionStage.RACED,
                FunctionStage.RACED);
    }

    /** The guard can't read the group: the verdict stands, and the guard is asked again later. */
    @Test
    void oneCase_whoseGroupCantBeReadAtFirst() {
        counted(
                Map.of(
                        "Launches", 1,
                        "Verdicts", 2,
                        "RaceMarginSeconds", 1,
                        "DetectionDelay", 1,
                        "RemediationOutcome", 1),
                CountedOnceTest::putOff,
                "remediate",
                1,
                THROTTLES,
                FunctionStage.RACED);
    }
}
