package launchguard.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import launchguard.corpus.RecordedInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile and broken instances: on each the probe must end, and its output must fit and be readable. */
@Tag("verify")
class HostileInstanceTest {
    /** Of processor time, for the largest inputs; usual is a second or two. */
    private static final double MOST_SECONDS = 15;

    private static final String JDK_8 = "/usr/lib/jvm/java-1.8.0-openjdk-1.8.0.162.b12-1.amzn2.0.1.x86_64/jre";

    @TempDir
    Path root;

    @BeforeEach
    void bootedTenMinutesAgo() throws IOException {
        write("proc/uptime", "600.00 600.00\n");
        write("proc/stat", "cpu 1 2 3\nbtime " + (System.currentTimeMillis() / 1000 - 600) + "\n");
    }

    @EachProbeShell
    void emptyRoot_saysWhatIsMissing(Shell shell, @TempDir Path nothing) throws Exception {
        var evidence = ProbeRun.of(shell, environment(nothing)).evidence();

        assertEquals("absent", evidence.at("/cloudInit/state").textValue());
        assertProblem(evidence, "no clock");
        assertProblem(evidence, "no /proc");
        assertTrue(evidence.path("packages").isMissingNode());
    }

    @EachProbeShell
    void hundredsOfJvmsAndDeployments_areCutHealthyOnesFirst(Shell shell) throws Exception {
        for (var pid = 1000; pid < 1300; pid++) {
            jvm(pid, "/opt/\"b\\" + "x".repeat(150) + pid, pid == 1250);
        }
        for (var i = 0; i < 300; i++) {
            write(deployment("group-" + i, "d-" + i) + "/logs/scripts.log", "x");
        }
        write(deployment("group-7", "d-ASKED7") + "/logs/scripts.log", "x");
        // On a busy machine the files took a minute, and those from after the instance's clock would not count.
        bootedTenMinutesAgo();

        var run = ProbeRun.of(shell, environment(root), "--deployment", "d-ASKED7");

        var evidence = run.evidence();
        assertEquals(1250, evidence.at("/jvms/0/pid").intValue());
        assertEquals(0, evidence.at("/jvms/0/exeLinks").intValue());
        assertEquals("d-ASKED7", evidence.at("/deployments/0/deploymentId").textValue());
        assertTrue(evidence.path("truncated").toString().contains("\"jvms\""));
        assertTrue(evidence.path("truncated").toString().contains("\"deployments\""));
    }

    @EachProbeShell
    void namesMadeToBreakReaders_areOneLineOfAscii(Shell shell) throws Exception {
        jvm(1000, "/opt/\"}],\u0001\u001f\t\u00c3\u00a9\u00ff$(touch x)`id`", true);
        write("proc/1000/stat", "1000 (java) S 1\n) (x\"\n) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 5020 1 2 3\n");
        write("proc/1000/cgroup", "0::/system.slice/evil\"\\x2d\u00e9.service\n");

        var jvm = ProbeRun.of(shell, environment(root)).evidence().at("/jvms/0");

        assertEquals(50.2, jvm.path("startedUptime").doubleValue());
        assertEquals("evil\"\\x2d?.service", jvm.path("unit").textValue());
        assertTrue(jvm.path("exe").textValue().startsWith("/opt/\"}],"), jvm::toString);
    }

    @EachProbeShell
    void fifosLoopsDirectoriesAndHugeFilesWhereLogsShouldBe_neitherHangNorCount(Shell shell) throws Exception {
        fifo("var/log/cloud-init.log");
        fifo("opt/codedeploy-agent/deployment-root/deployment-logs/codedeploy-agent-deployments.log");
        fifo("opt/codedeploy-agent/deployment-root/deployment-instructions/g_most_recent_install");
        fifo("etc/codedeploy-agent/conf/codedeployagent.yml");
        link("etc/os-release", "os-release");
        Files.createDirectories(root.resolve("var/lib/cloud/instances/i-1/boot-finished"));
        jvm(1000, JDK_8, false);
        fifo("var/log/app.fifo");
        link("proc/1000/fd/1", "/var/log/app.fifo");
        link("proc/1000/fd/2", "/dev/zero");
        link("proc/1000/fd/9", "/var/log/huge.log");
        hugeFileThatEndsWith(
                "var/log/huge.log", "\nCaused by: java.lang.UnsatisfiedLinkError: no net in java.library.path\n");

        var evidence = ProbeRun.of(shell, environment(root)).evidence();

        assertEquals(1, evidence.path("jvms").size());
        assertEquals(
                List.of("java.lang.UnsatisfiedLinkError"),
                evidence.path("symptoms").findValuesAsText("exception"));
        assertEquals(List.of("net"), evidence.path("symptoms").findValuesAsText("missing"));
    }

    @Test
    void aMillionLinesOfLog_costLittle() throws Exception {
        write("run/cloud-init/status.json", "{}");
        var line = "2026-11-22 22:11:05,487 - subp.py[DEBUG]: Running command ['dnf', '-y', 'upgrade'] with x\n";
        write("var/log/cloud-init.log", line.repeat(1_000_000));

        var run = ProbeRun.timed(Shell.SH, environment(root));

        run.evidence();
        assertTrue(run.processorSeconds() < MOST_SECONDS, run.messages());
    }

    /** JDKs are folders: what else lies where they are put, such as uploads in /opt, is not looked at one by one. */
    @Test
    void manyFilesWhereJdksAreLookedFor_costLittle() throws Exception {
        var without = ProbeRun.timed(Shell.SH, environment(root)).processorSeconds();
        var uploads = Files.createDirectories(root.resolve("opt/uploads"));
        for (var i = 0; i < 60_000; i++) {
            Files.createFile(uploads.resolve("file-" + i));
        }

        var run = ProbeRun.timed(Shell.SH, environment(root));

        run.evidence();
        // Half of what one look at each of them took.
        assertTrue(run.processorSeconds() < without + 0.3, without + " s, then " + run.processorSeconds());
    }

    @Test
    void archiveOfManyTexts_isReadInOneGo() throws Exception {
        write("opt/codedeploy-agent/deployment-root/deployment-instructions/g_most_recent_install", "/x/g/d-1");
        for (var i = 0; i < 140; i++) {
            write(
                    "opt/codedeploy-agent/deployment-root/g/d-1/deployment-archive/conf/" + i + ".conf",
                    i == 99 ? "JAVA_HOME=/opt/jdk\n" : "x=y");
        }
        var started = root.resolve("started");
        var bin = Files.createDirectories(root.resolve("bin"));
        var head = Files.writeString(
                bin.resolve("head"), "#!/bin/sh\necho x >>'" + started + "'\nexec " + Shell.find("head") + " \"$@\"\n");
        assertTrue(head.toFile().setExecutable(true));

        var evidence = ProbeRun.of(Shell.SH, environmentWith(bin)).evidence();

        assertTrue(evidence.at("/deployments/0/namesJava").booleanValue(), evidence.toString());
        var programs = Files.readAllLines(started).size();
        assertTrue(programs < 40, programs + " times head");
    }

    @EachProbeShell
    void withoutAwk_saysSo(Shell shell) throws Exception {
        var tools = toolsWithout("awk");

        var evidence = ProbeRun.of(shell, Map.of("PATH", tools, "LAUNCH_GUARD_ROOT", root.toString()))
                .evidence();

        assertProblem(evidence, "awk is not in PATH");
    }

    @EachProbeShell
    void whoeverStartsIt_itsZoneAndLocaleCountForNothing(Shell shell, @TempDir Path other) throws Exception {
        var instance = RecordedInstance.restore("rpm-after-local-redeploy", other);
        var usual = ProbeRun.of(shell, instance.environment("done")).output();
        var strange = Map.of(
                "Asia/Tokyo",
                "tr_TR.UTF-8",
                "XYZ-14",
                "ja_JP.eucJP",
                ":/no/such/file",
                "no_such_locale",
                "",
                "C.UTF-8");
        for (var zone : strange.keySet()) {
            var locale = strange.getOrDefault(zone, "");
            var environment = new HashMap<>(instance.environment("done"));
            environment.putAll(Map.of("TZ", zone, "LANG", locale, "LC_ALL", locale, "LC_NUMERIC", locale));
            environment.putAll(Map.of("POSIXLY_CORRECT", "1", "IFS", "x", "GREP_OPTIONS", "-v", "CDPATH", "/"));

            assertEquals(usual, ProbeRun.of(shell, environment).output(), zone + " " + locale);
        }
    }

    @EachProbeShell
    void rpmThatHangsOnALock_isGivenUp(Shell shell) throws Exception {
        var bin = root.resolve("recorded-bin");
        executable(bin.resolve("rpm"), "#!/bin/sh\nexec sleep 1000\n");
        // The probe's ten seconds, made one.
        executable(bin.resolve("timeout"), "#!/bin/sh\nshift\nexec " + Shell.find("timeout") + " 1 \"$@\"\n");

        var evidence = ProbeRun.of(shell, environmentWith(bin)).evidence();

        assertProblem(evidence, "rpm gave no answer");
        assertTrue(evidence.path("packages").isMissingNode());
    }

    @EachProbeShell
    void filesThatOnlyRootMayRead_areNamed(Shell shell, @TempDir Path other) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can become somebody else");
        assumeTrue(Shell.find("setpriv") != null, "setpriv is not installed");
        jvm(1000, JDK_8, true);
        write("var/lib/cloud/instances/i-1/boot-finished", "70.00 - x - v. 1\n");
        write("etc/os-release", "ID=amzn\n");
        for (var file : List.of("var/lib/cloud/instances/i-1/boot-finished", "proc/1000/maps")) {
            Files.setPosixFilePermissions(root.resolve(file), Set.of());
        }
        for (var folder : List.of(root, other)) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        var script = Files.copy(ProbeRun.SCRIPT, other.resolve("probe.sh"));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-r--r--"));

        var evidence = ProbeRun.by(asNobody(shell, script), environment(root)).evidence();

        assertProblem(evidence, "not readable: /var/lib/cloud/instances/i-1/boot-finished");
    }

    @Test
    void procThatHidesOtherUsersProcesses_isSaid(@TempDir Path other) throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount");
        assumeTrue(Shell.find("setpriv") != null && Shell.find("unshare") != null, "util-linux is not installed");
        var tried = new ProcessBuilder("unshare", "-m", "-p", "-f", "--mount-proc", "true").start();
        assumeTrue(tried.waitFor() == 0, "this machine allows no namespaces");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
        var script = Files.copy(ProbeRun.SCRIPT, other.resolve("probe.sh"));
        var inside =
                "mount -o remount,hidepid=2 /proc && sleep 5 & exec " + String.join(" ", asNobody(Shell.SH, script));

        var evidence = ProbeRun.by(
                        List.of("unshare", "-m", "-p", "-f", "--mount-proc", "sh", "-c", inside),
                        Map.of("LAUNCH_GUARD_ROOT", ""))
                .evidence();

        assertProblem(evidence, "not run as root");
        assertTrue(evidence.path("jvms").isEmpty());
    }

    private static List<String> asNobody(Shell shell, Path script) {
        var command = new ArrayList<>(List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"));
        command.addAll(shell.command());
        command.add(script.toString());
        return command;
    }

    @EachProbeShell
    void whereNothingCanBeWritten_nothingIsMissed(Shell shell, @TempDir Path other) throws Exception {
        var instance = RecordedInstance.restore("rpm-after-local-redeploy", other);
        var usual = ProbeRun.of(shell, instance.environment("done")).output();
        // A file that grows beyond nothing is refused by the kernel: as on a full disk.
        var command = "ulimit -f 0; exec " + String.join(" ", shell.command()) + " " + ProbeRun.SCRIPT;

        assertEquals(
                usual,
                ProbeRun.by(List.of("sh", "-c", command), instance.environment("done"))
                        .output());
    }

    @Test
    void fiveThousandProcesses_oneOfThemAJvm() throws Exception {
        for (var pid = 10_000; pid < 15_000; pid++) {
            write("proc/" + pid + "/stat", pid + " (x) S 1\n");
            write("proc/" + pid + "/maps", "7f00-7f01 r-xp 0000 fe:00 12     /usr/bin/x\n");
        }
        jvm(9_000, JDK_8, true);

        var run = ProbeRun.timed(Shell.SH, environment(root));

        assertEquals(List.of("9000"), run.evidence().path("jvms").findValuesAsText("pid"));
        assertTrue(run.processorSeconds() < MOST_SECONDS, run.messages());
    }

    @Test
    void processesThatComeAndGo_areNoTrouble() throws Exception {
        var churn = new ProcessBuilder("sh", "-c", "while :; do (exec sleep 0.01) & sleep 0.001; done").start();
        try {
            for (var i = 0; i < 3; i++) {
                var evidence =
                        ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();
                var mine = ProcessHandle.current().pid();
                assertTrue(evidence.path("jvms").findValuesAsText("pid").contains(String.valueOf(mine)));
            }
        } finally {
            churn.destroyForcibly();
        }
    }

    @EachProbeShell
    void longCommandLines_andListsOfDeployedFilesThatAreNone(Shell shell) throws Exception {
        var instructions = "opt/codedeploy-agent/deployment-root/deployment-instructions/";
        for (var group : List.of("a", "b", "c", "d")) {
            write(instructions + group + "_most_recent_install", "/x/" + group + "/d-1");
        }
        write(instructions + "a-cleanup", "/opt/a\n");
        fifo(instructions + "b-cleanup");
        Files.createDirectories(root.resolve(instructions + "c-cleanup"));
        link(instructions + "d-cleanup", "/dev/zero");
        jvm(1000, JDK_8, true);
        write("proc/1000/cmdline", "java\0" + "/x:".repeat(40_000) + "\n\0/opt/a/a.jar\0");
        jvm(1001, JDK_8, true);
        write("proc/1001/cmdline", "java\0-jar\0/opt/a/\u00c3\"\\\n.jar\0");
        link("proc/1000/cwd", "/opt/a/\n\"x");

        var jvms = ProbeRun.of(shell, environment(root)).evidence().path("jvms");

        assertEquals(2, jvms.size());
        assertEquals("a", jvms.get(1).path("groupId").textValue());
    }

    @Test
    void listsOfDeployedFilesThatAreTooLong_nameNoGroup() throws Exception {
        var instructions = "opt/codedeploy-agent/deployment-root/deployment-instructions/";
        for (var group : List.of("a", "b")) {
            write(instructions + group + "_most_recent_install", "/x/" + group + "/d-1");
            write(instructions + group + "-cleanup", "/opt/" + group + "/some-module-of-it.js\n".repeat(60_000));
        }
        jvm(1000, JDK_8, true);
        link("proc/1000/cwd", "/opt/a");

        var evidence = ProbeRun.of(Shell.SH, environment(root)).evidence();

        assertProblem(evidence, "too long");
        assertTrue(evidence.at("/jvms/0/groupId").isMissingNode());
    }

    @Test
    void withoutOtherTools_saysSo() throws Exception {
        var tools = toolsWithout("stat", "grep", "tr");

        var evidence = ProbeRun.of(Shell.SH, Map.of("PATH", tools, "LAUNCH_GUARD_ROOT", root.toString()))
                .evidence();

        assertProblem(evidence, "stat is not in PATH");
        assertProblem(evidence, "grep is not in PATH");
        assertTrue(evidence.path("jvms").isMissingNode());
        assertTrue(evidence.path("truncated").toString().contains("\"jvms\""));
    }

    @EachProbeShell
    void whatIsNotAnArgumentOfTheProbe_isRefused(Shell shell) throws Exception {
        var refused = Stream.of(
                "--wait",
                "--wait -1",
                "--wait 1x",
                "--wait 999999",
                "--deployment x;id",
                "--deployment d-",
                "-v",
                "x y");
        for (var arguments : refused.toList()) {
            var run = ProbeRun.of(shell, environment(root), arguments.split(" ", -1));

            assertEquals(2, run.exitCode(), arguments);
            assertEquals("", run.output());
            assertTrue(run.messages().startsWith("usage: "), run.messages());
        }
    }

    @EachProbeShell
    void wait_endsWithinASecondOfCloudInit(Shell shell) throws Exception {
        var bin = recordingCommands("""
                #!/bin/sh
                echo x >>"$0.calls"
                if [ "$(wc -l <"$0.calls")" -eq 7 ]; then
                  : >"$LAUNCH_GUARD_ROOT/run/cloud-init/result.json"
                  : >"$0.finished"
                fi
                """);

        var evidence = ProbeRun.of(shell, environmentWith(bin), "--wait", "60", "--deployment", "")
                .evidence();

        assertEquals("done", evidence.at("/cloudInit/state").textValue());
        assertEquals(12.5, evidence.at("/cloudInit/finishedUptime").doubleValue());
        assertEquals(7, Files.readAllLines(bin.resolve("sleep.calls")).size());
    }

    @EachProbeShell
    void wait_endsWhenItsTimeIsOver(Shell shell) throws Exception {
        var bin = recordingCommands("#!/bin/sh\necho x >>\"$0.calls\"\n");

        var evidence = ProbeRun.of(shell, environmentWith(bin), "--wait", "08").evidence();

        assertEquals("running", evidence.at("/cloudInit/state").textValue());
        assertEquals(8, Files.readAllLines(bin.resolve("sleep.calls")).size());
    }

    private Path recordingCommands(String sleep) throws IOException {
        Files.createDirectories(root.resolve("run/cloud-init"));
        var bin = root.resolve("recorded-bin");
        executable(bin.resolve("sleep"), sleep);
        executable(bin.resolve("systemctl"), """
                #!/bin/sh
                case "$*" in *cloud-final*) ;; *) exit 0 ;; esac
                echo LoadState=loaded
                if [ -e "${0%/*}/sleep.finished" ]; then
                  printf '%s\\n' ActiveState=active ExecMainExitTimestampMonotonic=12500000
                else
                  printf '%s\\n' ActiveState=activating ExecMainExitTimestampMonotonic=0
                fi
                """);
        return bin;
    }

    private Map<String, String> environmentWith(Path bin) {
        var environment = new HashMap<>(environment(root));
        environment.merge("PATH", bin.toString(), (path, first) -> first + ":" + path);
        return environment;
    }

    private static Map<String, String> environment(Path root) {
        return new RecordedInstance(root).environment("none");
    }

    private void jvm(int pid, String javaHome, boolean stale) throws IOException {
        var mark = stale ? " (deleted)" : "";
        var numbers = IntStream.range(5, 22).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        write("proc/" + pid + "/stat", pid + " (java) S 1 " + numbers + " 4200 1 2 3\n");
        write("proc/" + pid + "/cgroup", "0::/system.slice/app.service\n");
        write(
                "proc/" + pid + "/maps",
                Stream.of("lib/amd64/server/libjvm.so", "lib/amd64/libjava.so", "lib/rt.jar")
                        .map(file -> "7f00-7f01 r-xp 0000 fe:00 12     " + javaHome + "/" + file + mark + "\n")
                        .collect(Collectors.joining()));
        write("proc/" + pid + "/exe", javaHome + "/bin/java" + mark);
    }

    private static String deployment(String group, String id) {
        return "opt/codedeploy-agent/deployment-root/" + group + "/" + id;
    }

    private void write(String file, String text) throws IOException {
        var path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text, ISO_8859_1);
    }

    private void link(String file, String target) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.createSymbolicLink(root.resolve(file), Path.of(target));
    }

    private void fifo(String file) throws Exception {
        Files.createDirectories(root.resolve(file).getParent());
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", root.resolve(file).toString())
                        .start()
                        .waitFor());
    }

    private void hugeFileThatEndsWith(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        try (var sparse = new RandomAccessFile(root.resolve(file).toFile(), "rw")) {
            sparse.seek(10L << 30);
            sparse.write(text.getBytes(ISO_8859_1));
        }
    }

    private static void executable(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    /** A folder of links to the tools that the probe uses, without some of them. */
    private String toolsWithout(String... missing) throws IOException {
        var bin = Files.createDirectories(root.resolve("tools"));
        var wanted = List.of(
                "sh", "dash", "bash", "busybox", "mksh", "posh", "awk", "sed", "grep", "head", "tail", "tr", "ls",
                "xargs", "sort", "cut", "stat", "date", "cat", "printf", "sleep", "timeout", "true");
        for (var tool : wanted) {
            var program = Shell.find(tool);
            if (program != null && !List.of(missing).contains(tool)) {
                Files.createSymbolicLink(bin.resolve(tool), program);
            }
        }
        return bin.toString();
    }

    private static void assertProblem(JsonNode evidence, String words) {
        assertTrue(evidence.path("problems").toString().contains(words), () -> words + " not in " + evidence);
    }
}
