package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import java.util.stream.IntStream;
import launchguard.guard.Attempt.End;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Impact;
import org.junit.jupiter.api.Test;

/** Which processes an action names, and how often: no more than a document takes, none that no kernel numbers so. */
class ProcessesTest {
    private final SituationBuilder scene = new SituationBuilder();

    private void stale(Jvm... jvms) {
        scene.verdict = new Verdict.StaleJdk(
                SituationBuilder.SUBJECT, SituationBuilder.RACED, Impact.FILES_GONE, List.of(jvms));
    }

    @Test
    void numbersThatNoKernelGives_areNoProcesses() {
        stale(
                SituationBuilder.jvm(4_194_305, 5L),
                SituationBuilder.jvm(7, 0L),
                SituationBuilder.jvm(8, -1L),
                SituationBuilder.jvm(4_194_304, 1L),
                SituationBuilder.jvm(9, Long.MAX_VALUE));
        Action.Redeploy redeploy = assertInstanceOf(Action.Redeploy.class, scene.action());
        assertEquals(
                List.of(new Action.ProcessRef(4_194_304, 1), new Action.ProcessRef(9, Long.MAX_VALUE)),
                redeploy.processes());
    }

    @Test
    void aDocumentTakesThirtyTwo() {
        int[] forty = IntStream.rangeClosed(1, 40).toArray();
        scene.verdict = SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, forty);
        assertEquals(SituationBuilder.redeploy(IntStream.rangeClosed(1, 32).toArray()), scene.action());
    }

    @Test
    void eightRestarts_thenTheNextRung_waitingNotCounted() {
        scene.ladder(Rung.RESTART, Rung.REDEPLOY).verdict =
                SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 100);
        for (int pid = 1; pid <= 7; pid++) {
            scene.tried(SituationBuilder.restart(pid), End.PROVED).tried(SituationBuilder.restart(100), End.BUSY);
        }
        assertEquals(SituationBuilder.restart(100), scene.action());
        scene.tried(SituationBuilder.restart(8), End.NOT_POSSIBLE);
        assertEquals(SituationBuilder.redeploy(100), scene.action());
        scene.ladder(Rung.RESTART);
        Decision.Escalate escalate = assertInstanceOf(Decision.Escalate.class, scene.decision());
        assertEquals(
                "no rung is left: restart was done 8 times", escalate.refusal().reason());
    }

    @Test
    void aReplacementThatOnlyHadToWait_isDoneNext() {
        scene.ladder(Rung.REPLACE).tried(new Action.Replace(), End.BUSY);
        assertEquals(new Action.Replace(), scene.action());
        scene.tried(new Action.Replace(), End.BROKE);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }
}
