package launchguard.documents;

import static launchguard.documents.RepairedInstance.DEPLOYMENTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ValueSource;

/** restart.sh: each exit code, under each shell; what it lets happen and what it does not. */
@Tag("verify")
class RestartScriptTest extends RepairScriptContract {
    private static final String OLD_JAVA =
            "/usr/lib/jvm/java-1.8.0-openjdk-1.8.0.162.b12-1.amzn2.0.1.x86_64/jre/bin/java";
    private static final List<String> ONE_RESTART = List.of("systemctl restart rest-api.service");

    RestartScriptTest() {
        super("restart.sh", "restart-outcome", "184", "1075");
    }

    private Ended restart() {
        return run("sh");
    }

    @EachRepairShell
    void repairsAndProvesIt(String shell) {
        Ended ended = run(shell);
        assertEquals(0, ended.code(), ended.output());
        assertEquals("launch-guard: result proved", ended.lastLine());
        assertEquals(ONE_RESTART, instance.changes());
    }

    @EachRepairShell
    void findsNothingToDo(String shell) {
        instance.delete("proc/184/exe");
        instance.write("proc/184/exe", OLD_JAVA);
        instance.write("proc/184/maps", "");
        var before = instance.files();
        Ended ended = run(shell);
        assertEquals(0, ended.code(), ended.output());
        assertEquals("launch-guard: result nothing-to-do", ended.lastLine());
        assertEquals(before, instance.files());
        assertEquals(List.of(), instance.changes());
    }

    private static Guard in(String controlGroup) {
        return new Guard(
                14, "not-a-service", controlGroup, i -> i.write("proc/184/cgroup", "0::" + controlGroup + "\n"));
    }

    private static Guard gone(String why, Consumer<RepairedInstance> given) {
        return new Guard(15, "java-gone", why, given);
    }

    static List<Guard> guards() {
        return List.of(
                new Guard(11, "busy", "cloud-init", i -> i.unit("cloud-final.service", "ActiveState=activating")),
                new Guard(11, "busy", "dnf", i -> i.process(300, "dnf")),
                new Guard(12, "deploying", "a deployment", i -> {
                    i.write(DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02", "aws:hci:d-4XAMPLE02/2");
                    i.age(
                            DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02",
                            i.now().minus(Duration.ofMinutes(5)));
                }),
                new Guard(13, "not-diagnosed", "the process is gone", i -> i.delete("proc/184")),
                new Guard(
                        13,
                        "not-diagnosed",
                        "the pid was used again",
                        i -> i.replace("proc/184/stat", " 1075 ", " 1076 ")),
                in("/system.slice/launch-guard-637-1200.scope"),
                in("/system.slice/codedeploy-agent.service"),
                in("/system.slice/amazon-ssm-agent.service"),
                in("/system.slice/snap.amazon-ssm-agent.amazon-ssm-agent.service"),
                in("/system.slice/crond.service"),
                in("/system.slice/sshd.service"),
                in("/user.slice/user-1000.slice/user@1000.service/app.slice/rest-api.service"),
                in("/user.slice/user-1000.slice/session-3.scope"),
                in("/system.slice/docker-4f1c.scope"),
                in("/docker/4f1c/system.slice/rest-api.service"),
                in("/system.slice/rest-api.service/inner"),
                in("/system.slice/rest api.service"),
                in("/"),
                new Guard(
                        14,
                        "not-a-service",
                        "systemd does not know the unit",
                        i -> i.write("proc/184/cgroup", "0::/system.slice/other.service\n")),
                new Guard(
                        14,
                        "not-a-service",
                        "the unit is of another control group",
                        i -> i.unit("rest-api.service", "ControlGroup=/system.slice/inner.slice/rest-api.service")),
                new Guard(
                        14,
                        "not-a-service",
                        "the unit ended, the JVM stayed behind",
                        i -> i.unit("rest-api.service", "ActiveState=inactive")),
                gone(
                        "the program",
                        i -> i.unit(
                                "rest-api.service",
                                "ExecStart={ path=" + OLD_JAVA + " ; argv[]=" + OLD_JAVA
                                        + " -jar app.jar ; ignore_errors=no ; pid=184 }")),
                gone("the program in a shell's words", i -> {
                    i.makeExecutable("bin/sh");
                    i.unit(
                            "rest-api.service",
                            "ExecStart={ path=/bin/sh ; argv[]=/bin/sh -c exec " + OLD_JAVA + " -jar app.jar ; }");
                }),
                gone(
                        "the program, by the unit's file",
                        i -> i.write(
                                "etc/systemd/system/rest-api.service",
                                "[Service]\nExecStart=-" + OLD_JAVA + " -jar app.jar\n")),
                gone("JAVA_HOME in a file", i -> {
                    i.makeExecutable("usr/bin/java");
                    i.write("etc/rest-api.env", "# Java\nJAVA_HOME=\"" + OLD_JAVA.replace("/bin/java", "") + "\"\n");
                    i.unit(
                            "rest-api.service",
                            "ExecStart={ path=/usr/bin/java ; argv[]=/usr/bin/java ; }",
                            "EnvironmentFiles=/etc/rest-api.env (ignore_errors=no)");
                }),
                gone("JAVA_HOME in a drop-in", i -> {
                    i.makeExecutable("usr/bin/java");
                    i.unit("rest-api.service", "DropInPaths=/etc/systemd/system/rest-api.service.d/java.conf");
                    i.write("etc/systemd/system/rest-api.service", "[Service]\nExecStart=/usr/bin/java -jar app.jar\n");
                    i.write(
                            "etc/systemd/system/rest-api.service.d/java.conf",
                            "[Service]\nEnvironment=LANG=C JAVA_HOME=/usr/lib/jvm/old\n");
                }));
    }

    static Stream<Arguments> guardsByShell() {
        return underEachShell(guards());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "184; reboot", "$(reboot)", "-1", "1\n84", "'184'", "0x10"})
    void refusesValuesThatAreNotNumbers(String value) {
        var before = instance.files();
        for (Ended ended : List.of(
                instance.run("sh", "restart.sh", value, "1075"), instance.run("sh", "restart.sh", "184", value))) {
            assertEquals(10, ended.code(), ended.output());
            assertEquals("launch-guard: result precondition", ended.lastLine());
        }
        assertEquals(before, instance.files());
        assertEquals(List.of(), instance.changes());
    }

    @EachRepairShell
    void saysThatTheApplicationMayBeDown(String shell) {
        outcome("refused");
        Ended ended = run(shell);
        assertEquals(20, ended.code(), ended.output());
        assertEquals("launch-guard: result failed", ended.lastLine());
    }

    @ParameterizedTest
    @ValueSource(strings = {"killed-after", "dies-later", "crash-loop"})
    void doesNotBelieveSuccess_when(String outcome) {
        outcome(outcome);
        assertEquals(21, restart().code());
        assertEquals(ONE_RESTART, instance.changes());
    }

    @Test
    void provesTheJvmOfAWrapperByItsControlGroup() {
        instance.unit("rest-api.service", "MainPID=180", "ControlGroup=/system.slice/rest-api.service");
        instance.process(180, "wrapper");
        instance.write("proc/180/cgroup", "0::/system.slice/rest-api.service\n");
        assertEquals(0, restart().code());
    }

    @Test
    void restartsAUnitWhoseJavaIsThere() {
        instance.makeExecutable("usr/lib/jvm/new/bin/java");
        instance.write("etc/rest-api.env", "JAVA_HOME=/usr/lib/jvm/new/\n");
        instance.unit(
                "rest-api.service",
                "ExecStart={ path=/usr/lib/jvm/new/bin/java ; argv[]=/usr/lib/jvm/new/bin/java -jar app.jar ; }",
                "Environment=JAVA_HOME=/usr/lib/jvm/old LANG=C",
                "EnvironmentFiles=/etc/rest-api.env (ignore_errors=no)");
        Ended ended = restart();
        assertEquals(0, ended.code(), ended.output());
    }

    @Test
    void leavesOtherServicesAlone() {
        instance.copyProcess(184, 414);
        instance.write("proc/414/cgroup", "0::/system.slice/rest-worker.service\n");
        assertEquals(0, restart().code());
        assertTrue(Files.exists(instance.path("proc/414")));
        assertEquals(ONE_RESTART, instance.changes());
    }
}
