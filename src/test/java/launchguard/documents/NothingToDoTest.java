package launchguard.documents;

import static launchguard.documents.RepairedInstance.DEPLOYMENTS;
import static launchguard.documents.RepairedInstance.GROUP;
import static launchguard.documents.RepairedInstance.INSTRUCTIONS;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import launchguard.Thorough;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When redeploy.sh may say that there is nothing to do, and how it ends when the stop hook fails or the agent refuses.
 */
@Tag("verify")
class NothingToDoTest extends RacedInstanceFixture {
    private static final String WORKER = "/system.slice/rest-worker.service";

    private Ended redeploy(String pids, String units, String expect) {
        return instance.run("sh", "redeploy.sh", GROUP, "d-4XAMPLE01", "prod", "rest-api", pids, units, expect, "");
    }

    private void freshJvm(int pid, String controlGroup) {
        instance.copyProcess(184, pid);
        instance.delete("proc/" + pid + "/exe");
        instance.write("proc/" + pid + "/exe", "/usr/lib/jvm/java/bin/java");
        instance.write("proc/" + pid + "/maps", "");
        instance.write("proc/" + pid + "/cgroup", "0::" + controlGroup + "\n");
    }

    private void ends(int code, int deployments, Ended ended) {
        assertAll(
                () -> assertEquals(code, ended.code(), ended.output()),
                () -> assertEquals(deployments, instance.changes().size(), ended.output()));
    }

    /** After a restart that ended 21 a missing JVM is asked for, and the stale one is still there beside a fresh one. */
    @EachRepairShell
    void neverBesideAStaleJvm(String shell) {
        freshJvm(414, "/system.slice/rest-api.service");
        Ended ended = instance.run(shell, "redeploy.sh", GROUP, "d-4XAMPLE01", "prod", "rest-api", "", "missing");
        ends(0, 1, ended);
        assertEquals("launch-guard: result proved", ended.lastLine());
    }

    @Test
    void neverBesideAStaleJvmThatStays() {
        freshJvm(414, "/system.slice/rest-api.service");
        instance.write("stand-in/outcome", "stays-stale");
        ends(21, 1, redeploy("", "", "missing"));
    }

    @Test
    void missing_whereAFreshJvmOfOursRuns() {
        freshJvm(414, "/system.slice/rest-api.service");
        instance.delete("proc/184");
        ends(0, 0, redeploy("", "", "missing"));
    }

    @Test
    void missing_whereOnlyAnotherGroupsJvmRuns() {
        freshJvm(414, WORKER);
        instance.replace("proc/414/cmdline", "/opt/rest-api", "/opt/rest-worker");
        instance.delete("proc/184");
        Ended ended = redeploy("", "", "missing");
        assertEquals(1, instance.changes().size(), ended.output());
    }

    @Test
    void missing_whereAnotherGroupsHookStartedTheJvm() {
        freshJvm(414, "/system.slice/rest-api.service");
        instance.append("proc/414/environ", "DEPLOYMENT_GROUP_ID=4c1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a02\0");
        instance.delete("proc/184");
        Ended ended = redeploy("", "", "missing");
        assertEquals(1, instance.changes().size(), ended.output());
    }

    /** A healthy unit does not hide another one that is down. */
    @EachRepairShell
    void missing_whereAUnitHasNoJvm(String shell) {
        freshJvm(414, "/system.slice/rest-api.service");
        instance.delete("proc/184");
        String[] request = {
            GROUP, "d-4XAMPLE01", "prod", "rest-api", "", "rest-api.service,rest-worker.service", "missing", ""
        };
        Ended down = instance.run(shell, "redeploy.sh", request);
        assertAll(
                () -> assertEquals(1, instance.changes().size(), down.output()),
                () -> assertEquals(21, down.code(), "the stand-in starts one alone: " + down.output()),
                () -> assertTrue(down.output().contains("rest-worker.service"), down.output()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                WORKER,
                "/system.slice/system-rest.slice/rest-worker.service",
                "/system.slice/rest-worker.service/payload"
            })
    void missing_whereEachUnitHasAFreshJvm(String worker) {
        freshJvm(414, "/system.slice/rest-api.service");
        freshJvm(415, worker);
        instance.delete("proc/184");
        ends(0, 0, redeploy("", "rest-api.service,rest-worker.service", "missing"));
    }

    static Stream<String> namesakes() {
        return Thorough.part(
                List.of(
                        "/docker/4f1c/system.slice/rest-worker.service",
                        "/user.slice/user-1000.slice/user@1000.service/app.slice/rest-worker.service",
                        "/system.slice/my-rest-worker.service",
                        "/system.slice/rest-worker.service.d"),
                2)
                .stream();
    }

    @ParameterizedTest
    @Tag("thorough")
    @MethodSource("namesakes")
    void missing_whereTheUnitsNamesakeRuns(String worker) {
        freshJvm(414, "/system.slice/rest-api.service");
        freshJvm(415, worker);
        instance.delete("proc/184");
        redeploy("", "rest-worker.service", "missing");
        assertEquals(1, instance.changes().size());
    }

    @Test
    void missing_whereTheUnitsJvmIsStale() {
        instance.copyProcess(184, 415);
        instance.write("proc/415/cgroup", "0::" + WORKER + "\n");
        instance.replace("proc/415/cmdline", "/opt/rest-api", "/opt/rest-worker");
        redeploy("", "rest-worker.service", "missing");
        assertEquals(1, instance.changes().size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rest-api",
                "-a.service",
                ".service",
                "a.service,",
                "a b.service",
                "a.service;id",
                "$(id).service",
                "../a.service"
            })
    void refusesInvalidListsOfUnits(String units) {
        ends(10, 0, redeploy("", units, "missing"));
    }

    @Test
    void takesUnitsAndExpectationInEitherOrder() {
        freshJvm(414, "/system.slice/rest-api.service");
        instance.delete("proc/184");
        ends(
                0,
                0,
                instance.run(
                        "sh",
                        "redeploy.sh",
                        GROUP,
                        "d-4XAMPLE01",
                        "prod",
                        "rest-api",
                        "",
                        "missing",
                        "rest-api.service"));
    }

    /** Killed half-way by SSM: what was diagnosed is gone, and nothing runs in its place. */
    @EachRepairShell
    void stale_neverWithTheApplicationDown(String shell) {
        instance.delete("proc/184");
        Ended ended = instance.run(shell, "redeploy.sh", GROUP, "d-4XAMPLE01", "prod", "rest-api", "184:1075", "stale");
        ends(13, 0, ended);
        assertEquals("launch-guard: result not-diagnosed", ended.lastLine());
    }

    @Test
    void stale_neverForAnotherGroupsJvm() {
        freshJvm(414, WORKER);
        instance.replace("proc/414/cmdline", "/opt/rest-api", "/opt/rest-worker");
        instance.delete("proc/184");
        ends(13, 0, redeploy("184:1075", "", "stale"));
    }

    @Test
    void stale_whereAFreshJvmOfOursRuns() {
        freshJvm(414, "/system.slice/rest-api.service");
        instance.delete("proc/184");
        ends(0, 0, redeploy("184:1075", "", "stale"));
    }

    @Test
    void stale_notWhereAnotherStaleJvmOfOursRuns() {
        instance.copyProcess(184, 414);
        instance.delete("proc/184");
        ends(13, 0, redeploy("184:1075", "", "stale"));
    }

    /** Killed after the stop hook, and after the copy: the revision's records show it, and a new probe is asked for. */
    @ParameterizedTest
    @CsvSource({"stale", "missing"})
    void killedHalfWay_leavesRecordsThatAreNotTheDiagnosed(String expect) {
        instance.delete("proc/184");
        instance.write(INSTRUCTIONS + "_most_recent_install", "/" + DEPLOYMENTS + "/" + GROUP + "/d-LOCAL0001-local");
        ends(13, 0, redeploy("184:1075", "", expect));
        instance.write(
                INSTRUCTIONS + "_last_successful_install", "/" + DEPLOYMENTS + "/" + GROUP + "/d-LOCAL0001-local");
        ends(13, 0, redeploy("184:1075", "", expect));
    }

    @EachRepairShell
    void stopHookFailed_andNothingElseWasTouched(String shell) {
        instance.write("stand-in/outcome", "stop-fails");
        Ended ended = instance.run(shell, "redeploy.sh", GROUP, "d-4XAMPLE01", "prod", "rest-api", "184:1075", "stale");
        ends(16, 1, ended);
        assertEquals("launch-guard: result stop-failed", ended.lastLine());
    }

    @Test
    void stopHookFailed_butTheApplicationIsDown() {
        instance.write("stand-in/outcome", "stop-kills");
        ends(20, 1, redeploy("184:1075", "", "stale"));
    }

    @Test
    void stopHookFailed_butOneOfTheDiagnosedIsDown() {
        instance.copyProcess(184, 414);
        instance.write("stand-in/outcome", "stop-kills");
        ends(20, 1, redeploy("184:1075,414:1075", "", "stale"));
    }

    @Test
    void stopHookFailed_whereNothingWasDiagnosedAsRunning() {
        instance.write("stand-in/outcome", "stop-fails");
        instance.delete("proc/184");
        ends(20, 1, redeploy("", "", "missing"));
    }

    /** A start hook that fails while the stop hook did nothing: files were replaced, so it is no 16. */
    @Test
    void anotherHookFailed_andTheStaleJvmStillRuns() {
        instance.write("stand-in/outcome", "start-fails-beside");
        ends(20, 1, redeploy("184:1075", "", "stale"));
    }

    /** Agent 2 ends with 2 where it refuses its arguments or the revision; agent 1 knows no such code. */
    @ParameterizedTest
    @CsvSource({"true,2,10", "true,1,20", "true,3,20", "false,2,20"})
    void secondGenerationsRefusalTouchedNothing(boolean second, int given, int code) {
        String script =
                "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\necho called >>\"$LAUNCH_GUARD_ROOT/stand-in/calls\"\n"
                        + "echo 'invalid revision' >&2\nexit " + given + "\n";
        instance.delete("opt/codedeploy-agent/bin/codedeploy-local");
        String program = "opt/codedeploy-agent/bin/" + (second ? "codedeploy-agent" : "codedeploy-local");
        instance.write(program, script);
        instance.makeRunnable(program);
        ends(code, 1, redeploy("184:1075", "", "stale"));
    }

    @Test
    void secondGenerationsRefusal_doesNotCountWhereTheJvmIsGone() {
        instance.delete("opt/codedeploy-agent/bin/codedeploy-local");
        instance.write(
                "opt/codedeploy-agent/bin/codedeploy-agent",
                "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\nrm -r \"$LAUNCH_GUARD_ROOT/proc/184\"\nexit 2\n");
        instance.makeRunnable("opt/codedeploy-agent/bin/codedeploy-agent");
        ends(20, 0, redeploy("184:1075", "", "stale"));
    }
}
