package launchguard.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What must hold of the script's text. */
class ProbeScriptTest {

    @Test
    void fitsIntoAnSsmDocument_withRoom() throws Exception {
        // A document holds 64 KB, and each line is quoted in it.
        assertTrue(Files.size(ProbeRun.SCRIPT) < 54_000);
        // Systems Manager would take it for a parameter.
        assertFalse(Files.readString(ProbeRun.SCRIPT).contains("{{"));
    }

    @Test
    void shellcheckHasNothingToSay() throws Exception {
        assumeTrue(Shell.find("shellcheck") != null, "shellcheck is not installed");

        var process = new ProcessBuilder("shellcheck", "-s", "sh", ProbeRun.SCRIPT.toString())
                .redirectErrorStream(true)
                .start();

        assertEquals("", new String(process.getInputStream().readAllBytes(), UTF_8));
        assertEquals(0, process.waitFor());
    }
}
