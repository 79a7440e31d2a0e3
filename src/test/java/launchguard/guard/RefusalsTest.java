package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import launchguard.guard.GroupState.Member;
import launchguard.model.CaseId;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.verdict.Race;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Impact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal by its name, with its boundary. */
class RefusalsTest {
    private final SituationBuilder scene = new SituationBuilder();

    private SituationBuilder replacing() {
        return scene.ladder(Rung.REPLACE);
    }

    @Test
    void nothingInTheWay_acts() {
        assertEquals(SituationBuilder.redeploy(100), scene.action());
        assertEquals("acts: REPLACE", replacing().refusal());
    }

    @ParameterizedTest
    @CsvSource({
        "0,20,1",
        "1,20,1",
        "4,20,1",
        "5,20,1",
        "9,20,1",
        "10,20,2",
        "14,20,2",
        "15,20,3",
        "100,20,20",
        "3,100,3",
        "10,0,1",
        "10,9,1",
        "10,10,1",
        "10,19,1",
        "10,29,2",
        "7,50,3",
        "30,33,9"
    })
    void unavailable_isTheShareRoundedDown_butAtLeastOne(int desired, int percent, int most) {
        scene.percent = percent;
        assertEquals(most, scene.limits().unavailable(desired));
    }

    @Test
    void share_countsUnavailableMembersAndOthersReservations_eachInstanceOnce() {
        scene.member(2, "Pending", true);
        assertEquals("acts: REDEPLOY", scene.refusal());
        scene.budget = scene.budget.reserve(SituationBuilder.caseOf(2), scene.now.plusSeconds(60));
        assertEquals("acts: REDEPLOY", scene.refusal());
        scene.budget = scene.budget.reserve(SituationBuilder.caseOf(3), scene.now.plusSeconds(60));
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
        scene.budget = scene.budget.release(SituationBuilder.caseOf(3));
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pending", "Pending:Wait", "Standby", "Terminating", "Terminating:Wait", "Quarantined"})
    void share_countsWhateverIsNotInService(String lifecycle) {
        scene.member(2, lifecycle, true).member(3, lifecycle, true);
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
    }

    @Test
    void share_countsUnhealthyMembers() {
        scene.member(2, "InService", false).member(3, "InService", false);
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
    }

    @Test
    void share_ownInstanceCountsOnce_whateverItsStateAndReservations() {
        scene.percent = 1;
        scene.member(1, "InService", false);
        scene.budget = scene.budget
                .reserve(SituationBuilder.caseOf(1), scene.now.plusSeconds(60))
                .reserve(SituationBuilder.caseOf(1).next(), scene.now.plusSeconds(60));
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void share_reservationEndsAtItsExpiry() {
        scene.percent = 1;
        scene.budget = scene.budget.reserve(SituationBuilder.caseOf(2), scene.now.plusMillis(1));
        assertEquals("UNAVAILABLE_SHARE for now", scene.refusal());
        scene.budget = scene.budget.reserve(SituationBuilder.caseOf(2), scene.now);
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    private static GroupBudget spent(GroupBudget budget, int number, Instant at) {
        return budget.replaced(SituationBuilder.caseOf(number), at, "other:1", 1);
    }

    @Test
    void budget_countsAReplacementFromWhenItTakesEffect_andOnce() {
        Instant decided = SituationBuilder.LAUNCH.minusSeconds(3_000);
        replacing().budget = spent(spent(scene.budget, 2, decided.minusSeconds(60)), 3, SituationBuilder.LAUNCH);
        assertEquals("acts: REPLACE", scene.refusal());
        scene.budget = scene.budget.delayed(SituationBuilder.caseOf(2), decided.plusSeconds(600));
        assertEquals("REPLACEMENT_BUDGET for now", scene.refusal());
        scene.maxReplacements = 3;
        scene.budget = scene.budget.delayed(SituationBuilder.caseOf(2), decided.plusSeconds(900));
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void budget_countsTheWindowByNow() {
        replacing().budget = spent(
                spent(scene.budget, 2, scene.now),
                3,
                scene.now.minus(Duration.ofHours(1)).plusMillis(1));
        assertEquals("REPLACEMENT_BUDGET for now", scene.refusal());
        scene.now = scene.now.plusMillis(1);
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void budget_ofZero_replacesNothing_butRedeploys() {
        scene.maxReplacements = 0;
        assertEquals("acts: REDEPLOY", scene.refusal());
        assertEquals("REPLACEMENT_BUDGET for now", replacing().refusal());
    }

    @Test
    void budget_countsDeploymentsOfWholeGroups_ownOnesToo() {
        replacing().maxReplacements = 1;
        scene.budget = scene.budget.deployed(
                SituationBuilder.caseOf(1), scene.now, "3b1f9a52", new DeploymentId("d-ABCDEFGH2"));
        assertEquals("REPLACEMENT_BUDGET for now", scene.refusal());
    }

    @Test
    void budget_isRememberedForEachDeploymentGroupOfACase() {
        scene.budget = scene.budget
                .deployed(SituationBuilder.caseOf(1), scene.now, "one", new DeploymentId("d-1"))
                .deployed(SituationBuilder.caseOf(1), scene.now, "two", new DeploymentId("d-2"));
        assertEquals("REPLACEMENT_BUDGET for now", replacing().refusal());
    }

    @Test
    void recurring_afterTheSecondGenerationOfATemplateVersion() {
        replacing().maxReplacements = 100;
        scene.budget = scene.budget.replaced(
                SituationBuilder.caseOf(2), SituationBuilder.LAUNCH.minusSeconds(600), SituationBuilder.TEMPLATE, 1);
        assertEquals("acts: REPLACE", scene.refusal());
        scene.budget = scene.budget.replaced(
                SituationBuilder.caseOf(3), SituationBuilder.LAUNCH, SituationBuilder.TEMPLATE, 2);
        assertEquals("RECURRING escalated", scene.refusal());
        scene.members.set(0, new Member(SituationBuilder.instance(1), "InService", true, "lt-1:8"));
        assertEquals("acts: REPLACE", scene.refusal());
        scene.members.set(0, new Member(SituationBuilder.instance(1), "InService", true, null));
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void recurring_isNotCausedByReplacementsAfterTheLaunch() {
        replacing().maxReplacements = 100;
        scene.budget = scene.budget.replaced(
                SituationBuilder.caseOf(3), SituationBuilder.LAUNCH.plusSeconds(1), SituationBuilder.TEMPLATE, 2);
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void recurring_isSaidBeforeTheBudget_sinceNoWindowHelps() {
        replacing().budget = scene.budget
                .replaced(
                        SituationBuilder.caseOf(2),
                        SituationBuilder.LAUNCH.minusSeconds(60),
                        SituationBuilder.TEMPLATE,
                        1)
                .replaced(
                        SituationBuilder.caseOf(3),
                        SituationBuilder.LAUNCH.minusSeconds(30),
                        SituationBuilder.TEMPLATE,
                        2);
        assertEquals("RECURRING escalated", scene.refusal());
    }

    @Test
    void generations_followOneAnother() {
        replacing().maxReplacements = 100;
        scene.budget = scene.budget.replaced(
                SituationBuilder.caseOf(2), SituationBuilder.LAUNCH, SituationBuilder.TEMPLATE, 1);
        Decision.Act act = assertInstanceOf(Decision.Act.class, scene.decision());
        assertEquals(
                List.of(1, 2),
                act.budget().replacements().stream()
                        .map(Replacement::generation)
                        .toList());
    }

    @Test
    void singleInstance_isNotReplaced_unlessAllowed() {
        replacing().desired = 1;
        assertEquals("SINGLE_INSTANCE_GROUP escalated", scene.refusal());
        scene.replaceSingle = true;
        assertEquals("acts: REPLACE", scene.refusal());
        scene.replaceSingle = false;
        scene.desired = 2;
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void singleInstance_isRedeployed() {
        scene.desired = 1;
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @Test
    void instanceRefresh_holdsBackReplacingOnly() {
        scene.refreshing = true;
        assertEquals("acts: REDEPLOY", scene.refusal());
        assertEquals("acts: RESTART", scene.ladder(Rung.RESTART).refusal());
        assertEquals("INSTANCE_REFRESH_RUNNING for now", replacing().refusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Launch", "Terminate", "ReplaceUnhealthy"})
    void suspendedProcess_holdsBackReplacingOnly(String process) {
        scene.suspended = Set.of("AZRebalance", process);
        assertEquals("acts: REDEPLOY", scene.refusal());
        assertEquals("PROCESS_SUSPENDED for now", replacing().refusal());
        scene.suspended = Set.of("AZRebalance", "HealthCheck", "AlarmNotification");
        assertEquals("acts: REPLACE", scene.refusal());
    }

    @Test
    void runningDeployment_holdsBackAll() {
        scene.deploying = List.of(new DeploymentId("d-1"));
        for (Rung rung : Rung.values()) {
            assertEquals("DEPLOYMENT_RUNNING for now", scene.ladder(rung).refusal());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pending", "Pending:Wait", "EnteringStandby", "Standby", "Warmed:Stopped"})
    void notInService_holdsBackAll(String lifecycle) {
        scene.member(1, lifecycle, true);
        for (Rung rung : Rung.values()) {
            assertEquals("NOT_IN_SERVICE for now", scene.ladder(rung).refusal());
        }
    }

    /** A matter of seconds: nothing is refused, whatever else holds, and the instance is probed again. */
    @Test
    void onItsWayIntoService_isWaitedFor_untilTheWindowEnds() {
        scene.member(1, "Pending:Proceed", true);
        scene.asked = 7;
        for (boolean remediate : new boolean[] {true, false}) {
            scene.remediate = remediate;
            for (Verdict verdict : List.of(scene.verdict, SituationBuilder.failed())) {
                scene.verdict = verdict;
                assertEquals(new Decision.AskAgain(Duration.ofMinutes(1)), scene.decision());
            }
        }
        scene.remediate = true;
        scene.verdict = new SituationBuilder().verdict;
        scene.now = scene.windowEnds;
        assertEquals("NOT_IN_SERVICE escalated", scene.refusal());
    }

    /** What would be done is said once it could be; a person's diagnosis ends at once. */
    @Test
    void observedLaunch_isWaitedFor_untilTheWindowEnds() {
        scene.remediate = false;
        for (String lifecycle : List.of("Pending", "Pending:Wait", "Pending:Proceed")) {
            scene.member(1, lifecycle, true);
            assertEquals("asks again", scene.refusal(), lifecycle);
            scene.observeOnly = true;
            assertEquals("NOT_IN_SERVICE", scene.would(), lifecycle);
            scene.observeOnly = false;
        }
        scene.now = scene.windowEnds;
        assertEquals("NOT_IN_SERVICE", scene.would());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Terminating", "Terminating:Wait", "Terminating:Proceed", "Terminated", "Detaching", "Detached"})
    void leaving_isGone(String lifecycle) {
        scene.member(1, lifecycle, true);
        assertEquals("gone", scene.refusal());
    }

    @Test
    void notAMember_isGone() {
        scene.members.removeFirst();
        assertEquals("gone", scene.refusal());
        scene.members.clear();
        assertEquals("gone", scene.refusal());
    }

    @Test
    void optedOut_isFinal_andBeforeEverything() {
        scene.optedIn = false;
        assertEquals("OPTED_OUT for good", scene.refusal());
        scene.members.clear();
        assertEquals("OPTED_OUT for good", scene.refusal());
    }

    @Test
    void observeMode_isFinal() {
        scene.remediate = false;
        assertEquals("OBSERVE_MODE for good", scene.refusal());
        scene.verdict = SituationBuilder.replaced();
        assertEquals("OBSERVE_MODE for good", scene.refusal());
        scene.verdict = SituationBuilder.failed();
        assertEquals("OBSERVE_MODE for good", scene.refusal());
    }

    @Test
    void diagnosisOnly_isObserved_inRemediateModeToo() {
        scene.observeOnly = true;
        assertEquals("OBSERVE_MODE for good", scene.refusal());
    }

    @Test
    void reportOnly_isForJdksReplacedInPlace() {
        scene.actInPlace = false;
        assertEquals("acts: REDEPLOY", scene.refusal());
        scene.verdict = SituationBuilder.stale(Impact.REPLACED_IN_PLACE, SituationBuilder.RACED, 100);
        assertEquals("REPORT_ONLY for good", scene.refusal());
        scene.remediate = false;
        assertEquals("REPORT_ONLY for good", scene.refusal());
    }

    @Test
    void exhaustedLadder_namesWhatEachRungLacks() {
        scene.tried(SituationBuilder.redeploy(100), Attempt.End.NOT_POSSIBLE)
                .tried(new Action.Replace(), Attempt.End.BROKE);
        Decision.Escalate escalated = assertInstanceOf(Decision.Escalate.class, scene.decision());
        assertEquals(Refusal.Name.LADDER_EXHAUSTED, escalated.refusal().name());
        assertEquals(
                "no rung is left: redeploy was tried; replace was tried",
                escalated.refusal().reason());
    }

    @Test
    void temporaryRefusal_waitsUntilTheWindowEnds_thenEscalates() {
        scene.deploying = List.of(new DeploymentId("d-1"));
        scene.asked = 9;
        scene.now = scene.windowEnds.minus(Duration.ofMinutes(5));
        assertEquals(Duration.ofMinutes(5), ((Decision.RefuseForNow) scene.decision()).after());
        scene.now = scene.windowEnds.minusMillis(1);
        assertEquals(Duration.ofMinutes(1), ((Decision.RefuseForNow) scene.decision()).after());
        scene.now = scene.windowEnds;
        assertEquals("DEPLOYMENT_RUNNING escalated", scene.refusal());
    }

    @ParameterizedTest
    @CsvSource({
        "0,30,60,60",
        "1,30,60,120",
        "2,30,60,240",
        "3,60,60,480",
        "4,120,60,900",
        "5,240,120,900",
        "6,480,240,900",
        "7,900,480,900",
        "8,900,900,900",
        "60,900,900,900",
        "2147483647,900,900,900"
    })
    void backoff(int asked, int ofTheGroup, int ofADeployment, int ofARefresh) {
        scene.asked = asked;
        scene.member(1, "Standby", true);
        assertEquals(Duration.ofSeconds(ofTheGroup), scene.after());
        scene.member(1, "InService", true).deploying = List.of(new DeploymentId("d-1"));
        assertEquals(Duration.ofSeconds(ofADeployment), scene.after());
        scene.deploying = List.of();
        scene.ladder(Rung.REPLACE).refreshing = true;
        assertEquals(Duration.ofSeconds(ofARefresh), scene.after());
    }

    @Test
    void heldBackByTheGroup_needsNoCodeDeploy() {
        assertEquals(Optional.empty(), scene.heldBack());
        scene.member(1, "Standby", true);
        assertEquals(Optional.of(Refusal.Name.NOT_IN_SERVICE), scene.heldBack());
        scene.member(1, "InService", true).member(2, "Pending", true).member(3, "Pending", true);
        assertEquals(Optional.of(Refusal.Name.UNAVAILABLE_SHARE), scene.heldBack());
    }

    /** The early refusal must not be given where the whole decision could be another one. */
    @Test
    void heldBackByTheGroup_isNotSaid_whereMoreDecides() {
        scene.member(2, "Pending", true).member(3, "Pending", true);
        scene.observed = true;
        assertEquals(Optional.empty(), scene.heldBack());
        scene.observed = false;
        scene.optedIn = false;
        assertEquals(Optional.empty(), scene.heldBack());
        scene.optedIn = true;
        scene.wholeGroup = true;
        assertEquals(Optional.empty(), scene.heldBack());
        scene.wholeGroup = false;
        scene.member(1, "Pending:Wait", true);
        assertEquals(Optional.empty(), scene.heldBack());
        scene.member(1, "Terminating", true);
        assertEquals(Optional.empty(), scene.heldBack());
        scene.member(1, "InService", true).now = scene.windowEnds;
        assertEquals(Optional.empty(), scene.heldBack());
    }

    @Test
    void namesOfRefusals_areTheContracts() {
        Set<Refusal.Name> temporary = Set.of(
                Refusal.Name.DEPLOYMENT_RUNNING,
                Refusal.Name.INSTANCE_REFRESH_RUNNING,
                Refusal.Name.PROCESS_SUSPENDED,
                Refusal.Name.NOT_IN_SERVICE,
                Refusal.Name.UNAVAILABLE_SHARE,
                Refusal.Name.REPLACEMENT_BUDGET,
                Refusal.Name.REPAIR_RUNNING);
        for (Refusal.Name name : Refusal.Name.values()) {
            assertEquals(temporary.contains(name), name.temporary(), name.name());
        }
        assertEquals(13, Refusal.Name.values().length);
    }

    @Test
    void finalRefusalOfOneRung_leadsToTheNext_temporaryOneDoesNot() {
        scene.ladder(Rung.REPLACE, Rung.REDEPLOY).desired = 1;
        assertEquals("acts: REDEPLOY", scene.refusal());
        scene.desired = 10;
        scene.refreshing = true;
        assertEquals("INSTANCE_REFRESH_RUNNING for now", scene.refusal());
    }

    @Test
    void act_reservesTheInstanceAndItsReplacement_inTheBudget() {
        Decision.Act act = assertInstanceOf(Decision.Act.class, replacing().decision());
        assertEquals(
                List.of(new Reservation(SituationBuilder.caseOf(1), scene.now.plus(Duration.ofMinutes(15)))),
                act.budget().reservations());
        assertEquals(
                List.of(new Replacement(SituationBuilder.caseOf(1), scene.now, null, SituationBuilder.TEMPLATE, 1)),
                act.budget().replacements());
        scene.ladder(Rung.REDEPLOY);
        act = assertInstanceOf(Decision.Act.class, scene.decision());
        assertEquals(
                List.of(new Reservation(SituationBuilder.caseOf(1), scene.now.plus(Duration.ofMinutes(70)))),
                act.budget().reservations());
        assertTrue(act.budget().replacements().isEmpty());
    }

    @Test
    void tidiedBudget_keepsWhatLimitsLookBackOn_andStaysBounded() {
        GroupBudget budget = GroupBudget.empty(new GroupName("web"));
        for (int i = 0; i < 10_000; i++) {
            java.time.Instant at = SituationBuilder.LAUNCH.plusSeconds(10L * i);
            CaseId id = SituationBuilder.caseOf(i);
            budget = budget.reserve(id, at.plus(Duration.ofMinutes(15)))
                    .replaced(id, at, SituationBuilder.TEMPLATE, 1 + i % 2)
                    .tidied(at, Duration.ofHours(1));
        }
        assertTrue(
                budget.replacements().size() <= 420, "" + budget.replacements().size());
        assertTrue(
                budget.reservations().size() <= 90, "" + budget.reservations().size());
        java.time.Instant last = SituationBuilder.LAUNCH.plusSeconds(99_990);
        assertEquals(360, budget.spent(SituationBuilder.caseOf(0), last, Duration.ofHours(1)));
        assertEquals(3, budget.generation(SituationBuilder.TEMPLATE, last.minus(Duration.ofHours(5))));
        assertEquals(
                1,
                budget.tidied(last.plus(Duration.ofHours(25)), Duration.ofHours(1))
                        .generation(SituationBuilder.TEMPLATE, last));
    }

    @Test
    void unknownRace_isNotTakenForOne() {
        scene.ladder(Rung.REPLACE).verdict = SituationBuilder.stale(Impact.FILES_GONE, Race.UNKNOWN, 100);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }
}
