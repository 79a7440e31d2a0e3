package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Objects;
import launchguard.corpus.RecordedInstance;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When cloud-init's stages ran, from whatever stands where it notes them; the recorded instances have what it really writes. */
class CloudInitStagesTest {
    private static final long BOOTED = 1_795_385_460L;
    private static final String STATUS = "var/lib/cloud/data/status.json";

    @TempDir
    Path root;

    @BeforeEach
    void bootedTenMinutesAgo() throws Exception {
        write("proc/uptime", "600.00 600.00\n");
        write("proc/stat", "btime " + BOOTED + "\n");
        write("run/cloud-init/status.json", "../../" + STATUS);
    }

    private void write(String file, String text) throws Exception {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text);
    }

    private static String epoch(double uptime) {
        return String.format("%.6f", BOOTED + uptime);
    }

    private static String stage(String name, String times) {
        return "  \"" + name + "\": {\n   \"errors\": [],\n" + times + "  },\n";
    }

    private static String times(String finished, String started) {
        return "   \"finished\": " + finished + ",\n   \"start\": " + started + "\n";
    }

    private void status(String... stages) throws Exception {
        write(STATUS, "{\n \"v1\": {\n" + String.join("", stages) + "  \"stage\": null\n }\n}\n");
    }

    private JsonNode probe() throws Exception {
        return ProbeRun.of(Shell.SH, new RecordedInstance(root).environment("none"))
                .evidence();
    }

    private String stages() throws Exception {
        return probe().at("/cloudInit/stages").toString();
    }

    @Test
    void aStageThatRuns_hasNoEnd() throws Exception {
        status(stage("modules-final", times("null", epoch(5.5))), stage("init", times(epoch(4.25), epoch(4))));
        assertEquals(
                "[{\"name\":\"init\",\"startedUptime\":4,\"finishedUptime\":4.25},"
                        + "{\"name\":\"modules-final\",\"startedUptime\":5.5}]",
                stages());
    }

    /** Such cloud-inits say in their log when a stage begins, of which the image's and earlier boots' are not ours. */
    @Test
    void withoutStatusJson_theLogHasTheStarts() throws Exception {
        write("var/log/cloud-init.log", """
                Nov 20 22:11:04 cloud-init[1]: util.py[DEBUG]: Cloud-init v. 18.2-72 running 'init' at Fri, 20 Nov 2026 22:11:04 +0000. Up 9.00 seconds.
                Nov 22 22:11:04 cloud-init[1]: util.py[DEBUG]: Cloud-init v. 18.2-72 running 'init-local' at Sun, 22 Nov 2026 22:11:04 +0000. Up 4.10 seconds.
                Nov 22 22:11:10 cloud-init[1]: util.py[DEBUG]: Cloud-init v. 18.2-72 running 'modules:final' at Sun, 22 Nov 2026 22:11:10 +0000. Up 10.25 seconds.
                """);
        assertEquals(
                "[{\"name\":\"init-local\",\"startedUptime\":4.1},{\"name\":\"modules-final\",\"startedUptime\":10.25}]",
                stages());
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "1795380000.5", // before this boot
                "1795386400.5", // after now
                "99999999999999999999999999999999",
                "-5",
                "1e9",
                "true",
                "\"4.5\"",
                "4.5.6",
                "4.5 ,\"start\": 4.4",
                "99999"
            })
    void whatIsNoMomentOfThisBoot_isLeftOut(String start) throws Exception {
        status(stage("init", times("6.5", start)), stage("modules-final", times("17.5", "7.5")));
        assertEquals("[{\"name\":\"modules-final\",\"startedUptime\":7.5,\"finishedUptime\":17.5}]", stages());
    }

    @Test
    void endBeforeItsStart_isNoEnd() throws Exception {
        status(stage("init", times("4.5", "5.5")));
        assertEquals("[{\"name\":\"init\",\"startedUptime\":5.5}]", stages());
    }

    /** The words of a failed command are in the same file. */
    @Test
    void wordsInErrors_areNoStage() throws Exception {
        status("  \"init\": {\n   \"errors\": [\n    \"x\\n  \\\"modules-final\\\": {\\n   \\\"start\\\": 9.5\",\n"
                + "    \"   \\\"start\\\": 9.5\"\n   ],\n   \"recoverable_errors\": {\n    \"start\": [\n     \"3.5\"\n    ]\n   },\n"
                + times("4.5", "4.4") + "  },\n  \"evil\": {\n" + times("4.5", "4.4") + "  },\n");
        assertEquals("[{\"name\":\"init\",\"startedUptime\":4.4,\"finishedUptime\":4.5}]", stages());
    }

    @Test
    void withoutTheNoteOfThisBoot_theFileIsAnImages() throws Exception {
        status(stage("init", times("4.5", "4.4")));
        Files.delete(root.resolve("run/cloud-init/status.json"));
        assertEquals("", stages());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "\u0000\u0001\u0080", "{\"v1\":{\"init\":{\"start\":4.4,\"finished\":4.5}}}"})
    void whatCloudInitNeverWrote_hasNoStages(String text) throws Exception {
        write(STATUS, text);
        assertTrue(probe().at("/cloudInit/stages").isMissingNode());
        write(STATUS, text.repeat(100_000));
        assertTrue(probe().at("/cloudInit/stages").isMissingNode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mawk", "gawk", "original-awk", "busybox"})
    void everyAwk_readsTheSame(String awk) throws Exception {
        var program = Shell.find(awk);
        Assumptions.assumeTrue(program != null, () -> awk + " is not installed");
        status(
                stage("init-local", times(epoch(4.25), epoch(4.125))),
                stage("init", times("null", "null")),
                stage("modules-final", times("17.48", "4.68")));
        var links = Files.createDirectories(root.resolve("bin"));
        Files.createSymbolicLink(links.resolve("awk"), Objects.requireNonNull(program));
        var environment = new HashMap<>(new RecordedInstance(root).environment("none"));
        environment.merge("PATH", links.toString(), (path, first) -> first + ":" + path);
        assertEquals(
                "[{\"name\":\"init-local\",\"startedUptime\":4.125,\"finishedUptime\":4.25},"
                        + "{\"name\":\"modules-final\",\"startedUptime\":4.68,\"finishedUptime\":17.48}]",
                ProbeRun.of(Shell.SH, environment)
                        .evidence()
                        .at("/cloudInit/stages")
                        .toString());
    }
}
