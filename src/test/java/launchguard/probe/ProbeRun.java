package launchguard.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import launchguard.HangGuard;

/**
 * One run of the real script.
 *
 * @param exitCode what it ended with
 * @param output what it printed
 * @param messages what it said on stderr
 */
public record ProbeRun(int exitCode, String output, String messages) {

    static final Path SCRIPT =
            Path.of("src/main/resources/launchguard/probe.sh").toAbsolutePath();

    private static final Pattern TIMES = Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s");

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Where the script lies. */
    public static Path script() {
        return SCRIPT;
    }

    /** Runs it to its end. */
    public static ProbeRun of(Shell shell, Map<String, String> environment, String... arguments) throws Exception {
        var command = new ArrayList<>(shell.command());
        command.add(SCRIPT.toString());
        command.addAll(List.of(arguments));
        return by(command, environment);
    }

    /** Runs it with the processor time that it took printed after its messages: {@link #processorSeconds()}. */
    static ProbeRun timed(Shell shell, Map<String, String> environment) throws Exception {
        var command = new ArrayList<>(List.of("sh", "-c", "\"$@\"; code=$?; times >&2; exit $code", "sh"));
        command.addAll(shell.command());
        command.add(SCRIPT.toString());
        return by(command, environment);
    }

    /** What it and all that it started took of the processor, as the shell's {@code times} says of its children. */
    double processorSeconds() {
        var last = messages.lines().reduce("", (earlier, line) -> line);
        var times = TIMES.matcher(last);
        assertTrue(times.matches(), last);
        return 60 * (Double.parseDouble(times.group(1)) + Double.parseDouble(times.group(3)))
                + Double.parseDouble(times.group(2))
                + Double.parseDouble(times.group(4));
    }

    /** Runs it by this command. */
    static ProbeRun by(List<String> command, Map<String, String> environment) throws Exception {
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        var process = builder.start();
        HangGuard.watch(process);
        try {
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            var messages = new String(process.getErrorStream().readAllBytes(), ISO_8859_1);
            return new ProbeRun(process.waitFor(), output, messages);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The evidence; fails unless the output is what the contract promises for every instance. */
    public JsonNode evidence() throws IOException {
        assertTrue(exitCode == 0, () -> "exit code " + exitCode + ": " + messages);
        assertTrue(output.length() <= 16_000, () -> output.length() + " characters");
        assertTrue(output.indexOf('\n') == output.length() - 1, "one line");
        assertTrue(output.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')), "printable ASCII only");
        var evidence = STRICT.readTree(output);
        assertTrue(evidence.path("schema").intValue() == 1, "schema 1");
        assertTrue(evidence.path("problems").isArray(), "problems");
        return evidence;
    }
}
