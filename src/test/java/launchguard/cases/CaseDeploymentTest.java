package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import launchguard.guard.Action;
import launchguard.guard.Attempt;
import launchguard.model.DeploymentId;
import org.junit.jupiter.api.Test;

/** Which deployment a case is about, and what is known of it. */
class CaseDeploymentTest {
    private static final DeploymentId NEWER = new DeploymentId("d-NEWER0001");
    private final Case opened = SampleCases.opened(SampleCases.id(1, 1_000, 1));

    private Case first() {
        return opened.change()
                .deployment(SampleCases.DEPLOYMENT, SampleCases.DEPLOYMENT_GROUP)
                .deployedWell()
                .done();
    }

    @Test
    void aCaseIsAboutItsDeployment_andAboutThoseBefore() {
        assertFalse(opened.about(SampleCases.DEPLOYMENT));
        Case first = first();
        assertTrue(first.about(SampleCases.DEPLOYMENT));
        assertFalse(first.about(NEWER));
        assertEquals(Set.of(), first.earlier(), "there was none before");
        Case second = first.change().deployment(NEWER, null).done();
        assertEquals(Set.of(SampleCases.DEPLOYMENT), second.earlier());
        assertTrue(second.about(SampleCases.DEPLOYMENT));
        assertTrue(second.about(NEWER));
    }

    @Test
    void thatItSucceeded_isKnownOfThisDeploymentOnly() {
        Case first = first();
        assertTrue(first.deployedWell());
        Case same = first.change()
                .deployment(SampleCases.DEPLOYMENT, SampleCases.DEPLOYMENT_GROUP)
                .done();
        assertTrue(same.deployedWell());
        assertEquals(Set.of(), same.earlier());
        assertFalse(first.change().deployment(NEWER, null).done().deployedWell());
        assertFalse(first.change().deployment(null, null).done().deployedWell());
        assertFalse(
                opened.change().deployment(SampleCases.DEPLOYMENT, null).done().deployedWell());
    }

    @Test
    void theEvidenceOfTheFirstRemedy_isKeptOnlyOnceThereWasOne() {
        Observation look = new Observation(SampleCases.NOW, "STALE_JDK", -1.0, "why", List.of(), null);
        Case seen = opened.change()
                .probed(new Memory("b", Set.of(), "1", null), look)
                .done();
        Case again =
                seen.change().probed(new Memory("b", Set.of(), "2", null), look).done();
        assertEquals(null, again.memory().broken());
        Attempt attempt =
                new CaseStep.Intended(new Action.Replace(), 3, SampleCases.NOW, null).ended(Attempt.End.BROKE);
        assertEquals(new Attempt(3, new Action.Replace(), Attempt.End.BROKE), attempt);
        Case remedied = seen.change()
                .attempted(attempt)
                .probed(new Memory("b", Set.of(), "2", null), look)
                .done();
        assertEquals("1", remedied.memory().broken());
    }
}
