package launchguard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the help of each command shows can be pasted, and completion knows every command. */
class HelpTest {
    private static final String JAR = "java -jar target/launch-guard.jar ";

    static Set<String> commands() {
        Set<String> names =
                CommandLineTool.line(new CommandLineTool()).getSubcommands().keySet();
        assertTrue(names.size() >= 11, names.toString());
        return names;
    }

    /** The examples as a shell reads them: a line that ends with a backslash goes on. */
    private static List<String> examples(String help) {
        int begin = help.lastIndexOf("Example");
        String all = help.substring(help.indexOf('\n', begin) + 1).replaceAll("\\\\\n *", "");
        return all.lines()
                .filter(line -> line.contains("target/launch-guard.jar "))
                .map(String::strip)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void examples_canBePasted(String command) {
        String help = ToolRun.of(command, "--help").out();
        assertEquals(List.of(), help.lines().filter(line -> line.length() > 80).toList(), "wrapped anywhere");
        if (command.equals("completion")) {
            assertTrue(help.contains("eval \"$(launch-guard completion)\""), help);
            return;
        }
        List<String> examples = examples(help);
        assertFalse(examples.isEmpty(), help);
        for (String example : examples) {
            String arguments = example.substring(example.indexOf(JAR) + JAR.length());
            assertTrue(arguments.startsWith(command + " "), example);
            CommandLineTool.line(new CommandLineTool()).parseArgs(arguments.split(" +", -1));
            for (String word : example.split(" +", -1)) {
                assertTrue(!word.startsWith("src/") || Files.exists(Path.of(word)), word);
            }
        }
        assertTrue(help.contains("--no-color"), help);
    }

    /** A command is set up alone, unless it lists the others. */
    @ParameterizedTest
    @MethodSource("commands")
    void eachCommand_isFoundByItsName(String command) {
        var line = CommandLineTool.line(new CommandLineTool(), command);
        assertEquals(
                command.equals("completion") ? commands() : Set.of(command),
                line.getSubcommands().keySet());
        assertEquals(
                command,
                Objects.requireNonNull(line.getSubcommands().get(command)).getCommandName());
    }

    @Test
    void firstHelp_namesEveryCommand() {
        String help = ToolRun.of("--help").out();
        assertEquals(
                List.of(),
                commands().stream()
                        .filter(name -> !help.contains("\n  " + name + " "))
                        .toList(),
                help);
        assertEquals(2, ToolRun.of().exit());
        assertTrue(ToolRun.of("diagnoze")
                .err()
                .startsWith("launch-guard: unknown 'diagnoze'; did you mean 'diagnose'?\n"));
        ToolRun typed = ToolRun.of("cases", "--status", "repared");
        assertEquals(2, typed.exit());
        assertTrue(
                typed.err()
                        .startsWith(
                                "launch-guard: --status knows no 'repared'; did you mean 'REPAIRED'? It takes IGNORED, "),
                typed.err());
        assertEquals(2, typed.err().lines().count());
    }

    @Test
    void completion_isAScriptThatBashTakes() throws Exception {
        String script = ToolRun.of("completion").out();
        for (String command : commands()) {
            assertTrue(script.contains(command), command);
        }
        Process bash =
                new ProcessBuilder("bash", "-n").redirectErrorStream(true).start();
        bash.getOutputStream().write(script.getBytes(UTF_8));
        bash.getOutputStream().close();
        assertEquals("", new String(bash.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, bash.waitFor());
        assertEquals(2, ToolRun.of("completion", "fish").exit());
        assertTrue(Stream.of("bash", "zsh")
                .allMatch(shell -> ToolRun.of("completion", shell).exit() == 0));
    }
}
