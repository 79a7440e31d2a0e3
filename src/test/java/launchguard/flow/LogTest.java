package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Test;

/** Log lines can be parsed, whatever an instance prints. */
class LogTest {
    private static final String HOSTILE = "\\u001b[31mapp\\u001b[0m</script><b>\\\"'\\\\\\n\\u202egnp.service\\u0000";

    /** Evidence as the probe prints it, with an instance's own words made hostile. */
    private static ScriptRunner hostile(ScriptRunner honest) {
        return (root, script, limit) -> {
            ScriptRunner.Result result = honest.run(root, script, limit);
            return new ScriptRunner.Result(
                    result.exitCode(),
                    result.stdout()
                            .replaceAll("\"unit\":\"[^\"]*\"", Matcher.quoteReplacement("\"unit\":\"" + HOSTILE + "\""))
                            .replaceAll(
                                    "\"versionInUse\":\"[^\"]*\"",
                                    Matcher.quoteReplacement("\"versionInUse\":\"" + HOSTILE + "\"")),
                    result.stderr(),
                    result.killed());
        };
    }

    @Test
    void hostileWords_appearNowhereUnescaped() {
        for (FunctionStage stage : List.of(FunctionStage.observing(), FunctionStage.remediating("Ladder", "restart"))) {
            try (stage) {
                stage.scripts(hostile(stage.honest()));
                Instance broken = stage.launch(FunctionStage.RACED);
                stage.settle();
                JsonNode answer = stage.ask(broken, "");
                assertTrue(stage.caseOf(broken).ended() || answer.has("status"));
                assertFalse(stage.logLines().isEmpty());
                for (String line : stage.log().lines().toList()) {
                    assertFalse(line.codePoints().anyMatch(point -> point < ' ' || point == 0x202e), line);
                }
                stage.logLines().forEach(line -> assertTrue(line.isObject()));
                List<JsonNode> published = stage.aws.events().from("launch-guard").stream()
                        .<JsonNode>map(event -> event.path("detail"))
                        .toList();
                assertFalse(published.isEmpty());
                for (JsonNode detail : published) {
                    for (JsonNode value : detail) {
                        assertFalse(value.asText().matches("(?s).*[\"\\\\\\p{Cntrl}\u202e].*"), value.toString());
                    }
                }
            }
        }
    }

    /** A refusal ends a case or lets it wait: the query of docs/operations.md lists only what is open. */
    @Test
    void openCases_byTheQueryOfOperations_areThoseOfTheTable() throws IOException {
        String page = Files.readString(Path.of("docs/operations.md"));
        String query = page.substring(page.indexOf("filter ispresent(caseId)"), page.indexOf("| sort since asc"));
        Matcher filter = Pattern.compile("filter (\\w+) = \"(\\w+)\"").matcher(query);
        assertTrue(filter.find(), query);
        Matcher column =
                Pattern.compile("latest\\((\\w+)\\) as " + filter.group(1)).matcher(query);
        assertTrue(column.find(), query);
        for (FunctionStage stage : List.of(
                FunctionStage.observing(), FunctionStage.remediating("Ladder", "replace", "ReplaceSingle", "true"))) {
            try (stage) {
                stage.group().suspend("Launch");
                Instance broken = stage.launch(FunctionStage.RACED);
                stage.aws.settle(Duration.ofMinutes(5));
                String last = stage.logLines().stream()
                        .filter(line -> line.has("caseId"))
                        .reduce((earlier, later) -> later)
                        .orElseThrow()
                        .path(column.group(1))
                        .asText();
                assertEquals("REFUSED", stage.status(broken));
                assertEquals(!stage.caseOf(broken).ended(), last.equals(filter.group(2)), last);
            }
        }
    }

    @Test
    void outputThatIsNoEvidence_isInconclusiveWithAReason() {
        for (String output : List.of(
                "",
                "{\"schema\":1",
                "{\"schema\":2}",
                "[".repeat(10_000),
                "\u0000\u001b[2J",
                "x".repeat(24_000),
                "\ud83d\ude00")) {
            try (FunctionStage stage = FunctionStage.remediating("LaunchWindow", "PT30M", "BootDeadline", "PT20M")) {
                stage.scripts((root, script, limit) -> new ScriptRunner.Result(0, output, "", false));
                Instance broken = stage.launch(FunctionStage.RACED);
                stage.settle();
                assertEquals("UNRESOLVED", stage.status(broken));
                assertEquals("INCONCLUSIVE", stage.caseOf(broken).finding().verdict());
                assertEquals(List.of(), stage.aws.deadLetters().messages());
                assertEquals(List.of(), stage.foreignChanges());
            }
        }
    }

    @Test
    void verdictLine_saysTheVerdictThatWasReached() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            List<JsonNode> lines = lines(stage, "verdict");
            assertEquals(1, lines.size());
            assertEquals("STALE_JDK", lines.getFirst().path("verdict").asText());
            assertEquals(
                    stage.caseOf(broken).finding().verdict(),
                    lines.getFirst().path("verdict").asText());
            assertTrue(lines.getFirst().path("reason").asText().contains("JVM"), lines.toString());
        }
    }

    /** Counted from cloud-init's end on the instance, whatever EC2 says of the launch. */
    @Test
    void detectionDelay_isCountedFromCloudInitsEnd_once() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            List<JsonNode> lines = stage.logLines().stream()
                    .filter(line -> line.has("DetectionDelay"))
                    .toList();
            assertEquals(1, lines.size());
            Instant verdict = Instant.parse(
                    lines(stage, "verdict").getFirst().path("timestamp").asText());
            JsonNode seen =
                    Json.parse(String.valueOf(stage.caseOf(broken).memory().evidence()));
            double finished = seen.at("/host/now").asDouble()
                    - seen.at("/host/uptime").asDouble()
                    + seen.at("/cloudInit/finishedUptime").asDouble();
            assertEquals(
                    verdict.toEpochMilli() / 1000.0 - finished,
                    lines.getFirst().path("DetectionDelay").asDouble(),
                    0.05);
        }
    }

    private static List<JsonNode> lines(FunctionStage stage, String message) {
        return stage.logLines().stream()
                .filter(line -> line.path("message").asText().equals(message))
                .toList();
    }
}
