package launchguard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.HangGuard;
import launchguard.corpus.RecordedInstance;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The real probe on every root of the corpus and the reports, explained: the verdicts are those that are known to be true. */
@Tag("verify")
class ExplainCorpusTest {
    private static final Path PROBE = Path.of("src/main/resources/launchguard/probe.sh");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void truth(String scenario, List<String> verdicts) throws Exception {
        Path evidence = probe(scenario, "done");
        JsonNode json = new ObjectMapper()
                .readTree(ToolRun.of("explain", evidence.toString(), "--format", "json")
                        .out());
        String verdict = json.path("verdict").asText();
        assertTrue(verdicts.contains(verdict), json.toString());
        assertFalse(json.path("reason").asText().isEmpty(), "it gives its reason");
        ToolRun words = ToolRun.of("explain", evidence.toString());
        assertEquals(ExitCode.of(VerdictName.valueOf(verdict)), words.exit());
        assertEquals(
                List.of(verdict, json.path("reason").asText()),
                words.out().lines().limit(2).toList());
        // Without a verdict some facts may still be known.
        assertTrue(verdict.equals("INCONCLUSIVE") || words.out().contains("\nHow we know: "), words.out());
        assertEquals(
                json.path("raced").asBoolean() ? "How to prevent it: " : "",
                words.out()
                        .lines()
                        .skip(3)
                        .map(line -> line.replaceAll("(prevent it: ).*", "$1"))
                        .collect(joining("\n")));
        assertEquals("", words.err());
    }

    static Stream<Arguments> truth() throws IOException {
        return RecordedInstance.truths().entrySet().stream()
                .map(truth -> Arguments.of(truth.getKey(), truth.getValue()));
    }

    @Test
    void everyScenarioHasItsTruth() throws Exception {
        Set<String> judged = RecordedInstance.truths().keySet();
        assertEquals(45, RecordedInstance.reports().size());
        assertTrue(judged.containsAll(RecordedInstance.reports()));
        assertEquals(17 + 45, judged.size());
    }

    @Test
    void beforeTheEndOfTheBootNothingIsSaidOfTheJdk() throws Exception {
        assertEquals(
                11,
                ToolRun.of(
                                "explain",
                                probe("rpm-dnf-race-jdk8-status-error", "mid").toString())
                        .exit());
    }

    @Test
    void codeDeploysStartDoesNotOverrideTheInstances() throws Exception {
        String evidence = probe("rpm-dnf-race-jdk8-status-error", "done").toString();
        // 25 s after the boot of the recording: later than the end of cloud-init.
        ToolRun run = ToolRun.of("explain", evidence, "--deployment-start", "1795385485", "--format", "json");
        assertEquals(
                -16.116,
                new ObjectMapper().readTree(run.out()).path("marginSeconds").asDouble());
    }

    private Path probe(String scenario, String view) throws IOException, InterruptedException {
        RecordedInstance instance = RecordedInstance.restore(scenario, folder.resolve("root"));
        Path evidence = folder.resolve("evidence.json");
        ProcessBuilder builder = new ProcessBuilder("sh", PROBE.toString());
        builder.environment().putAll(instance.environment(view));
        builder.redirectOutput(evidence.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        assertEquals(0, HangGuard.exit(process));
        assertTrue(Files.readString(evidence, UTF_8).length() <= 16_000);
        return evidence;
    }
}
