package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Duration;
import java.util.List;
import launchguard.model.DeploymentId;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Impact;
import org.junit.jupiter.api.Test;

/** Rung redeploy on the whole deployment group: one for all its cases. */
class WholeGroupTest {
    private static final DeploymentId BY_OTHER = new DeploymentId("d-OTHERS001");
    private final SituationBuilder scene = new SituationBuilder();

    WholeGroupTest() {
        scene.wholeGroup = true;
        scene.desired = 3;
        scene.percent = 100;
        scene.members.subList(3, 10).clear();
        broken(2);
    }

    private void broken(int number) {
        scene.budget = scene.budget.broken(SituationBuilder.caseOf(number), scene.now.plusSeconds(1));
    }

    private void deployedByOther(@org.jspecify.annotations.Nullable DeploymentId deployment) {
        scene.budget = scene.budget
                .reserve(SituationBuilder.caseOf(2), scene.now.plusSeconds(60))
                .deployed(SituationBuilder.caseOf(2), scene.now.minusSeconds(5), "3b1f9a52", deployment);
    }

    @Test
    void moreBrokenThanHealthy_deploys_andSaysSoInTheBudget() {
        Decision.Act act = assertInstanceOf(Decision.Act.class, scene.decision());
        assertEquals(SituationBuilder.redeployGroup(), act.action());
        assertEquals(
                List.of(new GroupDeployment(SituationBuilder.caseOf(1), scene.now, "3b1f9a52", null)),
                act.budget().deployments());
    }

    @Test
    void healthyOutnumberBroken_isRefused_asManyOfBothIsNot() {
        scene.members.add(new GroupState.Member(SituationBuilder.instance(4), "InService", true, null));
        assertEquals("acts: REDEPLOY", scene.refusal());
        scene.members.add(new GroupState.Member(SituationBuilder.instance(5), "InService", true, null));
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
        scene.member(5, "InService", false);
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void brokenOnes_countAsInstancesThatAreStillThere() {
        // The same instance in two cases, one that is gone, one that is leaving, and one whose reservation has expired.
        scene.budget = scene.budget.release(SituationBuilder.caseOf(2));
        scene.budget = scene.budget
                .broken(SituationBuilder.caseOf(1).next(), scene.now.plusSeconds(9))
                .broken(SituationBuilder.caseOf(77), scene.now.plusSeconds(9))
                .broken(SituationBuilder.caseOf(4), scene.now.plusSeconds(9))
                .broken(SituationBuilder.caseOf(2), scene.now);
        scene.members.add(new GroupState.Member(SituationBuilder.instance(4), "Terminating:Wait", true, null));
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
    }

    @Test
    void brokenOnes_outOfService_areNotTakenFromTheHealthy() {
        scene.member(2, "InService", false);
        scene.members.add(new GroupState.Member(SituationBuilder.instance(4), "InService", true, null));
        scene.members.add(new GroupState.Member(SituationBuilder.instance(5), "InService", true, null));
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
    }

    @Test
    void ownInstance_isBroken_whateverTheBudgetSays() {
        scene.budget = scene.budget.release(SituationBuilder.caseOf(1)).release(SituationBuilder.caseOf(2));
        scene.member(3, "Standby", true);
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void otherRevision_isNotDeployed_theNextRungIs() {
        scene.revisionCurrent = false;
        assertEquals("acts: REPLACE", scene.refusal());
        assertEquals("LADDER_EXHAUSTED escalated", scene.ladder(Rung.REDEPLOY).refusal());
    }

    @Test
    void budget_isShared() {
        scene.budget = scene.budget
                .replaced(SituationBuilder.caseOf(8), scene.now, null, 1)
                .replaced(SituationBuilder.caseOf(9), scene.now, null, 1);
        assertEquals("REPLACEMENT_BUDGET for now", scene.refusal());
    }

    @Test
    void deploymentOfAnotherCase_isShared_whileItRunsToo() {
        deployedByOther(BY_OTHER);
        scene.deploying = List.of(BY_OTHER);
        scene.percent = 0;
        scene.maxReplacements = 0;
        Decision.Join join = assertInstanceOf(Decision.Join.class, scene.decision());
        assertEquals(BY_OTHER, join.deployment().deployment());
        assertEquals(SituationBuilder.redeployGroup(), join.action());
    }

    @Test
    void deploymentOfAnotherCase_thatHasNoNameYet_isWaitedFor() {
        deployedByOther(null);
        assertEquals("DEPLOYMENT_RUNNING for now", scene.refusal());
        scene.now = scene.windowEnds;
        deployedByOther(null);
        assertEquals("DEPLOYMENT_RUNNING escalated", scene.refusal());
    }

    @Test
    void deploymentBeforeTheLaunch_neverCameHere_andIsTheWindowsOnlyOne() {
        scene.budget = scene.budget.deployed(
                SituationBuilder.caseOf(2), SituationBuilder.LAUNCH.minusSeconds(1), "3b1f9a52", BY_OTHER);
        assertEquals("REPLACEMENT_BUDGET for now", scene.refusal());
        scene.budget = scene.budget.deployed(SituationBuilder.caseOf(2), SituationBuilder.LAUNCH, "3b1f9a52", BY_OTHER);
        assertEquals("joins", scene.refusal());
    }

    @Test
    void deploymentOfAnEarlierWindow_orOfAnotherDeploymentGroup_isNotShared() {
        scene.budget = scene.budget
                .deployed(SituationBuilder.caseOf(2), scene.now.minus(Duration.ofHours(1)), "3b1f9a52", BY_OTHER)
                .deployed(SituationBuilder.caseOf(3), scene.now, "another", new DeploymentId("d-3"));
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void ownIntentThatNeverBecameADeployment_isDecidedAnew_andSpendsNothing() {
        scene.maxReplacements = 1;
        scene.budget = scene.budget.deployed(SituationBuilder.caseOf(1), scene.now.minusSeconds(60), "3b1f9a52", null);
        scene.tried(SituationBuilder.redeployGroup(), Attempt.End.BUSY);
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void release_takesBackWhatWasOnlyIntended_notWhatWasBegun() {
        GroupBudget budget = scene.budget
                .deployed(SituationBuilder.caseOf(1), scene.now, "one", null)
                .deployed(SituationBuilder.caseOf(1), scene.now, "two", BY_OTHER)
                .deployed(SituationBuilder.caseOf(2), scene.now, "one", null)
                .release(SituationBuilder.caseOf(1));
        assertEquals(
                List.of("two", "one"),
                budget.deployments().stream().map(GroupDeployment::groupId).toList());
    }

    @Test
    void localDeployment_isNotKnownToCodeDeploy_theNextRungFollows() {
        scene.verdict = new Verdict.StaleJdk(
                new JudgedDeployment("3b1f9a52", "d-ABCDEFGH1-local"),
                SituationBuilder.RACED,
                Impact.FILES_GONE,
                SituationBuilder.jvms(1));
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void groupDeployment_isTriedOnce() {
        scene.tried(SituationBuilder.redeployGroup(), Attempt.End.PROVED);
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void runningDeploymentOfAnotherCaller_holdsBack() {
        scene.deploying = List.of(BY_OTHER);
        assertEquals("DEPLOYMENT_RUNNING for now", scene.refusal());
    }
}
