package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import launchguard.guard.Attempt.End;
import launchguard.guard.GroupState.Member;
import launchguard.model.InstanceId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits count instances: missing ones, weighted ones, and those that a whole deployment group reaches. */
class CountedInstancesTest {
    private final SituationBuilder scene = new SituationBuilder().ladder(Rung.REPLACE);

    private void left(int count) {
        scene.members.subList(count, scene.members.size()).clear();
    }

    @ParameterizedTest
    @CsvSource({
        "10,10,acts: REPLACE",
        "10,9,acts: REPLACE",
        "10,8,UNAVAILABLE_SHARE for now",
        "10,3,UNAVAILABLE_SHARE for now",
        "2,1,UNAVAILABLE_SHARE for now",
        "1,1,SINGLE_INSTANCE_GROUP escalated",
        "9,10,acts: REPLACE"
    })
    void missingMembersAreUnavailable(int desired, int there, String expected) {
        scene.desired = desired;
        left(there);
        assertEquals(expected, scene.refusal());
    }

    @Test
    void missingMembers_holdEveryRungBack() {
        left(8);
        assertEquals("UNAVAILABLE_SHARE for now", scene.ladder(Rung.REDEPLOY).refusal());
        assertEquals("UNAVAILABLE_SHARE for now", scene.ladder(Rung.RESTART).refusal());
    }

    @Test
    void membersThatWait_areUnavailable_warmedOnesAreNoPartOfTheGroup() {
        scene.member(2, "Standby", true);
        assertEquals("acts: REPLACE", scene.refusal());
        scene.member(3, "Terminating:Wait", true);
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
        scene.member(3, "InService", true);
        for (String warmed : List.of("Warmed:Stopped", "Warmed:Running", "Warmed:Pending:Wait")) {
            scene.members.add(new Member(SituationBuilder.instance(scene.members.size() + 1), warmed, true, null));
        }
        assertEquals("acts: REPLACE", scene.refusal());
        left(10);
        scene.members.set(9, new Member(SituationBuilder.instance(10), "Warmed:Stopped", true, null));
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
    }

    /** The gap that a repaired instance left behind is not counted beside its reservation. */
    @Test
    void reservationOfAnInstanceThatHasLeft_andItsGap_areOne() {
        left(9);
        scene.budget = scene.budget.reserve(SituationBuilder.caseOf(10), scene.now.plusSeconds(60));
        assertEquals("acts: REPLACE", scene.refusal());
        left(8);
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 80, 10_000})
    void unitsAreNoInstances(int units) {
        scene.inUnits = true;
        scene.desired = units;
        scene.percent = 20;
        scene.budget = scene.budget.reserve(SituationBuilder.caseOf(2), scene.now.plusSeconds(60));
        assertEquals("acts: REPLACE", scene.refusal());
        scene.budget = scene.budget.reserve(SituationBuilder.caseOf(3), scene.now.plusSeconds(60));
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
        scene.budget = GroupBudget.empty(scene.budget.group());
        left(1);
        assertEquals("SINGLE_INSTANCE_GROUP escalated", scene.refusal());
    }

    /** Two of weight 8 in a group of 16 units, of which one is leaving: the other is the only one. */
    @Test
    void inUnits_leavingMembersAreNotCounted() {
        scene.inUnits = true;
        scene.desired = 16;
        left(2);
        scene.member(2, "Terminating", true);
        assertEquals("SINGLE_INSTANCE_GROUP escalated", scene.refusal());
    }

    private void wholeGroup() {
        scene.ladder(Rung.REDEPLOY).wholeGroup = true;
        scene.percent = 100;
        scene.desired = 1;
        left(1);
    }

    @Test
    void healthyInstancesElsewhere_outnumberTheBrokenOne() {
        wholeGroup();
        assertEquals("acts: REDEPLOY", scene.refusal());
        scene.reach = new Reach(List.of(new Member(SituationBuilder.instance(50), "InService", true, null)), null);
        assertEquals("acts: REDEPLOY", scene.refusal());
        scene.reach = new Reach(
                List.of(
                        new Member(SituationBuilder.instance(50), "InService", true, null),
                        new Member(SituationBuilder.instance(51), "InService", true, null)),
                null);
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
        scene.budget = scene.budget.broken(SituationBuilder.caseOf(51), scene.now.plusSeconds(1));
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void instanceByTagAndByGroup_countsOnce() {
        wholeGroup();
        InstanceId own = scene.members.getFirst().instance();
        scene.reach = new Reach(List.of(new Member(own, "InService", true, null)), null);
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void whatCantBeCounted_isRefused_andTheNextRungFollows() {
        wholeGroup();
        scene.reach = Reach.refused("on-premises instances can't be counted");
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
        scene.replaceSingle = true;
        assertEquals("acts: REPLACE", scene.ladder(Rung.REDEPLOY, Rung.REPLACE).refusal());
    }

    /** The deployment group has one budget for all its Auto Scaling groups, and each of these has its own. */
    @Test
    void oneDeploymentForEachDeploymentGroup_whicheverScalingGroupBegan() {
        wholeGroup();
        GroupBudget shared = GroupBudget.empty(new launchguard.model.GroupName("deployment group"))
                .deployed(
                        SituationBuilder.caseOf(77),
                        scene.now.minusSeconds(60),
                        "3b1f9a52",
                        new launchguard.model.DeploymentId("d-7"));
        Decision decision = Guard.decide(scene.situation(), scene.group(), scene.budget, shared);
        assertEquals(Decision.Join.class, decision.getClass());
        Decision.Act act = (Decision.Act)
                Guard.decide(scene.situation(), scene.group(), scene.budget, GroupBudget.empty(shared.group()));
        assertEquals(1, act.budget().deployments().size());
        assertEquals(
                1, java.util.Objects.requireNonNull(act.shared()).deployments().size());
    }

    /** Decided again, a replacement does not count against itself; another case's does. */
    @Test
    void replacementDecidedAnew_isTheSameReplacement() {
        scene.maxReplacements = 1;
        GroupBudget once = ((Decision.Act) scene.decision()).budget();
        scene.budget = once;
        scene.now = scene.now.plusSeconds(90);
        GroupBudget twice = ((Decision.Act) scene.decision()).budget();
        assertEquals(1, twice.replacements().size());
        assertEquals(scene.now, twice.replacements().getFirst().counted());
        assertEquals(
                once.replacements().getFirst().at(),
                twice.replacements().getFirst().at());
        scene.budget = GroupBudget.empty(once.group()).replaced(SituationBuilder.caseOf(2), scene.now, null, 1);
        assertEquals("REPLACEMENT_BUDGET for now", scene.refusal());
        scene.budget = scene.budget.withdrawn(SituationBuilder.caseOf(2));
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void observing_saysWhatWouldBeDone() {
        scene.ladder(Rung.REDEPLOY, Rung.REPLACE).remediate = false;
        assertEquals("OBSERVE_MODE for good", scene.refusal());
        assertEquals("redeploy", scene.would());
        scene.tried(SituationBuilder.redeploy(100), End.NOT_POSSIBLE);
        assertEquals("replace", scene.would());
        scene.desired = 1;
        left(1);
        assertEquals("SINGLE_INSTANCE_GROUP", scene.would());
        scene.suspended = java.util.Set.of("Launch");
        assertEquals("PROCESS_SUSPENDED", scene.would());
    }

    @Test
    void observing_evaluatesEveryCheck() {
        scene.remediate = false;
        scene.deploying = List.of(new launchguard.model.DeploymentId("d-1"));
        assertEquals("DEPLOYMENT_RUNNING", scene.would());
        scene.deploying = List.of();
        scene.refreshing = true;
        assertEquals("INSTANCE_REFRESH_RUNNING", scene.would());
        scene.refreshing = false;
        left(8);
        assertEquals("UNAVAILABLE_SHARE", scene.would());
        scene.percent = 100;
        scene.maxReplacements = 0;
        assertEquals("REPLACEMENT_BUDGET", scene.would());
        scene.member(1, "Standby", true);
        assertEquals("NOT_IN_SERVICE", scene.would());
        scene.optedIn = false;
        assertEquals("OPTED_OUT for good", scene.refusal());
    }

    @Test
    void diagnosisAndTaggedGroup_areRehearsedToo_alsoAtTheWindowsEnd() {
        scene.observeOnly = true;
        assertEquals("OBSERVE_MODE for good", scene.refusal());
        assertEquals("replace", scene.would());
        scene.observeOnly = false;
        assertEquals("acts: REPLACE", scene.refusal());
        scene.observed = true;
        assertEquals("OBSERVE_MODE for good", scene.refusal());
        assertEquals("replace", scene.would());
        scene.now = scene.windowEnds.plus(Duration.ofMinutes(1));
        scene.refreshing = true;
        assertEquals("INSTANCE_REFRESH_RUNNING", scene.would());
    }
}
