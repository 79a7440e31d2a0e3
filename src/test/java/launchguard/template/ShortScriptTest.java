package launchguard.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import launchguard.Thorough;
import launchguard.corpus.RecordedInstance;
import launchguard.probe.Shell;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The probe as the document carries it does what the source does. */
@Tag("verify")
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
        assertTrue(!shortened.contains("tag"), shortened);
        assertTrue(shortened.contains("print "), shortened);
        assertTrue(!shortened.contains("twice") && !shortened.contains("collect_it"), shortened);
        assertTrue(shortened.contains("- -1"), shortened);
    }

    static Stream<Arguments> roots() {
        List<String> roots = new ArrayList<>(RecordedInstance.scenarios());
        roots.addAll(RecordedInstance.reports());
        return Thorough.part(roots, 16).stream()
                .map(root -> Arguments.of(root, roots.indexOf(root) % 2 == 0 ? Shell.DASH : Shell.BUSYBOX));
    }

    @ParameterizedTest
    @Tag("thorough")
    @MethodSource("roots")
    void writtenForm_givesTheSameEvidence(String root, Shell shell, @TempDir Path directory) throws Exception {
        RecordedInstance instance = RecordedInstance.restore(root, directory.resolve("root"));

        assertEquals(run(shell, source(), instance), run(shell, written(directory), instance));
    }

    /** {@code set -u} of bash ends the probe at a name that the shortening forgot, dash counts it as 0. */
    @ParameterizedTest
    @EnumSource(names = {"DASH", "BASH", "BUSYBOX", "MKSH"})
    void writtenForm_waitsAsTheSourceDoes(Shell shell, @TempDir Path directory) throws Exception {
        RecordedInstance instance =
                RecordedInstance.restore("rpm-dnf-race-jdk8-status-error", directory.resolve("root"));
        Path commands = Files.createDirectory(directory.resolve("commands"));
        Path slept = directory.resolve("slept");
        executable(commands.resolve("sleep"), "echo slept >>" + slept + "; [ $(wc -l <" + slept + ") -lt 100 ]");
        executable(
                commands.resolve("systemctl"),
                "echo asked >>" + slept + "; exec "
                        + RecordedInstance.commands().resolve("systemctl") + " \"$@\"");
        String path = commands + ":" + instance.environment("mid").get("PATH");

        String ofSource = run(shell, source(), instance, "mid", path, "--wait", "12");
        String waitedBySource = Files.readString(slept);
        Files.delete(slept);
        String ofWritten = run(shell, written(directory), instance, "mid", path, "--wait", "12");

        assertTrue(ofSource.startsWith("{\"schema\":1"), ofSource);
        assertEquals(ofSource, ofWritten);
        assertEquals(waitedBySource, Files.readString(slept));
        assertEquals(
                12, waitedBySource.lines().filter("slept"::equals).count(), "an image that never ends is waited for");
    }

    /** dd takes the place of tail, and computes what it skips. */
    @ParameterizedTest
    @EnumSource(names = {"DASH", "BASH"})
    void writtenForm_givesTheSameEvidenceWithoutTail(Shell shell, @TempDir Path directory) throws Exception {
        RecordedInstance instance = RecordedInstance.restore("rpm-after-local-redeploy", directory.resolve("root"));
        Path tools = Files.createDirectory(directory.resolve("tools"));
        for (String tool : List.of("awk", "grep", "ls", "stat", "head", "tr", "dd", "date", "timeout", "cat", "sh")) {
            Path found = Shell.find(tool);
            assertNotNull(found, tool);
            Files.createSymbolicLink(tools.resolve(tool), found);
        }
        String path = RecordedInstance.commands() + ":" + tools;

        String ofSource = run(shell, source(), instance, "done", path);

        assertTrue(ofSource.contains("tail is not in PATH"), ofSource);
        assertEquals(ofSource, run(shell, written(directory), instance, "done", path));
    }

    private static Path source() {
        return WriteDocuments.SCRIPTS.resolve("probe.sh").toAbsolutePath();
    }

    private static Path written(Path directory) throws IOException {
        return Files.writeString(directory.resolve("written.sh"), WriteDocuments.shortened(Files.readString(source())));
    }

    private static void executable(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + command + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String run(Shell shell, Path script, RecordedInstance instance) throws Exception {
        return run(shell, script, instance, "done", instance.environment("done").getOrDefault("PATH", ""));
    }

    private static String run(
            Shell shell, Path script, RecordedInstance instance, String view, String path, String... arguments)
            throws Exception {
        List<String> words = shell.command();
        List<String> command = new ArrayList<>(words);
        Path program = Shell.find(words.getFirst());
        assertNotNull(program);
        command.set(0, program.toString());
        command.add(script.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(instance.environment(view));
        builder.environment().put("PATH", path);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
