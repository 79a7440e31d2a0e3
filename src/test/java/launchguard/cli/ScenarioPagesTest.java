package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import launchguard.corpus.RecordedInstance;
import launchguard.probe.ProbeRun;
import launchguard.probe.Shell;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of every recorded instance, as a browser lays it out. */
@Tag("verify")
class ScenarioPagesTest {
    private static final Map<String, String> PAGES = new TreeMap<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @BeforeAll
    static void pages() throws Exception {
        for (String scenario : RecordedInstance.scenarios()) {
            RecordedInstance instance = RecordedInstance.restore(scenario, folder.resolve(scenario));
            Path evidence = Files.writeString(
                    folder.resolve(scenario + ".json"),
                    ProbeRun.of(Shell.SH, instance.environment("done")).output());
            Path page = folder.resolve(scenario + ".html");
            ToolRun run = ToolRun.of("report", "--evidence", evidence.toString(), "--out", page.toString());
            // Where no clock was recorded nothing can be placed, and the command says so.
            assertEquals(scenario.startsWith("al1like") ? 1 : 0, run.exit(), run.toString());
            if (run.exit() == 0) {
                PAGES.put(scenario, Files.readString(page));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {390, 1280})
    void nothingIsCutOrOverlaps(int width) throws Exception {
        assertEquals("", Browser.faults(folder, width, PAGES));
    }

    /** The check itself finds what it is for. */
    @Test
    void faultsOfAPage_areFound() throws Exception {
        String bad = """
                <svg class="chart" width="300" height="90"><text x="5" y="20">many words here</text><text x="9" y="22">over words</text>
                <g class="mark"><rect x="20" y="40" width="50" height="20"/></g><text x="50" y="55">across an edge</text></svg>
                <p style="width:900px">wide</p>""";
        String faults = Browser.faults(folder, 390, Map.of("bad", bad));
        assertTrue(faults.contains("\"many words here\" meets \"over words\""), faults);
        assertTrue(faults.contains("\"across an edge\" lies across the edge of a bar"), faults);
        assertTrue(faults.contains("\"wide\" leaves the screen"), faults);
        assertTrue(faults.contains("only 3 texts"), faults);
    }

    @Test
    void whereNothingHasATime_thereIsNoEmptyPicture() {
        String page = PAGES.getOrDefault("debian12-ci-22.4.2-disabled", "");
        assertTrue(page.contains("cloud-init&#39;s state was disabled"), page);
        assertFalse(page.contains("<svg") || page.contains("<table"), page);
    }
}
