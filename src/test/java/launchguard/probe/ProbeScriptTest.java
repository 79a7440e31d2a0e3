package launchguard.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import launchguard.template.WriteDocuments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold of the script's text. */
class ProbeScriptTest {

    /**
     * Braces around every variable, a default in every case, quotes around what was just checked to be a number, and no
     * command in the place of an argument: here they would hide more than they show.
     */
    private static final String NOT_USEFUL = "SC2250,SC2249,SC2248,SC2312";

    @Test
    void staysReadable_andHoldsNoParameter() throws Exception {
        // The document has a shortened form of it: DocumentsTest.
        assertTrue(Files.size(ProbeRun.SCRIPT) < 105_000);
        // Systems Manager would take it for a parameter.
        assertFalse(Files.readString(ProbeRun.SCRIPT).contains("{{"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"probe.sh", "redeploy.sh", "restart.sh"})
    void shellcheckHasNothingToSay(String script, @TempDir Path folder) throws Exception {
        assumeTrue(Shell.find("shellcheck") != null, "shellcheck is not installed");

        var joined = Files.writeString(folder.resolve(script), WriteDocuments.source(script));
        var process = new ProcessBuilder("shellcheck", "-s", "sh", "-o", "all", "-e", NOT_USEFUL, joined.toString())
                .redirectErrorStream(true)
                .start();

        assertEquals("", new String(process.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, process.waitFor());
    }
}
