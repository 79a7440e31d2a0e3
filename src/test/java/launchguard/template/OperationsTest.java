package launchguard.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import launchguard.cases.Status;
import launchguard.guard.Refusal;
import launchguard.report.CaseLog;
import launchguard.report.Metrics;
import launchguard.signal.SignalReader;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;
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

    @Test
    void alarmsThatNotify_areNamedAsSuch() {
        Template everything = Template.read(
                Path.of("template.yaml"), Map.of("CreateAlarms", "yes", "NotificationEmail", "sre@example.com"));
        for (String type : List.of("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")) {
            everything.resourcesOf(type).values().forEach(alarm -> {
                String name = alarm.path("AlarmName").asText().replaceFirst("^" + Resolver.STACK + "-", "");
                String row = "| `" + name + "` | " + (alarm.has("AlarmActions") ? "itself" : "through `unwell`") + " |";
                assertTrue(lines.stream().anyMatch(line -> line.startsWith(row)), row);
                boolean paged = lines.stream().anyMatch(line -> line.contains("alarm `STACK-" + name + "`"));
                assertEquals(alarm.has("AlarmActions"), paged, name);
            });
        }
    }

    /** Each metric with its dimension and unit, as it is really written. */
    @Test
    void metrics() throws Exception {
        List<String> logged = new ArrayList<>();
        Metrics metrics = new Metrics(
                new CaseLog(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8) {
                    @Override
                    public void println(@Nullable Object line) {
                        logged.add(String.valueOf(line));
                    }
                }),
                "Stack");
        for (Method method : Metrics.class.getDeclaredMethods()) {
            if (Modifier.isPublic(method.getModifiers())) {
                method.invoke(
                        metrics,
                        Arrays.stream(method.getParameterTypes())
                                .map(OperationsTest::some)
                                .toArray());
            }
        }
        Set<String> rows = new TreeSet<>();
        for (String line : logged) {
            JsonNode directive = new ObjectMapper().readTree(line).at("/_aws/CloudWatchMetrics/0");
            String dimension = directive.at("/Dimensions/0/1").asText("only Service");
            String name = directive.at("/Metrics/0/Name").asText();
            String row = "| `" + name + "` | " + (dimension.isEmpty() ? "only Service" : dimension) + " | "
                    + directive.at("/Metrics/0/Unit").asText() + " |";
            assertTrue(lines.stream().anyMatch(known -> known.startsWith(row)), row);
            rows.add(name);
        }
        int from = lines.indexOf("## Metrics");
        assertEquals(
                rows,
                lines.subList(from, lines.indexOf("## Ask the function")).stream()
                        .map(ROW::matcher)
                        .filter(Matcher::matches)
                        .map(row -> row.group(1))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Object some(Class<?> type) {
        return type == Instant.class
                ? Instant.EPOCH
                : type == Duration.class ? Duration.ofSeconds(1) : type == double.class ? 1.0 : "x";
    }

    /** The person on call looks up the first line of a mail. */
    @Test
    void everyMail_isInTheFirstTable() throws IOException {
        Matcher mail = Pattern.compile("InputTemplate: \\|-\n *\"([^\"]+)\"")
                .matcher(Files.readString(Path.of("template.yaml")));
        int mails = 0;
        while (mail.find()) {
            String begins = mail.group(1).replaceFirst("^Launch Guard: (?=<instance>)", "");
            assertTrue(lines.stream().anyMatch(line -> line.startsWith("   | `" + begins + "` |")), mail.group(1));
            mails++;
        }
        assertEquals(7, mails);
    }

    /** What docs/events.md says of mails: how many rules there are, and which refusals and ends are not mailed. */
    @Test
    void sentencesAboutMails_areThoseOfTheRules() throws IOException {
        Template everything = Template.read(
                Path.of("template.yaml"), Map.of("NotificationEmail", "sre@example.com", "AfterPatch", "report"));
        String page = Files.readString(Path.of("docs/events.md")).replaceAll("\\s+", " ");
        assertTrue(page.contains("seven rules send mails through an SNS topic"), page);
        assertEquals(
                7,
                everything.resourcesOf("AWS::Events::Rule").keySet().stream()
                        .filter(name -> name.endsWith("Notice"))
                        .count());
        String refusals = page.substring(
                page.indexOf("refusals, except those that pass by themselves ("), page.indexOf("stuck boots;"));
        assertEquals(
                new TreeSet<>(Template.texts(
                        everything.resource("RefusalNotice").at("/EventPattern/detail/refusal/0/anything-but"))),
                Pattern.compile("`([A-Z_]+)`")
                        .matcher(refusals)
                        .results()
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new)));
        Set<String> quiet = new TreeSet<>(
                Template.texts(everything.resource("ClosedNotice").at("/EventPattern/detail/status/0/anything-but")));
        quiet.remove("IGNORED");
        assertEquals(Set.of("CLOSED", "REFUSED"), quiet);
        assertTrue(page.contains("every end of a case but `CLOSED` and `REFUSED`"), page);
    }

    /** What the pages say of mode observe is what its role may do. */
    @Test
    void sentencesAboutObserving_areThoseOfTheRole() throws IOException {
        String role =
                Template.read(Path.of("template.yaml")).resource("FunctionRole").toString();
        for (String action :
                List.of("SetInstanceHealth", "CreateDeployment", "LaunchGuard-Restart", "LaunchGuard-Redeploy")) {
            assertFalse(role.contains(action), action);
        }
        for (String action : List.of("LaunchGuard-Probe", "ec2:CreateTags", "autoscaling:CompleteLifecycleAction")) {
            assertTrue(role.contains(action), action);
        }
        String faq = Files.readString(Path.of("docs/faq.md")).replaceAll("\\s+", " ");
        assertTrue(
                faq.contains(
                        "may run the read-only probe, tag instances with verdict and case, and answer CONTINUE to its own"
                                + " lifecycle hook"),
                faq);
        assertTrue(faq.contains("It has no permission to restart, redeploy or replace anything."), faq);
    }

    /** Each request that the page shows is one. */
    @Test
    void requests_areRead() throws Exception {
        String page = String.join("\n", lines);
        Matcher request = Pattern.compile("(?s)```json\n(.*?)```")
                .matcher(page.substring(page.indexOf("## Ask the function"), page.indexOf("## Dead letters")));
        int requests = 0;
        while (request.find()) {
            Object read = SignalReader.read(request.group(1));
            assertTrue(String.valueOf(read).contains("Asked"), String.valueOf(read));
            requests++;
        }
        assertEquals(2, requests);
    }

    /** The page lists every resource type of the stack. */
    @Test
    void resourceTypes_areAllInPermissions() throws IOException {
        String page = Files.readString(Path.of("docs/permissions.md"));
        Template.read(Path.of("template.yaml")).tree().path("Resources").forEach(resource -> {
            String type = resource.path("Type").asText();
            assertTrue(page.contains("`" + type + "`"), type);
        });
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

    /** The tables of docs/settings.md have each parameter of the stack and each variable of the function. */
    @Test
    void settings_areAllOnTheirPage() throws IOException {
        String page = Files.readString(Path.of("docs/settings.md"));
        Template template = Template.read(Path.of("template.yaml"));
        template.tree()
                .path("Parameters")
                .fieldNames()
                .forEachRemaining(name -> assertTrue(page.contains("`" + name + "`"), name));
        template.functionEnvironment().keySet().stream()
                .filter(name -> name.startsWith("LAUNCH_GUARD"))
                .forEach(name -> assertTrue(page.contains("`" + name + "`"), name));
    }

    private static Set<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
