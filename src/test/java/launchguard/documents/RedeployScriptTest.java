package launchguard.documents;

import static launchguard.documents.RepairedInstance.DEPLOYMENTS;
import static launchguard.documents.RepairedInstance.GROUP;
import static launchguard.documents.RepairedInstance.INSTRUCTIONS;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import launchguard.HangGuard;
import launchguard.Thorough;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** redeploy.sh: each exit code, under each shell; what it lets happen and what it does not. */
@Tag("verify")
class RedeployScriptTest extends RepairScriptContract {
    private static final String ARCHIVE = DEPLOYMENTS + "/" + GROUP + "/d-4XAMPLE01/deployment-archive";

    RedeployScriptTest() {
        super("redeploy.sh", "outcome", REDEPLOY);
    }

    private Ended redeploy() {
        return run("sh");
    }

    private static String[] request(int index, String value) {
        String[] request = REDEPLOY.clone();
        request[index] = value;
        return request;
    }

    @EachRepairShell
    void repairsAndProvesIt(String shell) {
        Ended ended = run(shell);
        assertEquals(0, ended.code(), ended.output());
        assertEquals("launch-guard: result proved", ended.lastLine());
        String call = "codedeploy-local -t directory -l " + instance.path(ARCHIVE) + " -g " + GROUP
                + " -d prod -a rest-api -b OVERWRITE";
        assertEquals(List.of(call), instance.changes());
        assertTrue(instance.read(INSTRUCTIONS + "_last_successful_install").endsWith("/d-LOCAL0001-local"));
        assertFalse(Files.exists(instance.path("run/launch-guard.out")));
    }

    @EachRepairShell
    void findsNothingToDoTheSecondTime(String shell) {
        redeploy();
        var before = instance.files();
        Ended again = run(shell);
        assertEquals(0, again.code(), again.output());
        assertEquals("launch-guard: result nothing-to-do", again.lastLine());
        assertEquals(before, instance.files());
        assertEquals(1, instance.changes().size());
    }

    static List<Guard> guards() {
        return List.of(
                new Guard(
                        10,
                        "precondition",
                        "no codedeploy-local",
                        i -> i.delete("opt/codedeploy-agent/bin/codedeploy-local")),
                new Guard(
                        10,
                        "precondition",
                        "no agent configuration",
                        i -> i.delete("etc/codedeploy-agent/conf/codedeployagent.yml")),
                new Guard(
                        10,
                        "precondition",
                        "another deployments folder",
                        i -> i.replace(
                                "etc/codedeploy-agent/conf/codedeployagent.yml", "/deployment-root", "/elsewhere")),
                new Guard(
                        10,
                        "precondition",
                        "the agent is not root",
                        i -> i.unit("codedeploy-agent.service", "User=deploy")),
                new Guard(
                        10,
                        "precondition",
                        "the agent of init.d is not root",
                        i -> i.write("etc/init.d/codedeploy-agent", "CODEDEPLOY_USER=\"deploy\"\n")),
                new Guard(
                        11,
                        "busy",
                        "the last stage of cloud-init",
                        i -> i.unit("cloud-final.service", "ActiveState=activating")),
                new Guard(
                        11,
                        "busy",
                        "an earlier stage of cloud-init",
                        i -> i.unit("cloud-config.service", "ActiveState=activating")),
                new Guard(
                        11,
                        "busy",
                        "a stage of cloud-init is queued",
                        i -> i.unit("cloud-final.service", "ActiveState=inactive", "Job=123")),
                new Guard(11, "busy", "yum", i -> i.process(300, "yum")),
                new Guard(11, "busy", "dpkg", i -> i.process(300, "dpkg")),
                new Guard(12, "deploying", "a deployment", i -> {
                    i.write(DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02", "aws:hci:d-4XAMPLE02/2");
                    i.age(
                            DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02",
                            i.now().minus(Duration.ofMinutes(5)));
                }),
                new Guard(13, "not-diagnosed", "another revision", i -> {
                    i.replace(INSTRUCTIONS + "_last_successful_install", "d-4XAMPLE01", "d-4XAMPLE02");
                    i.replace(INSTRUCTIONS + "_most_recent_install", "d-4XAMPLE01", "d-4XAMPLE02");
                }),
                new Guard(
                        13,
                        "not-diagnosed",
                        "most recent is not last successful",
                        i -> i.replace(INSTRUCTIONS + "_most_recent_install", "d-4XAMPLE01", "d-4XAMPLE02")),
                new Guard(
                        13,
                        "not-diagnosed",
                        "no last successful",
                        i -> i.delete(INSTRUCTIONS + "_last_successful_install")),
                new Guard(13, "not-diagnosed", "no appspec", i -> i.delete(ARCHIVE + "/appspec.yml")),
                new Guard(13, "not-diagnosed", "a source is gone", i -> i.delete(ARCHIVE + "/app.jar")),
                new Guard(13, "not-diagnosed", "a hook's script is gone", i -> i.delete(ARCHIVE + "/scripts/start.sh")),
                new Guard(13, "not-diagnosed", "a file of a listed folder is gone", i -> {
                    i.replace(ARCHIVE + "/appspec.yml", "source: app.jar", "source: /");
                    i.delete(ARCHIVE + "/app.jar");
                }),
                new Guard(
                        13,
                        "not-diagnosed",
                        "an appspec that cannot be read",
                        i -> i.replace(ARCHIVE + "/appspec.yml", "source: app.jar", "source:\n      app.jar")));
    }

    static Stream<Arguments> guardsByShell() {
        return underEachShell(guards());
    }

    @EachRepairShell
    void saysThatTheApplicationMayBeDown(String shell) {
        outcome("apphook-fails");
        Ended ended = run(shell);
        assertEquals(20, ended.code(), ended.output());
        assertTrue(ended.output().contains("launch-guard: | "), ended.output());
        assertTrue(ended.output().contains("[stderr]starting failed ?[31mbadly?[0m"), "no control characters");
        assertEquals("launch-guard: result failed", ended.lastLine());
    }

    @Test
    void saysSoToo_whenTheCopyFailed() {
        outcome("archive-broken");
        assertEquals(20, redeploy().code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed-after", "dies-later", "beside"})
    void doesNotBelieveSuccess_when(String outcome) {
        outcome(outcome);
        assertEquals(21, redeploy().code());
    }

    @EachRepairShell
    void doesNotActBesideAnotherRepair(String shell) throws Exception {
        instance.write("stand-in/hold", "");
        Process first = instance.start(shell, "redeploy.sh", REDEPLOY);
        HangGuard.until("the first deployment", () -> !instance.changes().isEmpty());
        Ended second = run(shell);
        Ended restart = instance.run(shell, "restart.sh", "184", "1075");
        instance.delete("stand-in/hold");
        Ended firstEnded = RepairedInstance.finish(first);
        assertAll(
                () -> assertEquals(75, second.code(), second.output()),
                () -> assertEquals("launch-guard: result repair-running", second.lastLine()),
                () -> assertEquals(75, restart.code(), restart.output()),
                () -> assertEquals(0, firstEnded.code(), firstEnded.output()),
                () -> assertEquals(1, instance.changes().size()));
    }

    /** T5: with descriptor 9 inherited, every later repair would be refused for as long as the application lives. */
    @EachRepairShell
    void handsOnNothingOfItsOwn(String shell) {
        instance.write("etc/profile", "JAVA_HOME=/usr/lib/jvm/jre\nset -- clobbered\n");
        Ended ended = run(shell);
        assertEquals(0, ended.code(), ended.output());
        assertFalse(instance.read("stand-in/inherited-descriptors").lines().anyMatch("9"::equals));
        String environment = instance.read("stand-in/inherited-environment");
        assertTrue(environment.contains("AGENT_SETTING=as the unit has it\n"), environment);
        assertFalse(environment.contains("JAVA_HOME"), "the profile, where the agent's own environment can be read");
        assertFalse(environment.contains("launch_guard"));
        assertFalse(environment.contains("group_id"));
        assertEquals("0022", instance.read("stand-in/inherited-umask").strip());
    }

    /** Each value and each place of it in each build, the other pairs in the long run. */
    static Stream<Arguments> hostileValues() {
        List<String> hostile = List.of(
                "",
                "' ; touch /tmp/x; '",
                "$(reboot)",
                "`reboot`",
                "a\nb",
                "; rm -rf /",
                "../../etc",
                "-l",
                "a b",
                "\u00e9",
                "a".repeat(101));
        return Thorough.part(
                Stream.of(0, 1, 2, 3, 4, 5)
                        .flatMap(index -> hostile.stream().map(value -> Arguments.of(index, value)))
                        .toList(),
                2)
                .stream();
    }

    @ParameterizedTest
    @Tag("thorough")
    @MethodSource("hostileValues")
    void refusesValuesThatAreNotNames(int index, String value) {
        var before = instance.files();
        Ended ended = instance.run("sh", "redeploy.sh", request(index, value));
        assertAll(
                () -> assertEquals(10, ended.code(), ended.output()),
                () -> assertEquals("launch-guard: result precondition", ended.lastLine()),
                () -> assertEquals(2, ended.output().lines().count(), ended.output()),
                () -> assertEquals(before, instance.files()),
                () -> assertEquals(List.of(), instance.changes()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"184:", ":1075", "184,", ",184", "184,,185", "184:1075:3", "184 185", "99999999999999999999"})
    void refusesInvalidListsOfProcesses(String pids) {
        assertEquals(10, instance.run("sh", "redeploy.sh", request(4, pids)).code());
    }

    @Test
    void refusesTooFewValues() {
        assertEquals(10, instance.run("sh", "redeploy.sh", GROUP, "d-4XAMPLE01").code());
    }

    @Test
    void takesBarePids() {
        Ended ended = instance.run("sh", "redeploy.sh", request(4, "184,4711"));
        assertEquals(0, ended.code(), ended.output());
        assertEquals("launch-guard: result proved", ended.lastLine());
    }

    @Test
    void aPidThatWasUsedAgainIsNotTheDiagnosedProcess() {
        Ended ended = instance.run("sh", "redeploy.sh", request(4, "184:1074"));
        assertEquals(13, ended.code(), ended.output());
        assertEquals(List.of(), instance.changes());
    }

    @Test
    void leavesOtherGroupsStaleJvmsAlone() {
        instance.copyProcess(184, 414);
        instance.write("proc/414/cgroup", "0::/system.slice/rest-worker.service\n");
        instance.replace("proc/414/cmdline", "/opt/rest-api", "/opt/rest-worker");
        Ended ended = redeploy();
        assertEquals(0, ended.code(), ended.output());
        assertTrue(Files.exists(instance.path("proc/414")));
    }

    /** Another group's JVM that happens to start meanwhile proves nothing. */
    @Test
    void doesNotTakeAnotherGroupsJvmForItsOwn() {
        outcome("killed-after");
        instance.copyProcess(184, 414);
        instance.replace("proc/414/stat", " 1075 ", " 999999 ");
        instance.write("proc/414/cgroup", "0::/system.slice/rest-worker.service\n");
        instance.replace("proc/414/cmdline", "/opt/rest-api", "/opt/rest-worker");
        instance.delete("proc/414/exe");
        instance.write("proc/414/exe", "/usr/lib/jvm/java/bin/java");
        instance.write("proc/414/maps", "");
        assertEquals(21, redeploy().code());
    }

    /** A JVM that a hook started with nohup lived in the agent's unit; the new one lives in the scope. */
    @Test
    void knowsAnApplicationThatAHookStarted() {
        instance.write("proc/184/cgroup", "0::/system.slice/codedeploy-agent.service\n");
        instance.write("proc/184/cmdline", "java\0-jar\0app.jar\0");
        Ended ended = redeploy();
        assertEquals(0, ended.code(), ended.output());
        assertTrue(instance.read("proc/900/cgroup").contains("/launch-guard-"));
    }

    @Test
    void seesAJvmWhoseLibraryWasReplacedUnderAnotherLauncher() {
        instance.delete("proc/184/exe");
        instance.write("proc/184/exe", "/usr/bin/jsvc");
        instance.write("proc/184/comm", "jsvc");
        instance.write(
                "proc/184/maps",
                "7f9d-7f9e r-xp 0 fe:00 1  /usr/lib/jvm/jre/lib/amd64/server/libjvm.so;5f00aa11 (deleted)\n");
        outcome("stays-stale");
        assertEquals(21, redeploy().code());
    }

    @Test
    void deletedFilesOutsideTheJdkMakeNoJvmStale() {
        instance.delete("proc/184/exe");
        instance.write("proc/184/exe", "/usr/lib/jvm/jre/bin/java");
        instance.write("proc/184/maps", """
                7f9d-7f9e r-xp 0 fe:00 1  /usr/lib/jvm/jre/lib/amd64/server/libjvm.so
                7f9d-7f9e r-xp 0 fe:00 1  /tmp/libnetty_tcnative.so (deleted)
                7f9d-7f9e rw-p 0 00:01 1  /memfd:java_heap (deleted)
                """);
        assertEquals("launch-guard: result nothing-to-do", redeploy().lastLine());
    }

    @Test
    void anOldMarkOfADeploymentIsALeftover() {
        instance.write(DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE00", "aws:hci:d-4XAMPLE00/2");
        instance.age(
                DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE00", instance.now().minus(Duration.ofHours(25)));
        assertEquals(0, redeploy().code());
    }

    @Test
    void ubuntusWaitingUpgraderIsNoPackageManagerAtWork() {
        instance.process(300, "unattended-upgr");
        instance.write(
                "proc/300/cmdline", "/usr/bin/python3\0/usr/share/unattended-upgrades/unattended-upgrade-shutdown\0");
        assertEquals(0, redeploy().code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  - destination: /opt/rest-api\n    source: \"app.jar\" # the program\n",
                "  - { source: app.jar, destination: /opt/rest-api }\n",
                "- source: 'app.jar'\n  destination: /opt/rest-api\n",
                "  - source: /\n    destination: /opt/rest-api\n",
                "  - source: /app.jar\r\n    destination: /opt/rest-api\r\n"
            })
    void readsAppspecsAsPeopleWriteThem(String files) {
        instance.replace(ARCHIVE + "/appspec.yml", "  - source: app.jar\n    destination: /opt/rest-api\n", files);
        Ended whole = redeploy();
        assertEquals(0, whole.code(), whole.output());
    }

    private static final String[] MISSING = {GROUP, "d-4XAMPLE01", "prod", "rest-api", "", "missing"};

    @EachRepairShell
    void startsWhatIsMissing(String shell) {
        instance = RepairedInstance.of("rpm-race-service-crashed", folder.resolve("crashed"));
        Ended ended = instance.run(shell, "redeploy.sh", MISSING);
        assertEquals(0, ended.code(), ended.output());
        assertEquals("launch-guard: result proved", ended.lastLine());
        Ended again = instance.run(shell, "redeploy.sh", MISSING);
        assertEquals(0, again.code(), again.output());
        assertEquals("launch-guard: result nothing-to-do", again.lastLine());
        assertEquals(1, instance.changes().size());
    }

    @Test
    void worksWhereTheAgentIsOfTheSecondGeneration() {
        instance.delete("opt/codedeploy-agent/bin/codedeploy-local");
        instance.makeExecutable("opt/codedeploy-agent/bin/codedeploy-agent");
        instance.write("opt/codedeploy-agent/bin/codedeploy-agent", """
                #!/bin/sh
                [ "$1" = --version ] && exit 0
                [ "$1" = deploy-local ] || exit 1
                shift
                exec sh "$(cat "$LAUNCH_GUARD_ROOT/stand-in/folder")/codedeploy-local" "$@"
                """);
        Ended ended = redeploy();
        assertEquals(0, ended.code(), ended.output());
    }

    /** If the destination is a shared folder, only the installed files show the owner. */
    @Test
    void knowsAnApplicationByTheFilesThatWereInstalled() {
        instance = RepairedInstance.of("rpm-race-service-crashed", folder.resolve("crashed"));
        instance.replace(ARCHIVE + "/appspec.yml", "destination: /opt/rest-api", "destination: /opt");
        assertEquals(0, instance.run("sh", "redeploy.sh", MISSING).code());
    }

    /** A JVM of the same service that ran before is no proof that the deployment started one. */
    @Test
    void takesNoEarlierJvmForProof() {
        instance.copyProcess(184, 414);
        instance.delete("proc/414/exe");
        instance.write("proc/414/exe", "/usr/lib/jvm/java/bin/java");
        instance.write("proc/414/maps", "");
        outcome("killed-after");
        Ended ended = redeploy();
        assertEquals(21, ended.code(), ended.output());
    }
}
