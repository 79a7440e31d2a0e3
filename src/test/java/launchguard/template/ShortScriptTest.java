package launchguard.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import launchguard.corpus.RecordedInstance;
import launchguard.probe.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The probe as the document carries it does what the source does. */
class ShortScriptTest {
    @Test
    void namesAndBlanks_areShortened_textsStay() {
        String shortened = ShortScript.shortened("""
                collect_it() {
                awk -v tag="x" 'function twice(value) { return value + value }
                { if (twice($1) > 2 && $0 ~ /a \\/ b/) print tag, "a = b", twice ($2) - -1 }'
                }
                collect_it
                """);

        assertTrue(shortened.contains("\"a = b\""), shortened);
        assertTrue(shortened.contains("/a \\/ b/"), shortened);
        assertTrue(shortened.contains("print tag,"), shortened);
        assertTrue(!shortened.contains("twice") && !shortened.contains("collect_it"), shortened);
        assertTrue(shortened.contains("- -1"), shortened);
    }

    static Stream<Arguments> roots() {
        List<String> roots = new ArrayList<>(RecordedInstance.scenarios());
        roots.addAll(RecordedInstance.reports());
        return roots.stream()
                .map(root -> Arguments.of(root, roots.indexOf(root) % 2 == 0 ? Shell.DASH : Shell.BUSYBOX));
    }

    @ParameterizedTest
    @MethodSource("roots")
    void writtenForm_givesTheSameEvidence(String root, Shell shell, @TempDir Path directory) throws Exception {
        Path source = WriteDocuments.SCRIPTS.resolve("probe.sh").toAbsolutePath();
        Path written =
                Files.writeString(directory.resolve("written.sh"), WriteDocuments.shortened(Files.readString(source)));
        RecordedInstance instance = RecordedInstance.restore(root, directory.resolve("root"));

        assertEquals(run(shell, source, instance), run(shell, written, instance));
    }

    private static String run(Shell shell, Path script, RecordedInstance instance) throws Exception {
        List<String> command = new ArrayList<>(shell.command());
        command.add(script.toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(instance.environment("done"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
