package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import launchguard.guard.Attempt.End;
import launchguard.verdict.Ownership;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Impact;
import org.junit.jupiter.api.Test;

/** JVMs that are taken for the deployment's only because they started after it never cost an instance. */
class OwnedByTimeTest {
    private final SituationBuilder scene = new SituationBuilder();

    private void stale(String... signs) {
        List<launchguard.probe.Evidence.Jvm> jvms = new java.util.ArrayList<>();
        for (String sign : signs) {
            int pid = 100 * (jvms.size() + 1);
            jvms.add(SituationBuilder.jvm(pid, pid * 10L, sign.isEmpty() ? null : sign));
        }
        scene.verdict = new Verdict.StaleJdk(SituationBuilder.SUBJECT, SituationBuilder.RACED, Impact.FILES_GONE, jvms);
    }

    @Test
    void byTimeAlone_isRedeployed_neverReplaced() {
        stale("");
        assertEquals("acts: REDEPLOY", scene.refusal());
        for (End end : new End[] {End.NOT_POSSIBLE, End.BROKE, End.PROVED}) {
            scene.attempts.clear();
            scene.tried(SituationBuilder.redeploy(100), end);
            assertEquals("LADDER_EXHAUSTED escalated", scene.refusal(), end.name());
        }
    }

    @Test
    void missingJvmOfAUnitWithoutASign_isNotReplaced() {
        scene.verdict = new Verdict.JdkReplaced(
                SituationBuilder.SUBJECT, SituationBuilder.RACED, List.of(), List.of(), Ownership.TIME);
        assertEquals("LADDER_EXHAUSTED escalated", scene.ladder(Rung.REPLACE).refusal());
        scene.verdict = SituationBuilder.replaced();
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void oneOfSeveralBySign_isEnough() {
        stale("", "unit");
        assertEquals("acts: REPLACE", scene.ladder(Rung.REPLACE).refusal());
    }

    @Test
    void observing_saysThatToo() {
        stale("");
        scene.ladder(Rung.REPLACE).remediate = false;
        assertEquals("LADDER_EXHAUSTED", scene.would());
    }

    /** The redeployment was to start it again and left it as it was: it is no deployment's, and is reported. */
    @Test
    void whatARedeploymentLeftUntouched_isReported() {
        scene.tried(SituationBuilder.redeploy(100, 200), End.BROKE);
        scene.verdict = SituationBuilder.bystander(100);
        assertEquals("reports", scene.refusal());
        scene.verdict = SituationBuilder.bystander(100, 300);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
        scene.attempts.clear();
        scene.tried(SituationBuilder.redeploy(100), End.BUSY);
        assertEquals("reports", scene.refusal());
    }
}
