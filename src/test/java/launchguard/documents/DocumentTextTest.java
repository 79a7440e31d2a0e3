package launchguard.documents;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts as SSM carries them: one line that sets the arguments, then the very text of the file. */
class DocumentTextTest {
    private static final String SHARED_FROM = "# ---- The same in restart.sh and redeploy.sh";
    private static final String SHARED_TO = "# ---- End of what is the same. ----\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void theTextRunsBehindThePrologue() {
        RepairedInstance instance = RepairedInstance.of("rpm-dnf-race-jdk8-status-error", folder);
        Ended redeployed = instance.runText("set -- '" + RepairedInstance.GROUP
                + "' 'd-4XAMPLE01' 'prod' 'rest-api' '184:1075' 'stale'\n" + RepairedInstance.text("redeploy.sh"));
        assertEquals("launch-guard: result proved", redeployed.lastLine(), redeployed.output());
        Ended restarted = instance.runText("set -- '184' '1075'\n" + RepairedInstance.text("restart.sh"));
        assertEquals(13, restarted.code(), restarted.output());
    }

    @ParameterizedTest
    @ValueSource(strings = {"restart.sh", "redeploy.sh"})
    void ssmTakesTheTextAsItIs(String script) {
        String text = RepairedInstance.text(script);
        assertAll(
                () -> assertFalse(text.contains("{{"), "SSM would take it for a parameter"),
                () -> assertTrue(text.length() < 32_000, "three scripts and their template fit below the limits"),
                () -> assertTrue(text.endsWith("\nmain \"$@\"\n"), "a text cut short does nothing"),
                () -> assertTrue(text.lines().allMatch(line -> line.length() <= 180)),
                () -> assertFalse(text.contains("exit 194") || text.contains("finish 194")));
    }

    @Test
    void whatBothNeedIsWordForWordTheSame() {
        List<String> shared = List.of(shared("restart.sh"), shared("redeploy.sh"));
        assertEquals(shared.getFirst(), shared.getLast());
    }

    private static String shared(String script) {
        String text = RepairedInstance.text(script);
        return text.substring(text.indexOf(SHARED_FROM), text.indexOf(SHARED_TO));
    }
}
