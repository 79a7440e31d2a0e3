package launchguard.documents;

import static launchguard.documents.RepairedInstance.DEPLOYMENTS;
import static launchguard.documents.RepairedInstance.GROUP;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SSM killed a repair: its lock is free, but what it had started lives on. Two repairs would start two JVMs. */
@Tag("verify")
class UnfinishedRepairTest extends RacedInstanceFixture {
    private static final String LOCAL = "/" + DEPLOYMENTS + "/" + GROUP + "/d-LOCAL0001-local/deployment-archive";
    private static final String FIRST = "/" + DEPLOYMENTS + "/" + GROUP + "/d-4XAMPLE01/deployment-archive";
    private static final String[] MISSING = {GROUP, "d-4XAMPLE01", "prod", "rest-api", "", "missing"};

    @BeforeEach
    void localDeployment() {
        instance.write(LOCAL.substring(1) + "/appspec.yml", instance.read(FIRST.substring(1) + "/appspec.yml"));
    }

    private void runs(int pid, String... commandLine) {
        runs(pid, pid, commandLine);
    }

    private void runs(int pid, int processGroup, String... commandLine) {
        instance.process(pid, "sh");
        instance.write("proc/" + pid + "/cmdline", String.join("\0", commandLine) + "\0");
        instance.write(
                "proc/" + pid + "/stat",
                pid + " (sh) S 1 " + processGroup + " 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2900 0 0\n");
    }

    private void isRefused(String shell) {
        Ended stale = instance.run(shell, "redeploy.sh", REDEPLOY);
        Ended missing = instance.run(shell, "redeploy.sh", MISSING);
        Ended restart = instance.run(shell, "restart.sh", "184", "1075");
        assertAll(
                () -> assertEquals(75, stale.code(), stale.output()),
                () -> assertEquals("launch-guard: result repair-running", stale.lastLine()),
                () -> assertEquals(75, missing.code(), missing.output()),
                () -> assertEquals(75, restart.code(), restart.output()),
                () -> assertEquals(List.of(), instance.changes()));
    }

    private void isDone() {
        Ended ended = instance.run("sh", "redeploy.sh", REDEPLOY);
        assertEquals(0, ended.code(), ended.output());
        assertEquals(1, instance.changes().size());
    }

    @EachRepairShell
    void waitsForAHook(String shell) {
        runs(400, "/bin/bash", LOCAL + "/scripts/start.sh");
        isRefused(shell);
    }

    /** The stop hook is that of the revision of before. */
    @Test
    void waitsForAHookOfThePreviousRevision() {
        runs(400, "/bin/sh", FIRST + "/scripts/start.sh");
        isRefused("sh");
    }

    @Test
    void waitsForAHookOfAnotherUser() {
        runs(400, "su", "app", "-c", LOCAL + "/scripts/start.sh");
        runs(401, 400, "/bin/bash", LOCAL + "/scripts/start.sh");
        isRefused("sh");
    }

    @Test
    void waitsForAHookThatIsAProgram() {
        runs(400, LOCAL + "/scripts/start.sh");
        isRefused("sh");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/ruby /opt/codedeploy-agent/bin/codedeploy-local -t directory",
                "ruby3.2 /opt/codedeploy-agent/bin/codedeploy-local -t directory",
                "/bin/sh /opt/codedeploy-agent/bin/codedeploy-local -l x",
                "/opt/codedeploy-agent/bin/codedeploy-local -t directory",
                "/opt/codedeploy-agent/bin/codedeploy-agent deploy-local -t directory",
                "codedeploy-agent deploy-local"
            })
    void waitsForALocalDeployment(String commandLine) {
        runs(400, commandLine.split(" "));
        isRefused("sh");
    }

    @Test
    void ignoresAnApplicationThatItStarted() {
        // A JVM, a script of the archive that is no hook, and the loop that a hook has left behind.
        runs(400, "/usr/bin/python3", LOCAL + "/worker.py");
        runs(401, "/bin/sh", LOCAL + "/bin/run.sh");
        runs(402, 399, "/bin/bash", LOCAL + "/scripts/start.sh");
        runs(403, "vi", "/opt/codedeploy-agent/bin/codedeploy-local");
        runs(404, "/usr/bin/tail", "-f", LOCAL.replace("deployment-archive", "logs/scripts.log"));
        instance.write("proc/400/cgroup", "0::/system.slice/launch-guard-637-1200.scope\n");
        isDone();
    }

    @Test
    void ignoresTheAgentItself() {
        runs(400, "/opt/codedeploy-agent/bin/codedeploy-agent");
        isDone();
    }

    /** While the agent deploys, its hooks run: that is 12. */
    @Test
    void hooksOfTheAgentAreADeploymentOnItsWay() {
        runs(400, "/bin/bash", FIRST + "/scripts/start.sh");
        instance.write(DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02", "aws:hci:d-4XAMPLE02/2");
        instance.age(DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02", instance.now());
        assertEquals(12, instance.run("sh", "redeploy.sh", REDEPLOY).code());
        assertEquals(12, instance.run("sh", "restart.sh", "184", "1075").code());
    }

    /** Between two hooks the agent's mark is away: for half a minute, where it asks so seldom. */
    @ParameterizedTest
    @ValueSource(strings = {":wait_between_runs: 30", "", ":wait_between_runs: 1 second"})
    void watchesAsLongAsTheAgentPausesBetweenHooks(String setting) {
        instance.replace("etc/codedeploy-agent/conf/codedeployagent.yml", ":wait_between_runs: 1", setting);
        appearsAfter(29);
        assertEquals(12, instance.run("sh", "redeploy.sh", REDEPLOY).code());
        instance.delete(DEPLOYMENTS + "/ongoing-deployment");
        appearsAfter(29);
        assertEquals(12, instance.run("sh", "restart.sh", "184", "1075").code());
        assertEquals(List.of(), instance.changes());
    }

    @Test
    void watchesAsLongAsTheSecondGenerationPauses() {
        instance.write("opt/codedeploy-agent/bin/real", instance.read("opt/codedeploy-agent/bin/codedeploy-local"));
        instance.link("opt/codedeploy-agent/bin/codedeploy-agent", "real");
        instance.delete("opt/codedeploy-agent/bin/codedeploy-local");
        instance.link("opt/codedeploy-agent/bin/codedeploy-local", "codedeploy-agent");
        instance.makeRunnable("opt/codedeploy-agent/bin/real");
        appearsAfter(29);
        assertEquals(12, instance.run("sh", "redeploy.sh", REDEPLOY).code());
    }

    /** The stand-in sleep carries it out. */
    private void appearsAfter(int seconds) {
        instance.write(
                "stand-in/marks",
                instance.now().getEpochSecond() + seconds + " " + DEPLOYMENTS + "/ongoing-deployment/d-4XAMPLE02\n");
    }
}
