package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import launchguard.model.CaseId;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import org.junit.jupiter.api.Test;

/** What is counted, and for how long. */
class GroupBudgetTest {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Instant AT = SituationBuilder.LAUNCH;
    private static final CaseId OWN = SituationBuilder.caseOf(1);
    private static final CaseId OTHER = SituationBuilder.caseOf(2);
    private final GroupBudget empty = GroupBudget.empty(new GroupName("web"));

    private static Limits limits(int replacements) {
        return new Limits(true, List.of(Rung.REPLACE), false, replacements, WINDOW, 20, false, true, false);
    }

    @Test
    void withinTheBudget_isAsManyAsItAllows_andNotOneMore() {
        GroupBudget two = empty.replaced(OTHER, AT, null, 1).replaced(OWN, AT, null, 1);
        assertTrue(two.within(limits(2), OWN, AT));
        assertFalse(two.within(limits(1), OWN, AT));
        assertTrue(two.within(limits(1), OWN, AT.plus(WINDOW)), "a window later they count no more");
        assertFalse(two.within(limits(0), OWN, AT.plus(WINDOW)), "its own always does");
    }

    @Test
    void replacementThatTookEffectLater_countsFromThen() {
        Instant later = AT.plus(Duration.ofMinutes(30));
        GroupBudget budget =
                empty.replaced(OWN, AT, null, 1).replaced(OTHER, AT, null, 1).delayed(OTHER, later);
        Instant between = AT.plus(WINDOW).plusSeconds(1);
        assertEquals(1, budget.spent(OWN, between, WINDOW));
        assertEquals(0, budget.spent(OWN, later.plus(WINDOW), WINDOW));
    }

    @Test
    void groupDeployments_areForgottenAWindowLater_eachGroupsByItself() {
        DeploymentId first = new DeploymentId("d-FIRST0001");
        DeploymentId second = new DeploymentId("d-SECOND001");
        Instant later = AT.plus(Duration.ofMinutes(10));
        GroupBudget budget = empty.deployed(OTHER, AT, "a", null)
                .deployed(OTHER, AT, "b", second)
                .deployed(OTHER, AT, "a", first);
        assertEquals(2, budget.deployments().size(), "one was only named");
        GroupDeployment recent = budget.recent(OWN, "a", later, WINDOW);
        assertEquals(first, recent == null ? null : recent.deployment());
        GroupBudget again = budget.deployed(OWN, later, "a", second);
        recent = again.recent(OTHER, "a", later, WINDOW);
        assertEquals(second, recent == null ? null : recent.deployment(), "the latest of them");
        assertNull(again.recent(OTHER, "a", later.plus(WINDOW), WINDOW));
        GroupBudget tidied = again.tidied(AT.plus(WINDOW), WINDOW);
        assertEquals(
                List.of(second),
                tidied.deployments().stream().map(GroupDeployment::deployment).toList());
    }
}
