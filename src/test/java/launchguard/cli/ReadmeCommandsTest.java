package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands in the pages that a user pastes from. */
class ReadmeCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
    private static final Pattern PROFILE = Pattern.compile("\\bmvn\\b[^\\n`]* -P([a-z]+)");

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            List<Path> markdown =
                    docs.filter(page -> page.toString().endsWith(".md")).toList();
            return Stream.concat(
                    Stream.of(Path.of("README.md"), Path.of("README.ja.md"), Path.of("CONTRIBUTING.md")),
                    markdown.stream());
        }
    }

    /** Maven splits MAVEN_OPTS into JVM arguments: a bare {@code -DskipTests} is an empty string there, and reads as false. */
    @ParameterizedTest
    @MethodSource("pages")
    void mavenOptions_giveSkipTestsAValue(Path page) throws IOException {
        Matcher options = Pattern.compile("MAVEN_OPTS=\\S*").matcher(Files.readString(page));
        while (options.find()) {
            assertFalse(options.group().matches(".*-DskipTests(?!=true).*"), page + ": " + options.group());
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void profiles_areInThePom(Path page) throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        Matcher profile = PROFILE.matcher(Files.readString(page));
        while (profile.find()) {
            assertTrue(pom.contains("<id>" + profile.group(1) + "</id>"), page + ": " + profile.group());
        }
    }

    /** The Japanese README has the same sections, tables, pictures and commands, in the same order. */
    @Test
    void japaneseReadme_isInStep() throws IOException {
        String english = Files.readString(Path.of("README.md"));
        String japanese = Files.readString(Path.of("README.ja.md"));
        assertEquals(outline(english), outline(japanese));
        // Which commands a page names in its sentences, and which names of ours.
        for (Pattern names : List.of(
                Pattern.compile("`((?:mvn|gate|sam|java|aws) [^`]+)`"), Pattern.compile("`([A-Z]+_[A-Z_]+)`"))) {
            assertEquals(all(names, english), all(names, japanese));
        }
    }

    private static Set<String> all(Pattern pattern, String page) {
        return pattern.matcher(page)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Headings by their level, tables by their rows' first code, code blocks but for their comments, links. */
    private static List<String> outline(String page) {
        List<String> outline = new ArrayList<>();
        boolean code = false;
        boolean text = false;
        for (String line : page.lines().toList()) {
            if (line.startsWith("```")) {
                code = !code;
                text = line.equals("```");
                outline.add(line);
            } else if (code && !text) {
                outline.add(line.replaceFirst(" +#.*", ""));
            } else if (!code && line.startsWith("#")) {
                outline.add(line.replaceFirst(" .*", ""));
            } else if (!code && line.strip().startsWith("|")) {
                outline.add("row of " + line.split("\\|", -1).length);
            } else if (line.startsWith("![")) {
                outline.add(line.replaceFirst(".*\\]", ""));
            }
        }
        return outline;
    }

    /** A command that the tool does not have is a usage error even with --help. */
    @ParameterizedTest
    @MethodSource("pages")
    void commandsOfTheTool_areItsCommands(Path page) throws IOException {
        for (String command : toolCommands(Files.readString(page))) {
            assertEquals(0, ToolRun.of(command, "--help").exit(), page + ": " + command);
        }
    }

    /** {@code sam deploy} reads this file each time: a value here would undo what a person has chosen for the stack. */
    @Test
    void samConfiguration_overridesNoParameter() throws IOException {
        assertFalse(Files.readString(Path.of("samconfig.toml")).contains("parameter_overrides ="));
    }

    private static List<String> toolCommands(String page) {
        List<String> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(page);
        while (block.find()) {
            Matcher command =
                    Pattern.compile("(?m)launch-guard(?:\\.jar)? ([a-z]+)\\b").matcher(block.group(1));
            while (command.find()) {
                commands.add(command.group(1));
            }
        }
        return commands;
    }
}
