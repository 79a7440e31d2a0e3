package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import launchguard.HangGuard;
import launchguard.corpus.RecordedInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of kinds that are known from public reports, in forms that no recorded root has. */
@Tag("verify")
class ReportedFaultsTest {
    private static final String GONE = "/usr/lib/jvm/java-1.8.0-openjdk-1.8.0.392.b08-2.amzn2.0.1.x86_64/jre/bin/java";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private RecordedInstance instance = new RecordedInstance(Path.of("/nonexistent"));

    @BeforeEach
    void restore() throws Exception {
        instance = RecordedInstance.restore("unit-loops-203", directory.resolve("root"));
    }

    private static String command(String words, String rest) {
        return "{ path=" + words.split(" ", 2)[0] + " ; argv[]=" + words + " ; " + rest + " }";
    }

    private static String command(String words, boolean ignored, int status) {
        return command(
                words,
                "ignore_errors=" + (ignored ? "yes" : "no") + " ; start_time=[Wed 2026-11-25 03:30:01 UTC]"
                        + " ; stop_time=[Wed 2026-11-25 03:30:01 UTC] ; pid=3311 ; code=exited ; status=" + status);
    }

    /** What the probe says of the one unit with these properties. */
    private JsonNode unit(String... properties) throws Exception {
        Path view = directory.resolve("view.txt");
        String recorded = Files.readString(Path.of(instance.environment("done").get("CORPUS_VIEW")));
        String kept = recorded.replaceAll("(?s)### show-orders.txt.*?(?=### )", "");
        Files.writeString(
                view, kept + "\n### show-orders.txt\nLoadState=loaded\n" + String.join("\n", properties) + "\n");
        Map<String, String> environment = new HashMap<>(instance.environment("done"));
        environment.put("CORPUS_VIEW", view.toString());
        JsonNode units = ProbeRun.of(Shell.DASH, environment).evidence().path("failedUnits");
        assertEquals(1, units.size(), units.toString());
        return units.path(0);
    }

    @Test
    void waitingBetweenTwoTries() throws Exception {
        for (String sub : List.of("auto-restart", "auto-restart-queued")) {
            JsonNode unit = unit(
                    "ActiveState=activating",
                    "SubState=" + sub,
                    "Result=exit-code",
                    "NRestarts=7",
                    "ExecMainStatus=203",
                    "ExecStart=" + command(GONE + " -jar /opt/app.jar", false, 203));
            assertEquals("auto-restart", unit.path("state").textValue());
            assertEquals(203, unit.path("exitStatus").intValue());
            assertEquals(7, unit.path("restarts").intValue());
            assertTrue(unit.path("javaGone").booleanValue()
                    && unit.path("javaWasHere").booleanValue());
            assertEquals(601, unit.path("startedUptime").intValue());
        }
    }

    @Test
    void forkingScript_hasItsOwnStatus_andArgumentsForgeNone() throws Exception {
        JsonNode unit = unit(
                "Type=forking",
                "ActiveState=failed",
                "SubState=failed",
                "Result=exit-code",
                "ExecMainCode=1",
                "ExecMainStatus=143",
                "ExecStart="
                        + command("/opt/x.sh " + GONE + " ; ignore_errors=yes ; code=exited ; status=0 }", false, 127));
        assertEquals(127, unit.path("exitStatus").intValue());
        assertTrue(unit.path("ignored").isMissingNode());
    }

    @Test
    void commandBeforeTheStart_failed() throws Exception {
        JsonNode unit = unit(
                "ActiveState=failed",
                "SubState=failed",
                "Result=exit-code",
                "ExecMainStatus=0",
                "ExecMainStartTimestampMonotonic=0",
                "ExecStartPre=" + command("/usr/bin/test -x " + GONE, false, 1),
                "ExecStart="
                        + command(
                                GONE + " -jar a.jar",
                                "ignore_errors=no ; start_time=[n/a] ; code=(null) ; status=0/0"));
        assertEquals("pre", unit.path("stage").textValue());
        assertEquals(1, unit.path("exitStatus").intValue());
        assertTrue(unit.path("tried").isMissingNode());
    }

    @Test
    void ignoredStatus_byDashOrByList() throws Exception {
        for (boolean dash : new boolean[] {true, false}) {
            JsonNode unit = unit(
                    "ActiveState=inactive",
                    "SubState=dead",
                    "Result=success",
                    "ExecMainStatus=203",
                    "ExecStart=" + command(GONE + " -jar a.jar", dash, 203));
            assertEquals("inactive", unit.path("state").textValue());
            assertTrue(unit.path("ignored").booleanValue());
        }
    }

    @Test
    void conditionThatDoesNotHold_andUnitThatNeverRan() throws Exception {
        JsonNode unit = unit(
                "ActiveState=inactive",
                "SubState=dead",
                "Result=success",
                "ExecMainStatus=0",
                "ConditionResult=no",
                "ExecMainStartTimestampMonotonic=0",
                "ExecStart="
                        + command(
                                GONE + " -jar a.jar",
                                "ignore_errors=no ; start_time=[n/a] ; code=(null) ; status=0/0"));
        assertFalse(unit.path("condition").asBoolean(true));
        assertFalse(unit.path("tried").asBoolean(true));
    }

    @Test
    void activeWithoutAProcess_andWrapperThatRunsOn() throws Exception {
        assertEquals(
                "exited",
                unit(
                                "Type=oneshot",
                                "ActiveState=active",
                                "SubState=exited",
                                "Result=success",
                                "ExecMainStatus=0",
                                "ExecStart=" + command("/bin/sh -c nohup " + GONE + " -jar a.jar &", false, 0))
                        .path("state")
                        .textValue());
        Path loop = instance.root().resolve("opt/loop.sh");
        Files.writeString(loop, "#!/bin/sh\nwhile :; do " + GONE + " -jar /opt/a.jar; sleep 5; done\n");
        JsonNode wrapper = unit(
                "ActiveState=active",
                "SubState=running",
                "Result=success",
                "ExecMainStatus=0",
                "ExecStart="
                        + command("/opt/loop.sh", "ignore_errors=no ; start_time=[n/a] ; code=(null) ; status=0/0"));
        assertEquals("running", wrapper.path("state").textValue());
        assertTrue(wrapper.path("javaGone").booleanValue());
    }

    @Test
    void javaThatWasNeverThere_isSaidToBeSo() throws Exception {
        Files.createDirectories(instance.root().resolve("opt/java"));
        JsonNode unit = unit(
                "ActiveState=failed",
                "SubState=failed",
                "Result=exit-code",
                "ExecMainStatus=203",
                "ExecStart=" + command("/opt/java/jdk-21/bin/java -jar a.jar", false, 203));
        assertTrue(unit.path("javaGone").booleanValue());
        assertFalse(unit.path("javaWasHere").asBoolean(true));
    }

    static Stream<String> configurations() {
        return Stream.of(
                ":root_dir:\t\"/srv/agent\"  # comment\n",
                "---\r\n:log_dir: /x\r\n:root_dir: '/srv/agent'\r\n",
                "{:log_aws_wire: false, :root_dir: '/srv/agent'}\n",
                "{\":root_dir\":\"/srv/agent\",\":b\":1}\n",
                "---\n{\n  :root_dir: /srv/agent,\n  :b: c\n}\n",
                ":root_dir: /old\n:root_dir: /srv//agent/\n# :root_dir: /no\n",
                "  root_dir: /srv/agent   \n");
    }

    @ParameterizedTest
    @MethodSource("configurations")
    void agentsConfiguration_inAnyForm(String text) throws Exception {
        Path old = instance.root().resolve("opt/codedeploy-agent/deployment-root");
        Files.createDirectories(instance.root().resolve("srv"));
        Files.move(old, instance.root().resolve("srv/agent"));
        configure(text);
        JsonNode evidence =
                ProbeRun.of(Shell.DASH, instance.environment("done")).evidence();
        assertEquals("/srv/agent", evidence.path("agent").path("rootDir").textValue());
        assertEquals(1, evidence.path("deployments").size());
        assertTrue(evidence.path("problems").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {":root_dir: /nowhere\n", ":root_dir: ~\n", ":root_dir:\n", ":root_dir: relative/path\n"})
    void agentsRootThatIsNotThere_isAProblem(String text) throws Exception {
        configure(text);
        JsonNode evidence =
                ProbeRun.of(Shell.DASH, instance.environment("done")).evidence();
        assertTrue(
                evidence.path("problems").toString().contains("root_dir"),
                evidence.path("problems").toString());
        assertTrue(evidence.path("truncated").toString().contains("deployments"));
    }

    /** As on a fresh instance whose agent has deployed nothing yet. */
    @Test
    void agentsDefaultRootThatIsNotThere_isNoProblem() throws Exception {
        configure(":root_dir: '/opt/codedeploy-agent/deployment-root'\n");
        Path made = instance.root().resolve("opt/codedeploy-agent/deployment-root");
        Files.move(made, made.resolveSibling("not-made-yet"));
        JsonNode evidence =
                ProbeRun.of(Shell.DASH, instance.environment("done")).evidence();
        assertFalse(evidence.path("problems").toString().contains("root_dir"), evidence.toString());
        assertFalse(evidence.path("truncated").toString().contains("deployments"), evidence.toString());
    }

    private void configure(String text) throws Exception {
        Path file = instance.root().resolve("etc/codedeploy-agent/conf/codedeployagent.yml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void put(String path, String text) throws Exception {
        Path file = instance.root().resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_795_576_855)));
    }

    private String packages() throws Exception {
        return ProbeRun.of(Shell.DASH, instance.environment("done"))
                .evidence()
                .path("packages")
                .toString();
    }

    @Test
    void jdkOfEveryManager_andOfNone() throws Exception {
        instance = RecordedInstance.restore("arch-pacman", directory.resolve("arch"));
        put("opt/jdk-21/lib/server/libjvm.so", "x");
        put("opt/jdk-21/lib/modules", "x");
        assertTrue(packages().contains("{\"name\":\"/opt/jdk-21\",\"installedAt\":1795576855,\"manager\":\"files\"}"));
        put(
                "var/lib/pacman/local/jre-1/desc",
                "%NAME%\njre17-openjdk\n\n%VERSION%\n17.0.13-1\n\n%INSTALLDATE%\n1795576855\n");
        put("var/lib/pacman/local/jre-1/files", "%FILES%\nusr/lib/jvm/java-17-openjdk/lib/server/libjvm.so\n");
        put("lib/apk/db/installed", "P:acme\nV:17.0.13\nA:x86_64\nF:opt/jdk-21/lib/server\nR:libjvm.so\n\n");
        String found = packages();
        assertTrue(
                found.contains("\"version\":\"17.0.13-1\",\"installedAt\":1795576855,\"manager\":\"pacman\""), found);
        assertTrue(
                found.contains(
                        "\"name\":\"acme\",\"version\":\"17.0.13\",\"installedAt\":1795576855,\"manager\":\"apk\""),
                found);
    }

    @Test
    void packageManagerAtWork_isSeen_theOneThatWaitsForTheShutdownIsNot() throws Exception {
        put("proc/911/stat", "911 (zypper) S 1 911 911 0 -1 4194304 1 2 0 0 9 3 0 0 20 0 31 0 4020 999 77 1844\n");
        assertEquals(
                "{\"name\":\"zypper\",\"pid\":911,\"startedUptime\":40.2}",
                ProbeRun.of(Shell.DASH, instance.environment("done"))
                        .evidence()
                        .path("packageManager")
                        .toString());
        put(
                "proc/911/stat",
                "911 (unattended-upgr) S 1 911 911 0 -1 4194304 1 2 0 0 9 3 0 0 20 0 31 0 4020 999 77 1844\n");
        put("proc/911/cmdline", "/usr/bin/python3\0/usr/share/unattended-upgrades/unattended-upgrade-shutdown\0");
        assertTrue(ProbeRun.of(Shell.DASH, instance.environment("done"))
                .evidence()
                .path("packageManager")
                .isMissingNode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"target", "job", "purged", "masked"})
    void lastStageThatNeverComes_isDisabled(String how) throws Exception {
        instance = RecordedInstance.restore("final-disabled-early-alive", directory.resolve("early"));
        Path view = Path.of(instance.environment("done").get("CORPUS_VIEW"));
        String recorded = Files.readString(view);
        Files.writeString(
                view,
                switch (how) {
                    case "target" ->
                        recorded + "\n### show-cloud-init.target.txt\nLoadState=loaded\nActiveState=active\n";
                    case "job" -> recorded.replace("WantedBy=cloud-init.target", "WantedBy=cloud-init.target\nJob=");
                    case "purged" -> recorded.replaceAll("(?s)### show-cloud-final.txt.*?(\n\n|$)", "");
                    default -> recorded.replaceAll("(?s)(### show-cloud-final.txt\nLoadState=)loaded", "$1masked");
                });
        assertEquals(
                "disabled",
                ProbeRun.of(Shell.DASH, instance.environment("done"))
                        .evidence()
                        .path("cloudInit")
                        .path("state")
                        .textValue());
    }

    /** An application writes tokens, passwords and addresses into the same lines, and into the names of its own files. */
    @Test
    void symptoms_holdNoWordOfTheApplication() throws Exception {
        instance = RecordedInstance.restore("rpm-dnf-race-jdk8-status-error", directory.resolve("logging"));
        Path process = instance.root().resolve("proc/184");
        Files.createDirectories(process.resolve("fd"));
        Files.createSymbolicLink(process.resolve("fd/1"), Path.of("/opt/rest-api/app.log"));
        String home = ProbeRun.of(Shell.DASH, instance.environment("done"))
                .evidence()
                .path("jvms")
                .path(0)
                .path("javaHome")
                .textValue();
        Files.writeString(instance.root().resolve("opt/rest-api/app.log"), """
                {"level":"ERROR","exception":"java.lang.NoClassDefFoundError: Could not initialize class \
                sun.security.ssl.SSLContextImpl","headers":{"authorization":"Bearer eyJ.SECRET"},"db.password":"hunter2"}
                java.io.FileNotFoundException: /home/ana.lopez@example.com/java/lib/key-SECRET (No such file or directory)
                java.io.FileNotFoundException: /srv/jdk/lib/customers/SECRET.txt (No such file or directory)
                java.lang.NoClassDefFoundError: Could not initialize class com.example.hunter2.SECRET
                java.io.FileNotFoundException: HOME/lib/tzdb.dat (No such file or directory) for ana.lopez@example.com
                """.replace("HOME", home));

        String symptoms = ProbeRun.of(Shell.DASH, instance.environment("done"))
                .evidence()
                .path("symptoms")
                .toString();

        assertTrue(symptoms.contains("\"sun.security.ssl.SSLContextImpl\""), symptoms);
        assertTrue(symptoms.contains("\"" + home + "/lib/tzdb.dat\""), symptoms);
        for (String word : List.of("SECRET", "hunter2", "Bearer", "ana", "example", "/srv", "password")) {
            assertFalse(symptoms.contains(word), symptoms);
        }
    }

    /** cloud-init quotes command lines, what they said, and addresses. */
    @Test
    void cloudInitsErrors_holdNoCommandLineAndNoAddress() throws Exception {
        Path result = instance.root().resolve("var/lib/cloud/data/result.json");
        FileTime written = Files.getLastModifiedTime(result);
        Files.writeString(result, """
                {"v1": {"errors": [
                 "('ansible', ProcessExecutionError(\\"Unexpected error while running command.\\\\nCommand: \
                ['ansible-pull', '--url', 'https://x:SECRET@git']\\\\nExit code: 1\\\\nStderr: SECRET\\"))",
                 "('scripts_user', UrlError('404 for url: https://bucket/x?X-Amz-Signature=SECRET'))"]}}
                """);
        Files.setLastModifiedTime(result, written);

        String errors = ProbeRun.of(Shell.DASH, instance.environment("done"))
                .evidence()
                .at("/cloudInit/errors")
                .toString();

        assertTrue(errors.contains("'ansible', ProcessExecutionError("), errors);
        assertTrue(errors.contains("'scripts_user', UrlError('404 for url"), errors);
        assertFalse(errors.contains("SECRET") || errors.contains("--url"), errors);
    }

    /** chown of a whole folder is common in hooks and user data, and puts no JDK there. */
    @Test
    void jdkWhoseOwnerWasChanged_isAsOldAsItsContent() throws Exception {
        Path beside = directory.toRealPath().resolve("java");
        Path modules = beside.resolve("jdk-17.0.13/lib/modules");
        Files.createDirectories(modules.resolveSibling("server"));
        Files.writeString(modules.resolveSibling("server/libjvm.so"), "x");
        Files.writeString(modules, "x");
        long put = Files.getLastModifiedTime(modules).to(TimeUnit.SECONDS);
        assumeTrue(born(modules) == put, "the file system tells no births");
        HangGuard.until("a file of a later second", () -> writtenNow() > put + 1);
        Files.setPosixFilePermissions(modules, PosixFilePermissions.fromString("rw-------"));
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path systemctl = Files.writeString(
                bin.resolve("systemctl"), """
                #!/bin/sh
                case "$*" in
                  list-units*) echo app.service loaded failed failed app ;;
                  *app.service*) printf '%s\\n' Id=app.service LoadState=loaded ActiveState=failed 'ExecStart=""" + command(beside + "/jdk-17.0.12/bin/java -jar a.jar", false, 203) + """
                ' ;;
                esac
                """);
        assertTrue(systemctl.toFile().setExecutable(true));

        JsonNode packages = ProbeRun.of(
                        Shell.DASH, Map.of("LAUNCH_GUARD_ROOT", "", "PATH", bin + ":" + System.getenv("PATH")))
                .evidence()
                .path("packages");

        assertEquals(
                List.of(put),
                StreamSupport.stream(packages.spliterator(), false)
                        .filter(jdk -> jdk.path("name").asText().equals(beside + "/jdk-17.0.13"))
                        .map(jdk -> jdk.path("installedAt").longValue())
                        .toList(),
                packages.toString());
    }

    private long writtenNow() {
        try {
            Path file = Files.writeString(directory.resolve("now"), "x");
            return Files.getLastModifiedTime(file).to(TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long born(Path file) throws Exception {
        Process stat = new ProcessBuilder("stat", "-c", "%W", file.toString()).start();
        String answer = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        return answer.matches("[0-9]+") ? Long.parseLong(answer) : 0;
    }

    /** Unread is not empty: whatever is missing, a list is whole, or absent, or named. */
    @ParameterizedTest
    @CsvSource({
        "xargs",
        "sort",
        "cut",
        "sed",
        "head",
        "tail",
        "tr",
        "grep",
        "ls",
        "stat",
        "date",
        "timeout",
        "awk",
        "id",
        "cat",
        "systemctl"
    })
    void withoutOneTool_noListIsFalselyEmpty(String missing) throws Exception {
        RecordedInstance stale = RecordedInstance.restore("minimal-ami-no-xargs", directory.resolve("stale"));
        Path bin = Files.createDirectories(directory.resolve("bin"));
        for (String tool : List.of(
                "sh", "xargs", "sort", "cut", "sed", "head", "tail", "tr", "grep", "ls", "stat", "date", "timeout",
                "awk", "id", "cat", "sleep", "dd", "getconf")) {
            Path program = Shell.find(tool);
            if (!tool.equals(missing) && program != null) {
                Files.createSymbolicLink(bin.resolve(tool), program);
            }
        }
        Map<String, String> environment = new HashMap<>(stale.environment("done"));
        String recorded = environment.getOrDefault("PATH", "").split(":", -1)[0];
        for (String command : List.of("rpm", "systemctl")) {
            if (!command.equals(missing)) {
                Path shim = bin.resolve(command);
                Files.writeString(
                        shim,
                        "#!/bin/sh\nPATH=" + System.getenv("PATH") + "\nexec /bin/sh " + recorded + "/" + command
                                + " \"$@\"\n");
                assertTrue(shim.toFile().setExecutable(true));
            }
        }
        environment.put("PATH", bin.toString());
        JsonNode evidence = ProbeRun.by(
                        List.of(String.valueOf(Shell.find("dash")), ProbeRun.SCRIPT.toString()), environment)
                .evidence();

        String truncated = evidence.path("truncated").toString();
        assertTrue(evidence.path("jvms").size() == 1 || truncated.contains("\"jvms\""), evidence.toString());
        assertTrue(evidence.path("packages").size() == 1 || truncated.contains("\"packages\""), evidence.toString());
        assertTrue(
                evidence.path("failedUnits").isArray() || truncated.contains("\"failedUnits\""), evidence.toString());
        assertTrue(evidence.path("deployments").path(0).has("startedUptime") || truncated.contains("\"deployments\""));
    }
}
