package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import launchguard.cases.Case;
import launchguard.pages.CaseSection;
import launchguard.pages.Page;
import launchguard.pages.Timeline;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.JudgedEvidence;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Json;
import launchguard.template.Notices;
import launchguard.template.Template;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Unreadable evidence has a reason, readable evidence is judged, and its text is escaped in log, event, mail and page.
 */
@Tag("verify")
class HostileWordsTest {
    private static final String WORDS = "\u001b[31m\u009b2J</script><img src=x onerror=alert(1)>\"'\\\n\r"
            + "\t\u0000\u202e\u2028{{x}}<status>\ud83d\ude00";

    /** What each does to its evidence, and the verdict that must come of it. */
    private static Map<UnaryOperator<String>, String> lies() {
        Map<UnaryOperator<String>, String> lies = new LinkedHashMap<>();
        for (String schema : List.of("2", "1e400", "\"1\"")) {
            lies.put(printed -> printed.replace("\"schema\":1,", "\"schema\":" + schema + ","), "schema");
        }
        lies.put(printed -> printed.replace("\"schema\":1,", ""), "schema");
        lies.put(printed -> "[".repeat(10_000), "JSON");
        lies.put(printed -> "{\"schema\":1,\"host\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}", "JSON");
        lies.put(printed -> printed.replace("\"jvms\":[", "\"jvms\":[" + "{\"pid\":".repeat(3_000)), "JSON");
        lies.put(printed -> "\u0000" + printed, "JSON");
        lies.put(printed -> printed.replace("\"host\":{", "\"host\":{\"os\":\"\u0000\","), "JSON");
        lies.put(printed -> printed.replace("\"host\":{", "\"host\":{\"os\":\"\u001b[31m\","), "JSON");
        lies.put(printed -> printed + printed, "JSON");
        lies.put(printed -> "null", "JSON");
        lies.put(printed -> "</script>" + WORDS, "JSON");
        lies.put(printed -> "\ud83d\ude00".repeat(24_000), "JSON");
        // SSM cuts in the middle: of a name, of a character of four bytes written as two escapes, of an escape, of a
        // number.
        for (int i = 0; i < 6; i++) {
            String filled = "a".repeat(i) + "\\ud83d\\ude00".repeat(3_000);
            lies.put(printed -> printed.replace("\"host\":{", "\"host\":{\"os\":\"" + filled + "\","), "JSON");
        }
        for (int i = 0; i < 2; i++) {
            String filled = "1".repeat(i) + ",12345".repeat(8_000);
            lies.put(printed -> printed.replace("\"host\":{", "\"host\":{\"os\":[1" + filled + "],"), "JSON");
        }
        lies.put(HostileWordsTest::hostile, "STALE_JDK");
        lies.put(printed -> hostile(printed).replace("\ud83d\ude00", "\\ud83d"), "STALE_JDK");
        lies.put(printed -> printed + " ".repeat(30_000), "STALE_JDK");
        return lies;
    }

    private static String hostile(String printed) {
        ObjectNode evidence = (ObjectNode) Json.parse(printed);
        for (JsonNode jvm : evidence.path("jvms")) {
            ((ObjectNode) jvm)
                    .put("unit", WORDS)
                    .put("user", WORDS)
                    .put("versionInUse", WORDS)
                    .put("versionOnDisk", WORDS);
        }
        evidence.withObject("/host").put("os", WORDS).put("osVersion", WORDS);
        evidence.withArray("/problems").add(WORDS);
        evidence.withArray("/symptoms").addObject().put("file", WORDS).put("line", WORDS);
        evidence.withArray("/packages")
                .addObject()
                .put("name", WORDS)
                .put("version", WORDS)
                .put("installedAt", 1);
        return evidence.toString();
    }

    private static void printable(String shown) {
        assertFalse(
                shown.codePoints()
                        .anyMatch(point -> List.of(Character.CONTROL, Character.FORMAT, Character.SURROGATE)
                                .contains((byte) Character.getType(point))),
                shown);
    }

    @Test
    void eachHasAVerdictOrAReason_andNothingIsShownUnescaped() throws Exception {
        Map<UnaryOperator<String>, String> lies = lies();
        try (FunctionStage stage = FunctionStage.remediating(
                "MaxUnavailablePercent", "100", "Ladder", "restart", "LaunchWindow", "PT10M", "BootDeadline", "PT5M")) {
            List<Instance> instances = new ArrayList<>();
            lies.keySet().forEach(lie -> {
                instances.add(stage.launch(FunctionStage.RACED));
                stage.liars.print(instances.getLast(), lie);
            });
            stage.settle();
            List<String> expected = List.copyOf(lies.values());
            for (int i = 0; i < instances.size(); i++) {
                Case current = stage.caseOf(instances.get(i));
                String found = current.finding() + " of lie " + i;
                assertTrue(current.ended(), found);
                boolean judged = expected.get(i).equals("STALE_JDK");
                assertEquals(
                        judged ? "REPAIRED" : "UNRESOLVED", current.status().name(), found);
                assertTrue(judged || String.valueOf(current.finding().reason()).contains(expected.get(i)), found);
            }
            assertEquals(List.of(), stage.aws.deadLetters().messages());
            everythingShown(stage);
            page(stage, instances.get(expected.indexOf("STALE_JDK")));
        }
    }

    private static void everythingShown(FunctionStage stage) throws Exception {
        for (String line : stage.log().lines().toList()) {
            printable(line);
            assertTrue(Json.parse(line).isObject(), line);
            assertFalse(line.contains("\"level\":\"ERROR\""), line);
        }
        Notices notices =
                Notices.of(Template.read(Path.of("template.yaml"), Map.of("NotificationEmail", "a@b.example")));
        int mails = 0;
        for (JsonNode event : stage.aws.events().from("launch-guard")) {
            for (JsonNode value : event.path("detail")) {
                printable(value.asText());
                assertFalse(value.asText().matches(".*[\"\\\\].*"), value.toString());
            }
            for (String mail : notices.of(event).values()) {
                // The template quotes the message and escapes nothing: it must still be one JSON text.
                for (String line : mail.lines().toList()) {
                    assertTrue(Json.parse(line).isTextual(), line);
                    printable(Json.parse(line).asText());
                }
                mails++;
            }
        }
        // People are notified once of each kind of event of a group.
        assertTrue(mails > 1, mails + " mails");
        stage.aws
                .calls()
                .of("ec2", "CreateTags")
                .forEach(call -> printable(call.input().toString()));
    }

    private static void page(FunctionStage stage, Instance instance) throws Exception {
        Case current = stage.caseOf(instance);
        Evidence evidence =
                EvidenceReader.read(hostile(String.valueOf(current.memory().evidence())));
        JudgedEvidence look = new JudgedEvidence(evidence, "STALE_JDK", -1.0, WORDS);
        String html = Page.html(
                WORDS,
                List.of(CaseSection.of(
                        WORDS,
                        current,
                        List.of(look),
                        Timeline.chart(WORDS, Instant.EPOCH, List.of(look), List.of()),
                        Page.table(List.of(WORDS), List.of(List.of(WORDS))))));
        printable(html.replace("\n", ""));
        assertTrue(html.contains("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;"));
        assertFalse(html.matches("(?s).*<(?i:script|img|/script).*"), html);
    }

    @Test
    void otherSchemaNumbers_areNotReadAsIfTheyWereThisOne() {
        for (String schema : List.of("0", "-1", "1.5", "2", "1e400", "\"1\"", "null", "[1]", "true", "{}", "-0")) {
            UnreadableEvidenceException why = assertThrows(
                    UnreadableEvidenceException.class,
                    () -> EvidenceReader.read("{\"schema\":" + schema + ",\"host\":{\"now\":9,\"uptime\":1}}"),
                    schema);
            assertTrue(why.why().contains("schema"), why.why());
        }
    }

    /** Every evidence of the seeds, cut after each of its characters. */
    @Test
    void cutAnywhere_itSaysThatItIsNotWhole() throws Exception {
        int cuts = 0;
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz/evidence"))) {
            for (Path file : files.toList()) {
                String whole = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1)
                        .strip();
                if (!readable(whole)) {
                    continue;
                }
                for (int length = 0; length < whole.length(); length++) {
                    String cut = whole.substring(0, length);
                    UnreadableEvidenceException why =
                            assertThrows(UnreadableEvidenceException.class, () -> EvidenceReader.read(cut), cut);
                    printable(why.why());
                    cuts++;
                }
            }
        }
        System.out.println("Evidence cut at " + cuts + " places: each said so");
        assertTrue(cuts > 20_000, cuts + " cuts");
    }

    private static boolean readable(String printed) {
        try {
            EvidenceReader.read(printed);
            return true;
        } catch (UnreadableEvidenceException no) {
            return false;
        }
    }
}
