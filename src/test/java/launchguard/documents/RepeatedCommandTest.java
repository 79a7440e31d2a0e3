package launchguard.documents;

import static launchguard.documents.RepairedInstance.GROUP;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import launchguard.HangGuard;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SSM's agent may run one command twice, kill it half-way, or start it late. */
@Tag("verify")
class RepeatedCommandTest extends RacedInstanceFixture {
    private static final String[] RESTART = {"184", "1075"};

    @BeforeEach
    void firstCommand() {
        command("command-1");
    }

    private void command(String id) {
        instance.variable("SSM_COMMAND_ID", id);
    }

    private Ended redeploy(String shell) {
        return instance.run(shell, "redeploy.sh", REDEPLOY);
    }

    private Process held(String shell) throws Exception {
        instance.write("stand-in/hold", "");
        Process first = instance.start(shell, "redeploy.sh", REDEPLOY);
        HangGuard.until("the first deployment", () -> !instance.changes().isEmpty());
        return first;
    }

    /** As SSM kills at a time-out: the shell and all below it that have not left its process group. */
    private static void kill(Process first) throws Exception {
        List<ProcessHandle> all = first.descendants().toList();
        first.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        HangGuard.exit(first);
    }

    private static boolean isLock(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/flock");
    }

    @EachRepairShell
    void secondRunWaitsAndEndsAsTheFirst(String shell) throws Exception {
        Process first = held(shell);
        Process second = instance.start(shell, "redeploy.sh", REDEPLOY);
        HangGuard.until(
                "it waits for the lock",
                () -> !second.isAlive() || second.descendants().anyMatch(RepeatedCommandTest::isLock));
        assertTrue(second.isAlive(), "it waits");
        instance.delete("stand-in/hold");
        Ended firstEnded = RepairedInstance.finish(first);
        Ended secondEnded = RepairedInstance.finish(second);
        assertAll(
                () -> assertEquals(0, firstEnded.code(), firstEnded.output()),
                () -> assertEquals(0, secondEnded.code(), secondEnded.output()),
                () -> assertEquals("launch-guard: result proved", secondEnded.lastLine()),
                () -> assertEquals(1, instance.changes().size()));
    }

    @ParameterizedTest
    @CsvSource({"apphook-fails,20", "killed-after,21", "stop-fails,16", "success,0"})
    void secondRunEndsAsTheFirstDid(String outcome, int code) {
        instance.write("stand-in/outcome", outcome);
        assertEquals(code, redeploy("sh").code());
        instance.write("stand-in/outcome", "success");
        Ended second = redeploy("sh");
        assertEquals(code, second.code(), second.output());
        assertEquals(1, instance.changes().size());
    }

    @Test
    void secondRunEndsAsTheFirstDid_whichTouchedNothing() {
        instance.process(300, "dnf");
        assertEquals(11, redeploy("sh").code());
        instance.delete("proc/300");
        assertEquals(11, redeploy("sh").code());
        command("command-2");
        assertEquals(0, redeploy("sh").code());
    }

    @EachRepairShell
    void secondRunOfAKilledCommandDoesNothing(String shell) throws Exception {
        kill(held(shell));
        instance.delete("stand-in/hold");
        Ended second = redeploy(shell);
        assertAll(
                () -> assertEquals(20, second.code(), second.output()),
                () -> assertEquals("launch-guard: result failed", second.lastLine()),
                () -> assertEquals(1, instance.changes().size()));
    }

    @Test
    void anotherCommandAfterAKilledOneChecksTheInstance() throws Exception {
        kill(held("sh"));
        instance.delete("stand-in/hold");
        command("command-2");
        assertEquals(0, redeploy("sh").code());
        assertTrue(Files.exists(instance.path("proc/900")) && !Files.exists(instance.path("proc/901")), "one JVM");
        command("command-1");
        assertEquals(20, redeploy("sh").code(), "what came later does not change what became of it");
    }

    @EachRepairShell
    void anotherCommandIsRefusedMeanwhile(String shell) throws Exception {
        Process first = held(shell);
        command("command-2");
        Ended second = redeploy(shell);
        instance.delete("stand-in/hold");
        assertEquals(75, second.code(), second.output());
        assertEquals(0, RepairedInstance.finish(first).code());
        assertEquals(75, redeploy(shell).code(), "and stays refused when it runs a second time");
    }

    @EachRepairShell
    void restartsSecondRunEndsAsTheFirst(String shell) {
        assertEquals(0, instance.run(shell, "restart.sh", RESTART).code());
        Ended second = instance.run(shell, "restart.sh", RESTART);
        assertEquals(0, second.code(), second.output());
        assertEquals("launch-guard: result proved", second.lastLine());
        instance.append("run/launch-guard.lock", "command-3 begun\n");
        command("command-3");
        assertEquals(20, instance.run(shell, "restart.sh", RESTART).code());
        assertEquals(1, instance.changes().size());
    }

    /** Another command for the same process: the function sends it when the answer of the first was lost. */
    @EachRepairShell
    void restartAskedAgainAfterSuccessHasNothingToDo(String shell) {
        assertEquals(0, instance.run(shell, "restart.sh", RESTART).code());
        command("command-2");
        Ended again = instance.run(shell, "restart.sh", RESTART);
        assertEquals(0, again.code(), again.output());
        assertEquals("launch-guard: result nothing-to-do", again.lastLine());
        assertEquals(1, instance.changes().size());
    }

    @Test
    void restartAskedAgainIsNotDoneWithTheServiceDown() {
        assertEquals(0, instance.run("sh", "restart.sh", RESTART).code());
        instance.delete("proc/900");
        instance.unit("rest-api.service", "ActiveState=inactive");
        command("command-2");
        assertEquals(13, instance.run("sh", "restart.sh", RESTART).code());
    }

    /** Killed between the restart and its proof: the next one proves it. */
    @ParameterizedTest
    @CsvSource({"success,0", "killed-after,21"})
    void restartKilledBeforeItsProofIsProvedByTheNext(String outcome, int code) {
        instance.write("stand-in/restart-outcome", outcome);
        assertEquals(code, instance.run("sh", "restart.sh", RESTART).code());
        String begun =
                instance.read("run/launch-guard.restarts").lines().findFirst().orElseThrow();
        instance.write("run/launch-guard.restarts", begun + "\n");
        command("command-2");
        Ended again = instance.run("sh", "restart.sh", RESTART);
        assertEquals(code, again.code(), again.output());
        assertEquals(1, instance.changes().size());
    }

    @ParameterizedTest
    @CsvSource({"-1,13", "0,0", "60,0"})
    void beginsNothingTooLate(long seconds, int code) {
        String latest = Long.toString(instance.now().getEpochSecond() + seconds);
        Ended restarted = instance.run("sh", "restart.sh", "184", "1075", latest);
        // The looks for a deployment take some seconds of their own.
        assertEquals(seconds == 0 ? 13 : code, restarted.code(), restarted.output());
        assertEquals(code == 0 && seconds > 0 ? 1 : 0, instance.changes().size());
    }

    @Test
    void redeploysNothingTooLate() {
        String late = Long.toString(instance.now().getEpochSecond() - 1);
        Ended ended = instance.run(
                "sh", "redeploy.sh", GROUP, "d-4XAMPLE01", "prod", "rest-api", "184:1075", "", "stale", late);
        assertEquals(13, ended.code(), ended.output());
        assertEquals(List.of(), instance.changes());
        String soon = Long.toString(instance.now().getEpochSecond() + 60);
        assertEquals(10, instance.run("sh", "restart.sh", "184", "1075", "soon").code());
        command("command-2");
        Ended begun = instance.run(
                "sh", "redeploy.sh", GROUP, "d-4XAMPLE01", "prod", "rest-api", "184:1075", "", "stale", soon);
        assertEquals(0, begun.code(), begun.output());
    }

    @Test
    void invalidIdsAreNotKept() {
        command("a b\n$(id)");
        assertEquals(0, redeploy("sh").code());
        assertEquals("", instance.read("run/launch-guard.lock"));
        assertTrue(Files.exists(instance.path("run/launch-guard.lock")));
    }
}
