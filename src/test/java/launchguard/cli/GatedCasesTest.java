package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.wire.Call;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people see of launches that the gate held: in lists, in words, and as pictures. */
@Tag("verify")
class GatedCasesTest extends ReadOnlyCommands {
    private final String table;
    private final Instance repaired;
    private final Instance before;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    GatedCasesTest() {
        super(Sandbox.start(Map.of("Mode", "remediate")));
        table = aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
        Functions.install(aws, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        ScalingGroup web = aws.group("web");
        before = web.launch(StackWithCases.HEALTHY);
        aws.settle(Duration.ofHours(1));
        web.gated();
        repaired = web.launch("rpm-dnf-race-jdk8-status-error");
        web.launch(StackWithCases.HEALTHY);
        aws.settle(Duration.ofHours(3));
    }

    @Override
    void allowed(Call call) {
        assertFalse(call.changing(), call.toString());
    }

    private String run(String line) {
        ToolRun run = Terminal.run(aws, (line + " --table " + table).split(" ", -1));
        assertEquals(0, run.exit(), run.toString());
        return run.out();
    }

    private String page(String what) throws Exception {
        Path page = folder.resolve("page.html");
        run("report " + what + " --out " + page);
        return Files.readString(page);
    }

    @Test
    void cases_sayHowTheHoldEnded() throws Exception {
        Map<String, String> gates = new LinkedHashMap<>();
        for (JsonNode node : new ObjectMapper().readTree(run("cases --since P9999D --format json"))) {
            gates.put(node.path("instanceId").asText(), node.path("gate").asText());
        }
        assertEquals("RELEASED", gates.get(repaired.id()));
        assertEquals("", gates.get(before.id()), "not gated");
    }

    @Test
    void case_saysItInWords() {
        String said = run("case " + repaired.id()).replaceAll("\\s+", " ");
        assertTrue(said.contains("until its launch was proved, and only then lets it go in service"), said);
        assertFalse(run("case " + before.id()).contains("launch gate"));
    }

    @Test
    void page_drawsTheHoldItsRepairAndItsEnd() throws Exception {
        String html = page(repaired.id());
        for (String words : List.of("Launch gate", "repaired", "released, proved")) {
            assertTrue(html.contains(">" + words + "</text>"), words);
        }
        assertTrue(html.matches("(?s).*>held out of service [1-9][0-9.]+ s</text>.*"), html);
        assertTrue(html.contains("<td>repaired by redeploy while held</td>"), "in the table too");
        assertFalse(page(before.id()).contains("Launch gate"), "no lane without a gate");
    }

    @Test
    void groupPage_countsTheEndsOfHolds() throws Exception {
        String html = page("--asg web --since P9999D");
        assertTrue(html.contains("how the hold ended"), html);
        assertTrue(html.contains("<td>released, proved</td><td>2</td>"), html);
    }

    @ParameterizedTest
    @CsvSource({"390, light", "1400, light", "390, dark", "1400, dark"})
    void inABrowser_nothingLeavesTheScreen(int width, String scheme) throws Exception {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("case", page(repaired.id()));
        pages.put("group", page("--asg web --since P9999D"));
        pages.replaceAll((name, html) ->
                html.replace("color-scheme\" content=\"light dark", "color-scheme\" content=\"" + scheme));
        assertEquals("", Browser.faults(folder, width, pages));
    }
}
