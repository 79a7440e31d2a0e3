package launchguard.documents;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import launchguard.documents.RepairedInstance.Ended;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both repair scripts promise: each obstacle has its exit code, and then nothing is touched. */
abstract class RepairScriptContract extends RacedInstanceFixture {
    private final String script;
    private final String outcomes;
    private final String[] request;

    /** {@code outcomes}: the file from which the stand-in reads how the remedy is to end. */
    RepairScriptContract(String script, String outcomes, String... request) {
        this.script = script;
        this.outcomes = outcomes;
        this.request = request;
    }

    protected Ended run(String shell) {
        return instance.run(shell, script, request);
    }

    /** How the remedy is to end. */
    protected void outcome(String outcome) {
        instance.write("stand-in/" + outcomes, outcome);
    }

    @EachRepairShell
    void doesNotBelieveSuccess(String shell) {
        outcome("stays-stale");
        Ended ended = run(shell);
        assertEquals(21, ended.code(), ended.output());
        assertEquals("launch-guard: result unproved", ended.lastLine());
    }

    @Test
    void waitsForASlowStart() {
        outcome("slow-start");
        assertEquals(0, run("sh").code());
    }

    /** An obstacle on the instance, and how the script ends then. */
    record Guard(int code, String word, String why, Consumer<RepairedInstance> given) {
        @Override
        public String toString() {
            return code + " " + why;
        }
    }

    protected static Stream<Arguments> underEachShell(List<Guard> guards) {
        return RepairShells.here().flatMap(shell -> guards.stream().map(guard -> Arguments.of(guard, shell)));
    }

    /** Whatever changes packages, the application must not be touched meanwhile. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "yum",
                "yum-cron",
                "dnf",
                "dnf-3",
                "dnf5",
                "dnf-automatic",
                "microdnf",
                "tdnf",
                "rpm",
                "zypper",
                "pacman",
                "apk",
                "apt",
                "apt-get",
                "aptitude",
                "dpkg",
                "dpkg-deb",
                "unattended-upgr"
            })
    void waitsForEveryPackageManager(String program) {
        instance.process(300, program);
        Ended ended = run("sh");
        assertAll(
                () -> assertEquals(11, ended.code(), ended.output()),
                () -> assertTrue(ended.output().contains(program + " (process 300) is busy"), ended.output()),
                () -> assertEquals(List.of(), instance.changes()));
    }

    @Tag("thorough")
    @ParameterizedTest(name = "{0} under {1}")
    @MethodSource("guardsByShell")
    void touchesNothingWhen(Guard guard, String shell) {
        guard.given().accept(instance);
        var before = instance.files();
        Ended ended = run(shell);
        assertAll(
                () -> assertEquals(guard.code(), ended.code(), ended.output()),
                () -> assertEquals("launch-guard: result " + guard.word(), ended.lastLine()),
                () -> assertEquals(before, instance.files()),
                () -> assertEquals(List.of(), instance.changes()));
    }
}
