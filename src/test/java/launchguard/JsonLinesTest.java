package launchguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import launchguard.sandbox.Sandbox;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The log has JSON lines only, from the first one, whatever prints. */
@Tag("verify")
class JsonLinesTest {
    private static List<String> lines(String printed) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(
                new JsonLines(
                        new PrintStream(log, true, StandardCharsets.UTF_8),
                        () -> Instant.parse("2026-11-22T22:00:00Z")),
                true,
                StandardCharsets.UTF_8)) {
            out.print(printed);
        }
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void eachLine_becomesOne_andJsonPasses() {
        assertEquals(List.of("{\"a\":1}"), lines("{\"a\":1}\n\n  \n"));
        assertEquals(
                List.of("{\"timestamp\":\"2026-11-22T22:00:00Z\",\"level\":\"WARN\",\"service\":\"launch-guard\","
                        + "\"message\":\"printed: größe \\\"x\\\" ?[31m\"}"),
                lines("größe \"x\" \u001b[31m\r\n"));
        assertEquals(2, lines("one\ntwo\nnot ended").size());
        assertTrue(lines("x".repeat(3_000_000) + "\n").getFirst().length() < 2_000);
    }

    /** Started as Lambda starts it, in a process of its own and without the tests' logging backend. */
    @Test
    void ofAWholeProcess() throws IOException, InterruptedException {
        try (Sandbox aws = Sandbox.start()) {
            List<JsonNode> lines = printed(aws.environment());
            List<String> said =
                    lines.stream().map(line -> line.path("message").asText()).toList();
            assertTrue(said.contains("printed: a library prints"), said.toString());
            assertTrue(said.contains("printed: half a line, and the other half ?[31m \"quoted\""), said.toString());
            assertTrue(said.stream().anyMatch(line -> line.contains("from java.util.logging")), said.toString());
            assertTrue(said.stream().anyMatch(line -> line.contains("a trace")), said.toString());
            assertTrue(said.stream().noneMatch(line -> line.contains("SLF4J")), said.toString());
        }
    }

    @Test
    void ofAProcessThatCannotStart() throws IOException, InterruptedException {
        List<JsonNode> lines = printed(Map.of("LAUNCH_GUARD_MODE", "loud"));
        assertEquals(
                "the function can't start", lines.getFirst().path("message").asText());
        assertTrue(
                lines.getFirst().at("/error/message").asText().contains("LAUNCH_GUARD_MODE"),
                lines.getFirst().toString());
    }

    private static List<JsonNode> printed(Map<String, String> environment) throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.contains("slf4j-nop"))
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                classPath,
                "launchguard.PrintingProcess");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        String printed = HangGuard.output(process);
        List<JsonNode> lines = new ArrayList<>();
        for (String line : printed.lines().toList()) {
            if (line.startsWith("Exception in thread") || line.startsWith("\tat ")) {
                // Of the Java launcher, where Lambda's own client reports the fault.
                continue;
            }
            JsonNode json = line.startsWith("{") ? new JsonMapper().readTree(line) : null;
            assertTrue(json != null && json.isObject(), "not JSON: " + line);
            lines.add(json);
        }
        return lines;
    }
}
