package launchguard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import launchguard.verdict.EvidenceText;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code explain}: its exit codes, its two formats, and whatever file it is given. */
class ExplainTest {
    private static final String D = "d-AAAAAAAAA";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void everyVerdictHasTheExitCodeOfTheContract() {
        Map<VerdictName, Integer> codes = new EnumMap<>(VerdictName.class);
        for (VerdictName verdict : VerdictName.values()) {
            codes.put(verdict, ExitCode.of(verdict));
        }
        assertEquals(
                "{UNREACHABLE=12, INCONCLUSIVE=12, STALE_JDK=10, STILL_BOOTING=11, BOOT_STUCK=12, DEPLOYMENT_FAILED=10,"
                        + " JDK_REPLACED=10, STALE_BYSTANDER=13, NOT_DEPLOYED=0, LUCKY_RACE=0, HEALTHY=0}",
                codes.toString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void exitCodes(int exit, EvidenceText evidence, List<String> options) throws Exception {
        ToolRun run = explain(evidence, options.toArray(String[]::new));
        assertEquals(exit, run.exit(), run.out());
        assertEquals("", run.err());
    }

    static Stream<Arguments> exitCodes() {
        EvidenceText failed = new EvidenceText().deployed("g", D, 10).jdkInstalled(30);
        return Stream.of(
                Arguments.of(0, new EvidenceText(), List.of()),
                Arguments.of(0, new EvidenceText().deployed("g", D, 10).freshJvm(1, 20), List.of()),
                Arguments.of(10, new EvidenceText().deployed("g", D, 10).staleJvm(1, 20), List.of()),
                Arguments.of(10, failed, List.of("--deployment-failed")),
                Arguments.of(12, failed, List.of()),
                Arguments.of(11, new EvidenceText().cloudInit("running"), List.of()),
                Arguments.of(12, new EvidenceText().cloudInit("running").uptime(3601), List.of()),
                Arguments.of(13, new EvidenceText().staleJvm(1, 20), List.of()),
                Arguments.of(10, new EvidenceText().staleJvm(1, 20), List.of("--deployment-start", "1000010")),
                Arguments.of(10, new EvidenceText().staleJvm(1, 20), List.of("--deployment-start=1.00001e6")),
                Arguments.of(
                        12,
                        new EvidenceText().deployed("g", D, 10).staleJvm(1, 20),
                        List.of("--deployment", "d-BBBBBBBBB")));
    }

    @Test
    void jsonIsOneObjectOnOneLine() throws Exception {
        ToolRun run = explain(
                new EvidenceText().staleJvm(7, 20),
                "--format",
                "json",
                "--deployment",
                D,
                "--deployment-start",
                "1000010.25");
        assertEquals(1, run.out().lines().count());
        JsonNode json = new ObjectMapper().readTree(run.out());
        assertEquals("STALE_JDK", json.path("verdict").asText());
        assertEquals(-59.75, json.path("marginSeconds").asDouble());
        assertTrue(json.path("raced").asBoolean());
        assertEquals("FILES_GONE", json.path("impact").asText());
        assertEquals(D, json.path("deploymentId").asText());
        assertTrue(json.path("reason").asText().contains("pid 7"), json.toString());
        assertFalse(json.has("marginUncertain"));
        JsonNode close = new ObjectMapper()
                .readTree(explain(new EvidenceText(), "--format", "JSON", "--deployment-start", "1000071.5")
                        .out());
        assertTrue(close.path("marginUncertain").asBoolean());
        assertEquals("HEALTHY", close.path("verdict").asText());
        JsonNode unknown = new ObjectMapper()
                .readTree(explain(new EvidenceText(), "--format=json").out());
        assertFalse(unknown.has("marginSeconds") || unknown.has("raced"), "what is not known is left out");
    }

    @Test
    void theEndOfTheDeployment_boundsWhatFailedIt_andEndsTheWait() throws Exception {
        EvidenceText late = new EvidenceText().deployed("g", D, 10).jdkInstalled(60);
        assertEquals(10, explain(late, "--deployment-failed").exit(), "its end is not known");
        assertEquals(
                10,
                explain(late, "--deployment-failed", "--deployment-end", "1000060")
                        .exit());
        ToolRun earlier = explain(late, "--deployment-failed", "--deployment-end", "1000059.5");
        assertEquals(0, earlier.exit(), earlier.out());
        assertTrue(earlier.out().contains("package manager's lock"), earlier.out());
        EvidenceText ongoing =
                new EvidenceText().deployed("g", D, 80).ongoing(D).freshJvm(1, 90);
        assertEquals(11, explain(ongoing).exit());
        assertEquals(0, explain(ongoing, "--deployment-end", "1000100").exit());
        ToolRun turned = explain(late, "--deployment-start", "1000060", "--deployment-end", "1000059");
        assertEquals(2, turned.exit());
        assertTrue(turned.err().contains("--deployment-end is before"), turned.err());
        assertEquals(2, explain(late, "--deployment-end", "yesterday").exit());
    }

    /** Each reason says only what is true for its evidence. */
    @Test
    void reasonsSayWhatIsSo() throws Exception {
        EvidenceText noJvm = new EvidenceText().deployed("g", D, 10);
        assertSaid("No JVM of the deployment runs", noJvm);
        assertNotSaid("No JVM lost its JDK", noJvm);
        EvidenceText down =
                new EvidenceText().deployed("g", D, 10).jdkInstalled(40).freshJvm(1, 90);
        down.unit("app.service", 203).put("javaWasHere", false);
        assertSaid("Unit app.service is down", down);
        EvidenceText sameVersion = new EvidenceText().deployed("g", D, 10).replacedJvm(1, 20);
        assertNotSaid("of another version", sameVersion);
        assertSaid("Only the time of its start shows that it is the deployment's", sameVersion);
        sameVersion.json().withObject("/jvms/0").put("versionInUse", "17.0.2").put("versionOnDisk", "17.0.2");
        assertNotSaid("of another version", sameVersion);
        sameVersion.json().withObject("/jvms/0").put("versionOnDisk", "17.0.12").put("groupId", "g");
        assertSaid("(17.0.2 in use, 17.0.12 on disk): what is opened from now on is of another version", sameVersion);
        assertNotSaid("known by the time", sameVersion);
        EvidenceText apt = new EvidenceText().uptime(5_000);
        apt.json().putObject("packageManager").put("name", "apt-get").put("startedUptime", 10);
        assertSaid("A package manager is at work", apt);
        assertNotSaid("cloud-init.log", apt);
        assertSaid(
                "cloud-init-output.log", new EvidenceText().cloudInit("running").uptime(5_000));
        assertNotSaid(
                "cloud-init.log",
                new EvidenceText().deployed("g", D, 80).ongoing(D).uptime(5_000));
    }

    @Test
    void aJdkThatWasTakenAway_isNotSaidToBeInstalled() throws Exception {
        EvidenceText removed = new EvidenceText()
                .deployed("g", "d-ABCDEFGH1", 20)
                .freshJvm(7, 30)
                .jdkInstalled(45);
        ((ObjectNode) removed.json().withArray("/packages").get(0)).put("removed", true);

        assertSaid("java-17-headless was removed at 45.0 s", removed);
    }

    private void assertSaid(String words, EvidenceText evidence) throws Exception {
        String out = explain(evidence).out();
        assertTrue(out.contains(words), out);
    }

    private void assertNotSaid(String words, EvidenceText evidence) throws Exception {
        String out = explain(evidence).out();
        assertFalse(out.contains(words), out);
    }

    @Test
    void whatAnInstanceSaysIsPrintedPlain() throws Exception {
        EvidenceText evidence = new EvidenceText().deployed("g", "d-\u001b]0;x\u0007\u202e\n" + "A".repeat(2_000), 10);
        ToolRun run = explain(evidence.staleJvm(1, 20));
        assertEquals(
                List.of("STALE_JDK", "The JVM with pi", "How we know: cl", "How to prevent "),
                run.out()
                        .lines()
                        .map(line -> line.substring(0, Math.min(15, line.length())))
                        .toList());
        assertTrue(run.out().length() < 2_200, "cut");
        assertFalse(run.out().contains("\u001b") || run.out().contains("\u202e"), run.out());
        assertTrue(run.out().contains("files are gone"), "what matters is not what is cut: " + run.out());
    }

    @Test
    void readsStandardInput() {
        assertEquals(
                13,
                ToolRun.with(new EvidenceText().staleJvm(1, 20).json().toString(), "explain", "-")
                        .exit());
        assertEquals(12, ToolRun.with("", "explain", "-").exit());
    }

    @Test
    void filesThatAreNoEvidence() throws Exception {
        byte[] binary = new byte[5_000];
        for (int i = 0; i < binary.length; i++) {
            binary[i] = (byte) (i * 31);
        }
        assertSays("printed nothing", explain(new byte[0]));
        assertSays("not whole JSON", explain(binary));
        assertSays("longer than 1000000 bytes", explain(new byte[2_000_000]));
        byte[] padded = (new EvidenceText().json() + " ".repeat(2_000_000)).getBytes(UTF_8);
        assertSays("longer than 1000000 bytes", explain(padded));
        assertEquals(
                0,
                explain(("\uFEFF" + new EvidenceText().json() + "\r\n").getBytes(UTF_8))
                        .exit());
    }

    private static void assertSays(String says, ToolRun run) {
        assertEquals(12, run.exit());
        assertTrue(run.out().contains(says), run.out());
    }

    @Test
    void filesThatAreNone() {
        ToolRun missing = ToolRun.of("explain", folder.resolve("none.json").toString());
        assertEquals(2, missing.exit());
        assertTrue(missing.err().contains("there is no file"), missing.err());
        ToolRun directory = ToolRun.of("explain", folder.toString());
        assertEquals(2, directory.exit());
        assertTrue(directory.err().contains("is a directory"), directory.err());
        assertEquals(2, ToolRun.of("explain", "a\0b").exit());
        assertEquals(2, ToolRun.of("explain", "").exit());
        assertEquals(2, ToolRun.of("explain", missing.err() + "/x").exit());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "abc",
                "NaN",
                "Infinity",
                "-1",
                "1e400",
                "1e999999999",
                "1683679509100",
                "",
                "0x10",
                "10d",
                "2023-05-10"
            })
    void wrongTimes(String start) throws Exception {
        ToolRun run = explain(new EvidenceText(), "--deployment-start=" + start);
        assertEquals(2, run.exit(), run.out());
        assertEquals("", run.out());
        assertTrue(run.err().contains("epoch seconds"), run.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"d-", "i-0123456789abcdef0", "../x", "d-AAAA AAAA", "d-A;reboot", ""})
    void wrongDeployments(String id) throws Exception {
        ToolRun run = explain(new EvidenceText(), "--deployment=" + id);
        assertEquals(2, run.exit(), run.out());
        assertTrue(run.err().contains("--deployment"), run.err());
        assertTrue(run.err().contains("d-4XAMPLE01"), run.err());
    }

    @ParameterizedTest
    @CsvSource({"explain", "explain - -", "explain - --format xml", "explain - --what", "what", "''"})
    void wrongUsage(String line) {
        ToolRun run = ToolRun.of(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(2, run.exit());
        assertEquals("", run.out());
        assertTrue(run.err().contains("Usage: launch-guard") || run.err().contains("Try 'launch-guard"), run.err());
    }

    @Test
    void help() {
        ToolRun help = ToolRun.of("explain", "--help");
        assertEquals(0, help.exit());
        assertTrue(help.out().contains("words, table, json or csv; default: words."), help.out());
        assertTrue(help.out().contains("  13  STALE_BYSTANDER"), help.out());
        assertTrue(ToolRun.of("--help").out().contains("explain"), "the commands are named");
        assertEquals(0, ToolRun.of("--version").exit());
        assertTrue(ToolRun.of("--version").out().startsWith("launch-guard "));
        assertTrue(ToolRun.of("explain", "-", "--format", "xml")
                .err()
                .contains("--format knows no 'xml'. It takes words, table, json, csv"));
    }

    private ToolRun explain(EvidenceText evidence, String... options) throws Exception {
        return explain(evidence.json().toString().getBytes(UTF_8), options);
    }

    private ToolRun explain(byte[] content, String... options) throws Exception {
        Path file = Files.write(folder.resolve("evidence.json"), content);
        return ToolRun.of(Stream.concat(Stream.of("explain", file.toString()), Stream.of(options))
                .toArray(String[]::new));
    }
}
