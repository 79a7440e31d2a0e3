package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.cases.Status;
import launchguard.guard.Refusal;
import launchguard.guard.Rung;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Json;
import launchguard.template.Notices;
import launchguard.template.Template;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our events are as docs/events.md describes them, and mails are sentences. */
class EventsTest {
    private static final Path SCHEMA = Path.of("docs/events.schema.json");
    private static final List<String> MEMBERS =
            List.of("/$defs/detail/properties", "/$defs/summary/properties", "/$defs/failing/properties");
    /** Ids are drawn by whatever thread comes first. */
    private static final String SAME_ID = "5b1c9d1e-1c1f-4c57-9f6e-0d7f6f2a3b10";

    private static final List<JsonNode> EVENTS = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private static JsonSchema schema;

    @SuppressWarnings("NullAway.Init")
    private static JsonNode schemaText;

    @BeforeAll
    static void emit() throws IOException {
        schemaText = Json.parse(Files.readString(SCHEMA));
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        schemaText,
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
        try (FunctionStage stage = FunctionStage.observing()) {
            Stream.of(FunctionStage.HEALTHY, FunctionStage.RACED).forEach(stage::launch);
            collect(stage);
        }
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.launchWithFiles(FunctionStage.RACED);
            Instance failing = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(failing, 20);
            collect(stage);
        }
        try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
            stage.group().gated();
            stage.launch(FunctionStage.HEALTHY);
            collect(stage);
            stage.nextRemedies(stage.launch(FunctionStage.RACED), 20);
            collect(stage);
        }
        try (FunctionStage stage = FunctionStage.remediating("LaunchWindow", "PT30M", "BootDeadline", "PT20M")) {
            stage.scripts((root, script, limit) -> new ScriptRunner.Result(1, "", "no \"shell\" \\ here", false));
            stage.launch(FunctionStage.RACED);
            collect(stage);
        }
        try (FunctionStage stage = FunctionStage.observing("AfterPatch", "report")) {
            AfterPatchTest.patched(stage, AfterPatchTest.old(stage, FunctionStage.RACED));
            collect(stage);
        }
        try (FunctionStage stage = FunctionStage.remediating()) {
            FailedLaunchesTest.fails(stage, "");
            stage.aws.settle(Duration.ofMinutes(10));
            FailedLaunchesTest.fails(stage, "");
            collect(stage);
        }
        try (FunctionStage stage = FunctionStage.remediating()) {
            GateTrapsTest.releasedLate(stage, true);
            collect(stage);
        }
        try (FunctionStage stage = FunctionStage.remediating("BootDeadline", "PT20M")) {
            stage.scripts(booting(stage.honest()));
            stage.launch(FunctionStage.HEALTHY);
            collect(stage);
        }
    }

    static ScriptRunner booting(ScriptRunner honest) {
        return (root, script, limit) -> {
            ScriptRunner.Result result = honest.run(root, script, limit);
            return new ScriptRunner.Result(
                    result.exitCode(),
                    result.stdout()
                            .replaceAll("\"state\":\"done\"", "\"state\":\"running\"")
                            .replaceAll("\"uptime\":[0-9.]+", "\"uptime\":1500.0"),
                    result.stderr(),
                    result.killed());
        };
    }

    private static void collect(FunctionStage stage) {
        stage.aws.settle(Duration.ofHours(6));
        stage.aws.advance(Duration.ofHours(2));
        stage.aws.runSchedule();
        EVENTS.addAll(stage.aws.events().from("launch-guard"));
    }

    /** The page's examples are events of these runs: of each type the first, and of a closed case one that was repaired. */
    @Test
    void examplesOfThePage_areTakenFromARun() throws IOException {
        StringBuilder examples = new StringBuilder();
        for (String type : texts(schemaText.at("/properties/detail-type/enum"))) {
            ObjectNode event = EVENTS.stream()
                    .filter(node -> node.path("detail-type").asText().equals(type))
                    .filter(node -> !type.endsWith("Closed")
                            || node.at("/detail/status").asText().equals("REPAIRED"))
                    .findFirst()
                    .orElseThrow()
                    .deepCopy();
            examples.append("```json\n")
                    .append(event.toPrettyString().replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", SAME_ID))
                    .append("\n```\n\n");
        }
        String page = Files.readString(Path.of("docs/events.md"));
        Path written = Files.writeString(Path.of("target/events-examples.md"), examples);
        int from = page.indexOf("## Examples");
        assertEquals(
                examples.toString(),
                page.substring(page.indexOf("```json", from), page.indexOf("## What the stack sends", from)),
                "put what is in " + written + " into docs/events.md");
    }

    /** The mail that the pages show is one of these runs. */
    @Test
    void mailOfThePages_isTakenFromARun() throws Exception {
        Notices notices =
                Notices.of(Template.read(Path.of("template.yaml"), Map.of("NotificationEmail", "sre@example.com")));
        JsonNode closed = EVENTS.stream()
                .filter(event -> event.at("/detail/status").asText().equals("REPAIRED"))
                .filter(event -> event.path("detail-type").asText().endsWith("Closed"))
                .findFirst()
                .orElseThrow();
        String mail = notices.of(closed)
                .getOrDefault("ClosedNotice", "")
                .lines()
                .map(line -> Json.parse(line).asText())
                .collect(Collectors.joining("\n"));
        Path written = Files.writeString(Path.of("target/mail.txt"), mail);
        for (String page : List.of("docs/events.md", "README.md", "README.ja.md")) {
            assertTrue(
                    Files.readString(Path.of(page)).contains("```text\n" + mail + "\n```"),
                    "put what is in " + written + " into " + page);
        }
    }

    private static Set<ValidationMessage> faults(JsonNode event) {
        return schema.validate(event);
    }

    @Test
    void everyEvent_fitsTheSchema() {
        assertTrue(EVENTS.size() > 8, EVENTS.size() + " events");
        EVENTS.forEach(event -> assertEquals(Set.of(), faults(event), event.toString()));
        assertEquals(
                texts(schemaText.at("/properties/detail-type/enum")),
                EVENTS.stream()
                        .map(event -> event.path("detail-type").asText())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void everyMemberOfTheSchema_isReallySent() {
        Set<String> sent = new TreeSet<>();
        EVENTS.forEach(event -> event.path("detail").fieldNames().forEachRemaining(sent::add));
        Set<String> known = new TreeSet<>();
        MEMBERS.forEach(members -> schemaText.at(members).fieldNames().forEachRemaining(known::add));
        assertEquals(known, sent);
    }

    @Test
    void words_areThoseOfTheCode() {
        JsonNode members = schemaText.at("/$defs/detail/properties");
        assertEquals(names(VerdictName.values()), texts(members.at("/verdict/enum")));
        assertEquals(names(Refusal.Name.values()), texts(members.at("/refusal/enum")));
        Set<String> statuses = names(Status.values());
        statuses.remove("IGNORED");
        assertEquals(statuses, texts(members.at("/status/enum")));
        assertEquals(
                Arrays.stream(Rung.values())
                        .map(rung -> rung.name().toLowerCase(java.util.Locale.ROOT))
                        .collect(Collectors.toCollection(TreeSet::new)),
                texts(members.at("/action/enum")));
    }

    @Test
    void whatIsNoEventOfOurs_doesNotFit() {
        JsonNode good = first("Launch Guard Action");
        Map<String, String> spoiled = Map.of(
                "instanceId", "i-1; rm -rf /",
                "caseId", "../../etc",
                "status", "CLOSED",
                "verdict", "BROKEN",
                "action", "reboot",
                "at", "yesterday",
                "reason", "a \"quoted\" word",
                "more", "than is known");
        spoiled.forEach((member, value) -> {
            ObjectNode bad = good.deepCopy();
            bad.withObject("/detail").put(member, value);
            assertFalse(faults(bad).isEmpty(), member);
        });
        for (String member : List.of("caseId", "instanceId", "autoScalingGroup", "status", "at", "action", "verdict")) {
            ObjectNode bad = good.deepCopy();
            bad.withObject("/detail").remove(member);
            assertFalse(faults(bad).isEmpty(), "without " + member);
        }
    }

    @Test
    void documentation_hasAnExampleOfEachTypeThatFits() throws IOException {
        String text = Files.readString(Path.of("docs/events.md"));
        Matcher block = Pattern.compile("```json\\n(.*?)```", Pattern.DOTALL).matcher(text);
        Set<String> types = new TreeSet<>();
        while (block.find()) {
            JsonNode example = Json.parse(block.group(1));
            if (example.has("id")) {
                assertEquals(Set.of(), faults(example), example.toString());
                types.add(example.path("detail-type").asText());
            }
        }
        assertEquals(texts(schemaText.at("/properties/detail-type/enum")), types);
        String named = text.replace("`since`, `at`", "`since` |");
        MEMBERS.forEach(members -> schemaText
                .at(members)
                .fieldNames()
                .forEachRemaining(name -> assertTrue(named.contains("| `" + name + "` |"), name)));
    }

    /** Each event that a notice takes becomes lines that hold every word they promise. */
    @Test
    void notices_areWordsWithNothingLeftOpen() throws Exception {
        Notices notices = Notices.of(Template.read(
                Path.of("template.yaml"), Map.of("NotificationEmail", "sre@example.com", "AfterPatch", "report")));
        Set<String> published = new TreeSet<>();
        Set<String> prevented = new TreeSet<>();
        for (JsonNode event : EVENTS) {
            for (Map.Entry<String, String> notice : notices.of(event).entrySet()) {
                published.add(notice.getKey());
                String message = notice.getValue();
                boolean summary = event.at("/detail/summary").isTextual();
                for (String member :
                        summary ? List.of("autoScalingGroup", "summary") : List.of("instanceId", "reason")) {
                    String said = event.path("detail").path(member).asText();
                    assertTrue(!said.isEmpty() && message.contains(said), message);
                }
                if (!summary && !notice.getKey().equals("StuckNotice")) {
                    assertTrue(
                            message.contains(
                                    "How we know: " + event.at("/detail/known").asText()),
                            message);
                    String prevention = event.at("/detail/prevention").asText();
                    assertTrue(message.contains("How to prevent it: " + prevention), message);
                    prevented.add(prevention.replaceAll(".* See ", "See "));
                }
                for (String line : message.lines().toList()) {
                    assertTrue(Json.parse(line).isTextual(), "not one string: " + line);
                    assertFalse(line.contains("<") || line.contains(">"), "left open: " + line);
                }
            }
        }
        assertEquals(
                Set.of(
                        "ActionNotice",
                        "RefusalNotice",
                        "StuckNotice",
                        "ClosedNotice",
                        "SummaryNotice",
                        "LaunchesNotice",
                        "StaleAfterPatchNotice"),
                published);
        assertTrue(prevented.contains("See prevention/systemd/install"), prevented.toString());
    }

    private static JsonNode first(String type) {
        return EVENTS.stream()
                .filter(event -> event.path("detail-type").asText().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }
}
