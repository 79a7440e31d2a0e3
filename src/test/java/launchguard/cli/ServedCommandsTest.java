package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import launchguard.sandbox.ServedRegion;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of docs/cli.md, by the shell and the real command line, against what {@code mvn -q -Pserve} starts. */
@Tag("thorough")
class ServedCommandsTest {
    private static final Pattern CONSOLE = Pattern.compile("(?ms)^```console\\n(.*?)^```");
    private static final String ELIDED = "\u2026";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** A command of a page, and what the page says that it prints. */
    private record Sample(String command, List<String> printed) {
        static List<Sample> of(String page) {
            List<Sample> samples = new ArrayList<>();
            Matcher block = CONSOLE.matcher(page);
            while (block.find()) {
                for (String part : block.group(1).split("(?m)^\\$ ", -1)) {
                    if (!part.isBlank()) {
                        List<String> lines = part.lines().toList();
                        samples.add(new Sample(lines.getFirst(), lines.subList(1, lines.size())));
                    }
                }
            }
            return samples;
        }

        /** Every line in its order; an ellipsis stands for any number of lines. */
        boolean shows(String output) {
            String regex = printed.stream()
                    .filter(line -> !line.isBlank())
                    .map(line -> line.equals(ELIDED) ? "(?:.*\\n)*?" : Pattern.quote(timeless(line)) + "\\n")
                    .collect(Collectors.joining());
            return Pattern.matches(regex, timeless(output).replaceAll("(?m)^\\s*\\n", ""));
        }

        /** Times, and the sizes of pages that show them, are those of the run. */
        private static String timeless(String text) {
            return text.replace("\r", "")
                    .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z *", "TIME ")
                    .replaceAll("(i-[0-9a-f]{17})\\.\\d+\\.", "$1.LAUNCH.")
                    .replaceAll("\\d+ KB", "SIZE");
        }
    }

    @Test
    void everyCommandOfThePage_printsWhatThePageSays() throws Exception {
        List<Sample> samples = Sample.of(Files.readString(Path.of("docs/cli.md")));
        assumeTrue(run("command -v jq", Map.of()).exit() == 0, "jq, which the page pipes into, is not installed");
        shell();
        try (ServedRegion served = ServedRegion.start("remediate", InstantSource.system())) {
            for (Sample sample : samples) {
                ToolRun run = run(sample.command(), served.variables());
                assertTrue(run.exit() != 1 && run.exit() != 2, sample.command() + ": " + run);
                assertTrue(sample.shows(run.err() + run.out()), sample + " prints " + run.err() + run.out());
            }
        }
        TreeSet<String> all = new TreeSet<>(
                CommandLineTool.line(new CommandLineTool()).getSubcommands().keySet());
        // A script for the shell: CompletionTest has shells take it.
        all.remove("completion");
        assertEquals(
                all,
                samples.stream()
                        .map(sample -> sample.command().split(" ", -1)[1])
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** Only a single word, or a command to paste, may be longer than a line. */
    @Test
    void everyCommandOfThePage_fitsTheTerminal() throws Exception {
        assumeTrue(run("command -v script && command -v stty", Map.of()).exit() == 0, "no script, no stty here");
        shell();
        try (ServedRegion served = ServedRegion.start("remediate", InstantSource.system())) {
            for (Sample sample : Sample.of(Files.readString(Path.of("docs/cli.md")))) {
                if (sample.command().contains("--format")) {
                    continue; // for programs
                }
                for (int columns : List.of(60, 80, 160)) {
                    Path command = folder.resolve("command");
                    Files.writeString(command, "stty cols " + columns + "\n" + sample.command() + "\n");
                    ToolRun run = run("script -qec 'sh command' /dev/null", served.variables());
                    run.out()
                            .replaceAll("\\e\\[[0-9;]*m", "")
                            .replaceAll("(?ms)^```.*?^```", "")
                            .lines()
                            .map(line -> line.substring(line.lastIndexOf('\r') + 1))
                            .filter(line ->
                                    line.length() > columns && line.strip().contains(" "))
                            .forEach(line -> fail(sample.command() + " at " + columns + " columns prints " + line));
                }
            }
        }
    }

    /** A folder with the command and what the page's commands read. */
    private void shell() throws IOException {
        Path command = folder.resolve("launch-guard");
        Files.writeString(command, """
                #!/bin/sh
                exec '%s' -XX:TieredStopAtLevel=1 -cp '%s' %s "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                                .filter(entry -> !entry.contains("test-classes"))
                                .collect(Collectors.joining(File.pathSeparator)),
                        Launcher.class.getName()));
        Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(folder.resolve("docs"), Path.of("docs").toAbsolutePath());
    }

    private ToolRun run(String command, Map<String, String> variables) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        shell.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("LAUNCH_GUARD_"));
        shell.environment().putAll(variables);
        shell.environment().put("HOME", folder.toString());
        shell.environment().merge("PATH", folder.toString(), (path, here) -> here + File.pathSeparator + path);
        int exit = shell.start().waitFor();
        return new ToolRun(
                exit, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }
}
