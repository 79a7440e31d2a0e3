package launchguard.documents;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What hooks of a local deployment are given: all that the agent's service has, and nothing of SSM's agent. */
@Tag("verify")
class AgentSurroundingsTest extends RacedInstanceFixture {
    private static final String AGENT = "proc/121";
    private static final Map<String, String> OF_SSM = Map.of(
            "SSM_COMMAND_ID", "3b1f9a52-0000-4d53-9c1e-000000000001",
            "AWS_SSM_INSTANCE_ID", "i-0123456789abcdef0",
            "AWS_SSM_REGION_NAME", "eu-central-1",
            "AWS_SHARED_CREDENTIALS_FILE", "/var/lib/amazon/ssm/credentials",
            "INVOCATION_ID", "of-the-ssm-agent",
            "JOURNAL_STREAM", "9:4711",
            "NOTIFY_SOCKET", "/run/systemd/notify",
            "AWS_ACCESS_KEY_ID", "of-the-ssm-agent");

    @BeforeEach
    void runBySsm() {
        OF_SSM.forEach(instance::variable);
    }

    private Set<String> handedOn() {
        return instance.read("stand-in/inherited-environment").lines().collect(Collectors.toSet());
    }

    @EachRepairShell
    void handsOnTheAgentsEnvironmentAndNothingOfSsm(String shell) {
        instance.write(
                AGENT + "/environ",
                "PATH=/opt/tools:/usr/bin:/bin\0LANG=ja_JP.UTF-8\0DATABASE=jdbc:x;user=a b\0TWO_LINES=a\nb\0EMPTY=\0"
                        + "BASH_FUNC_which%%=() {  echo function\n}\0SSM_COMMAND_ID=older\0INVOCATION_ID=of-the-agent\0-n=x\0");
        Ended ended = instance.run(shell, "redeploy.sh", REDEPLOY);
        Set<String> environment = handedOn();
        assertAll(
                () -> assertEquals(0, ended.code(), ended.output()),
                () -> assertTrue(
                        environment.containsAll(Set.of(
                                "PATH=/opt/tools:/usr/bin:/bin",
                                "LANG=ja_JP.UTF-8",
                                "DATABASE=jdbc:x;user=a b",
                                "TWO_LINES=a",
                                "b",
                                "EMPTY=")),
                        environment::toString),
                () -> assertTrue(
                        environment.stream().anyMatch(line -> line.startsWith("BASH_FUNC_which%%=()")),
                        environment::toString),
                () -> assertFalse(
                        environment.stream()
                                .anyMatch(
                                        line -> OF_SSM.keySet().stream().anyMatch(name -> line.startsWith(name + "="))),
                        environment::toString),
                () -> assertFalse(environment.stream().anyMatch(line -> line.contains("launch_guard"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0022", "0027", "0077", "0002", "0000"})
    void handsOnTheAgentsUmask(String umask) {
        instance.replace(AGENT + "/status", "Umask:\t0022", "Umask:\t" + umask);
        assertEquals(0, instance.run("sh", "redeploy.sh", REDEPLOY).code());
        assertEquals(
                Integer.parseInt(umask, 8),
                Integer.parseInt(instance.read("stand-in/inherited-umask").strip(), 8));
    }

    @EachRepairShell
    void handsOnTheAgentsLimits(String shell) {
        instance.replace(
                AGENT + "/limits",
                "Max open files            1024                 4096 ",
                "Max open files            333                  777 ");
        instance.replace(
                AGENT + "/limits",
                "Max core file size        0                    unlimited",
                "Max core file size        2048000              4096000  ");
        instance.replace(
                AGENT + "/limits",
                "Max stack size            8388608              unlimited",
                "Max stack size            4194304              8388608  ");
        assertEquals(0, instance.run(shell, "redeploy.sh", REDEPLOY).code());
        Map<String, List<String>> limits = instance.read("stand-in/inherited-limits")
                .lines()
                .map(line -> List.of(line.split("\\s{2,}")))
                .filter(columns -> columns.size() > 2)
                .collect(Collectors.toMap(List::getFirst, columns -> columns.subList(1, 3)));
        assertAll(
                () -> assertEquals(List.of("333", "777"), limits.get("Max open files")),
                () -> assertEquals(List.of("2048000", "4096000"), limits.get("Max core file size")),
                () -> assertEquals(List.of("4194304", "8388608"), limits.get("Max stack size")),
                () -> assertEquals(List.of("65536", "65536"), limits.get("Max locked memory")));
    }

    /** Ruby writes the title of a process over its environment: only systemd's definition of the service is left. */
    @EachRepairShell
    void takesTheServicesDefinitionWhereATitleCoversTheEnvironment(String shell) {
        instance.write(AGENT + "/environ", "nt: master 121\0\0\0\0\0\0\0");
        instance.unit(
                "codedeploy-agent.service",
                "Environment=PLAIN=1 \"BLANK=two words\"",
                "EnvironmentFiles=/etc/sysconfig/agent (ignore_errors=yes)",
                "ExecStart={ path=/bin/bash ; argv[]=/bin/bash -a -c [ -f /etc/profile ] && source /etc/profile; start ; }");
        instance.write(
                "etc/sysconfig/agent",
                "# a comment\nQUOTED=\"a \\\"b\\\"\"\n line = c \nSINGLE='d e'\nSSM_COMMAND_ID=x\n");
        instance.write("etc/profile", "JAVA_HOME=/usr/lib/jvm/jre\nset -- clobbered\n");
        instance.write(
                "stand-in/system-environment",
                "LANG=C.UTF-8\nPATH=/usr/sbin:/usr/bin\nHTTPS_PROXY=http://proxy:3128\n");
        Ended ended = instance.run(shell, "redeploy.sh", REDEPLOY);
        Set<String> environment = handedOn();
        assertAll(
                () -> assertEquals(0, ended.code(), ended.output()),
                () -> assertTrue(
                        environment.containsAll(Set.of(
                                "PLAIN=1",
                                "BLANK=two words",
                                "QUOTED=a \"b\"",
                                "line=c",
                                "SINGLE=d e",
                                "LANG=C.UTF-8",
                                "HTTPS_PROXY=http://proxy:3128",
                                "JAVA_HOME=/usr/lib/jvm/jre")),
                        environment::toString),
                () -> assertFalse(
                        environment.stream().anyMatch(line -> line.startsWith("SSM_")), environment::toString));
    }

    @Test
    void readsNoProfileWhereTheServiceReadsNone() {
        instance.write("etc/profile", "JAVA_HOME=/usr/lib/jvm/jre\n");
        assertEquals(0, instance.run("sh", "redeploy.sh", REDEPLOY).code());
        assertFalse(handedOn().contains("JAVA_HOME=/usr/lib/jvm/jre"));
    }

    record Unknown(String why, Consumer<RepairedInstance> given) {
        @Override
        public String toString() {
            return why;
        }
    }

    static List<Unknown> unknown() {
        return List.of(
                new Unknown("the agent does not run", i -> i.delete(AGENT)),
                new Unknown("another process has the pid of its file", i -> {
                    i.unit("codedeploy-agent.service", "MainPID=0");
                    i.write(AGENT + "/cmdline", "/usr/sbin/crond\0");
                }),
                new Unknown("no environment", i -> i.delete(AGENT + "/environ")),
                new Unknown("an empty environment", i -> i.write(AGENT + "/environ", "")),
                new Unknown("a title over it, and systemd knows no such service", i -> {
                    i.write(AGENT + "/environ", "nt: master 121\0\0\0");
                    i.unit("codedeploy-agent.service", "LoadState=not-found");
                }),
                new Unknown("a title over it, and systemd's own variables hold what is not read here", i -> {
                    i.write(AGENT + "/environ", "nt: master 121\0\0\0");
                    i.write("stand-in/system-environment", "LANG=C.UTF-8\nGREETING=$'two\\nlines'\n");
                }),
                new Unknown("no limits", i -> i.delete(AGENT + "/limits")),
                new Unknown("limits without numbers", i -> i.replace(AGENT + "/limits", "4096", "many")),
                new Unknown("no umask (a kernel before 4.7)", i -> i.replace(AGENT + "/status", "Umask:", "Mask:")),
                new Unknown("no number as umask", i -> i.replace(AGENT + "/status", "0022", "$(id)")));
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void touchesNothingWhereTheyCannotBeHad(Unknown unknown) {
        unknown.given().accept(instance);
        Ended ended = instance.run("sh", "redeploy.sh", REDEPLOY);
        assertAll(
                () -> assertEquals(10, ended.code(), ended.output()),
                () -> assertEquals("launch-guard: result precondition", ended.lastLine()),
                () -> assertEquals(List.of(), instance.changes()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MainPID=0", "MainPID=", "MainPID=4711"})
    void findsTheAgentWithoutSystemd(String said) {
        instance.unit("codedeploy-agent.service", said);
        instance.write("opt/codedeploy-agent/state/.pid/codedeploy-agent.pid", "4712");
        Ended ended = instance.run("sh", "redeploy.sh", REDEPLOY);
        assertEquals(0, ended.code(), ended.output());
        assertTrue(handedOn().contains("AGENT_SETTING=as the unit has it"));
    }

    /** The service itself is started by systemd; systemctl gets nothing of SSM's either. */
    @EachRepairShell
    void restartsWithoutTheEnvironmentOfSsm(String shell) {
        Ended ended = instance.run(shell, "restart.sh", "184", "1075");
        assertEquals(0, ended.code(), ended.output());
        String environment = instance.read("stand-in/restart-environment");
        assertTrue(environment.contains("PATH="), environment);
        assertFalse(
                environment
                        .lines()
                        .anyMatch(line -> OF_SSM.keySet().stream().anyMatch(name -> line.startsWith(name + "="))),
                environment);
    }
}
