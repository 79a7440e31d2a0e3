package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import launchguard.cases.Status;
import launchguard.guard.Refusal;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.Test;

/** docs/operations.md has each word that people may meet, once, with what it means and what to do. */
class OperationsTest {
    private static final Pattern ROW = Pattern.compile("^ *\\| `([^`]+)` \\|(.+)\\|$");

    private final List<String> lines = Files.readAllLines(Path.of("docs/operations.md"));

    OperationsTest() throws IOException {}

    /** The first cells of the table under a heading; each row of it is filled. */
    private Set<String> rows(String heading) {
        int at = 0;
        while (!lines.get(at).matches("#+ " + heading + ".*")) {
            at++;
        }
        Set<String> names = new TreeSet<>();
        for (String line : lines.subList(at + 1, lines.size())) {
            if (line.startsWith("#")) {
                break;
            }
            var row = ROW.matcher(line);
            if (row.matches()) {
                assertTrue(names.add(row.group(1)), "twice: " + row.group(1));
                for (String cell : row.group(2).split("\\|", -1)) {
                    assertTrue(cell.strip().length() > 5, "an empty cell: " + line);
                }
            }
        }
        return names;
    }

    @Test
    void verdicts() {
        assertEquals(names(VerdictName.values()), rows("Verdicts"));
    }

    @Test
    void statuses() {
        assertEquals(names(Status.values()), rows("Status"));
    }

    @Test
    void refusals_byWhetherTheyPass() {
        Map<Boolean, Set<String>> names = Arrays.stream(Refusal.Name.values())
                .collect(Collectors.partitioningBy(
                        Refusal.Name::temporary,
                        Collectors.mapping(Enum::name, Collectors.toCollection(TreeSet::new))));
        assertEquals(names.get(true), rows("Temporary"));
        assertEquals(names.get(false), rows("Final"));
    }

    /** Every exit code that the scripts of the remedies name. */
    @Test
    void exitCodes() throws IOException {
        Set<String> codes = new HashSet<>(Set.of("0"));
        for (String script : List.of("restart.sh", "redeploy.sh")) {
            Pattern.compile("\\bfinish ([1-9][0-9]?)\\b")
                    .matcher(WriteDocuments.source(script))
                    .results()
                    .forEach(found -> codes.add(found.group(1)));
        }
        assertTrue(codes.size() >= 9, codes.toString());
        assertEquals(new TreeSet<>(codes), rows("A remedy failed"));
    }

    @Test
    void alarms() {
        Template everything = Template.read(Path.of("template.yaml"), Map.of("CreateAlarms", "yes"));
        Set<String> alarms = new TreeSet<>();
        for (String type : List.of("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")) {
            everything
                    .resourcesOf(type)
                    .values()
                    .forEach(alarm ->
                            alarms.add(alarm.path("AlarmName").asText().replaceFirst("^" + Resolver.STACK + "-", "")));
        }
        assertEquals(alarms, rows("Alarms"));
    }

    /** Outputs that the documentation sends people to are outputs of the stack. */
    @Test
    void outputs_thatAreNamed_exist() throws IOException {
        Template template = Template.read(Path.of("template.yaml"));
        for (String file : List.of("docs/operations.md", "README.md", "docs/permissions.md")) {
            Pattern.compile("outputs? `(\\w+)`")
                    .matcher(Files.readString(Path.of(file)))
                    .results()
                    .forEach(found ->
                            assertTrue(template.tree().path("Outputs").has(found.group(1)), file + found.group()));
        }
    }

    /** The settings table of the README has each parameter of the stack and each variable of the function. */
    @Test
    void settings_areAllInTheReadme() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        Template template = Template.read(Path.of("template.yaml"));
        template.tree()
                .path("Parameters")
                .fieldNames()
                .forEachRemaining(name -> assertTrue(readme.contains("`" + name + "`"), name));
        template.functionEnvironment().keySet().stream()
                .filter(name -> name.startsWith("LAUNCH_GUARD"))
                .forEach(name -> assertTrue(readme.contains("`" + name + "`"), name));
    }

    private static Set<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
