package launchguard.steps;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.cases.Memory;
import launchguard.cases.Observation;
import launchguard.cases.SampleCases;
import launchguard.guard.Attempt;
import launchguard.guard.JvmLoss;
import launchguard.model.CaseId;
import launchguard.model.InstanceId;
import launchguard.verdict.EvidenceText;
import launchguard.verdict.Ownership;
import launchguard.verdict.Question;
import launchguard.verdict.SeenJvm;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a repaired deployment group has lost, and what only looks like it after a reboot. */
class JvmLossFinderTest {
    private static final String GROUP = SampleCases.DEPLOYMENT_GROUP.id();
    private static final Question NOTHING_ELSE =
            new Question(null, null, null, List.of(), Set.of(), true, Duration.ofHours(1));

    @Test
    void noJvmInTheSameBoot_isALoss() throws Exception {
        EvidenceText after = new EvidenceText().deployed(GROUP, "d-ABCDEFGH1", 20);

        JvmLoss loss = JvmLossFinder.of(repaired("boot-1"), after.read(), NOTHING_ELSE);

        assertNotNull(loss);
        assertEquals(true, loss.bySign());
    }

    /** A clock that was set makes a deployment of this boot look older: the JVM runs all the same. */
    @Test
    void aJvmOfTheGroupWithoutADeploymentOfThisBoot_isNoLoss() throws Exception {
        EvidenceText after = new EvidenceText().deployedBefore(GROUP, "d-ABCDEFGH1");
        after.jvm(2210, 30).put("exeLinks", 1).put("groupId", GROUP).put("sign", "environment");

        assertNull(JvmLossFinder.of(repaired("boot-1"), after.read(), NOTHING_ELSE));
    }

    /** Where the earlier looks did not say their boot, no later one is known to be of the same. */
    @Test
    void aBootThatIsNotKnownToBeTheSame_isNoLoss() throws Exception {
        assertNull(JvmLossFinder.of(repaired(null), new EvidenceText().read(), NOTHING_ELSE));
        assertNull(JvmLossFinder.of(repaired("boot-0"), new EvidenceText().read(), NOTHING_ELSE));
    }

    /** A case whose redeployment succeeded, and which had seen the group's JVM before. */
    private static Case repaired(@Nullable String boot) {
        CaseId id = new CaseId(new InstanceId("i-0123456789abcdef0"), SampleCases.NOW, 1);
        Set<SeenJvm> seen = Set.of(new SeenJvm(GROUP, "app.service", Ownership.SIGN));
        return SampleCases.opened(id)
                .change()
                .probed(
                        new Memory(boot, seen, null, SampleCases.NOW),
                        new Observation(SampleCases.NOW, "STALE_JDK", -41.0, "stale", List.of(), null))
                .attempted(new Attempt(1, SampleCases.actions().get(1), Attempt.End.PROVED))
                .done();
    }
}
