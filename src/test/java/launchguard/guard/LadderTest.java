package launchguard.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Attempt.End;
import launchguard.model.DeploymentGroup;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Race;
import launchguard.verdict.Unfinished;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Impact;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which verdict leads to which rung, and what follows on how it ended. */
class LadderTest {
    private final SituationBuilder scene = new SituationBuilder();

    private static final Verdict HEALTHY = new Verdict.Healthy(SituationBuilder.SUBJECT, Race.UNKNOWN, 1);
    private static final Verdict HEALTHY_WITHOUT_JVM = new Verdict.Healthy(SituationBuilder.SUBJECT, Race.UNKNOWN, 0);

    @Test
    void fullLadder_isClimbedInItsOrder() {
        scene.ladder(Rung.RESTART, Rung.REDEPLOY, Rung.REPLACE);
        assertEquals(SituationBuilder.restart(100), scene.action());
        scene.tried(SituationBuilder.restart(100), End.NOT_POSSIBLE);
        assertEquals(SituationBuilder.redeploy(100), scene.action());
        scene.tried(SituationBuilder.redeploy(100), End.BROKE);
        assertEquals(new Action.Replace(), scene.action());
        scene.tried(new Action.Replace(), End.BROKE);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void reversedLadder_too() {
        scene.ladder(Rung.REPLACE, Rung.REDEPLOY, Rung.RESTART);
        assertEquals(new Action.Replace(), scene.action());
        scene.tried(new Action.Replace(), End.NOT_POSSIBLE);
        assertEquals(SituationBuilder.redeploy(100), scene.action());
        scene.tried(SituationBuilder.redeploy(100), End.NOT_POSSIBLE);
        assertEquals(SituationBuilder.restart(100), scene.action());
    }

    @Test
    void rungThatWasBusy_isTakenAgain() {
        scene.tried(SituationBuilder.redeploy(100), End.BUSY).tried(SituationBuilder.redeploy(100), End.BUSY);
        assertEquals(SituationBuilder.redeploy(100), scene.action());
    }

    @ParameterizedTest
    @EnumSource(value = End.class, names = "BUSY", mode = EnumSource.Mode.EXCLUDE)
    void rungThatEnded_isNeverRepeated(End end) {
        scene.ladder(Rung.REDEPLOY).tried(SituationBuilder.redeploy(100), end);
        // A local run changes the deployment's id, and the processes are others.
        scene.verdict = new Verdict.StaleJdk(
                new JudgedDeployment("3b1f9a52", "d-ABCDEFGH1-local"),
                SituationBuilder.RACED,
                Impact.FILES_GONE,
                SituationBuilder.jvms(200));
        assertEquals(end == End.OUTDATED ? "acts: REDEPLOY" : "LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void restart_goesFromProcessToProcess() {
        scene.ladder(Rung.RESTART).verdict =
                SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 100, 200, 300);
        assertEquals(SituationBuilder.restart(100), scene.action());
        scene.tried(SituationBuilder.restart(100), End.PROVED);
        assertEquals(SituationBuilder.restart(200), scene.action());
        scene.tried(SituationBuilder.restart(200), End.NOT_POSSIBLE);
        assertEquals(SituationBuilder.restart(300), scene.action());
        scene.tried(SituationBuilder.restart(300), End.PROVED);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void restart_ofTheSameNumberBornLater_isAnother() {
        scene.ladder(Rung.RESTART).tried(new Action.Restart(100, 7), End.PROVED);
        assertEquals(SituationBuilder.restart(100), scene.action());
    }

    /** The verdict is of a look after the restart: what is stale by it is still there, and what is down is missing. */
    @Test
    void restart_thatBroke_isFollowedByARedeploymentOfWhatIsStaleOrMissingNow() {
        scene.ladder(Rung.RESTART, Rung.REDEPLOY).verdict =
                SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 100, 200);
        scene.tried(SituationBuilder.restart(100), End.BROKE);
        assertEquals(SituationBuilder.redeploy(100, 200), scene.action());
        assertTrue(((Redeploy) scene.action()).onlyStale());
        scene.loss = new JvmLoss(
                SituationBuilder.SUBJECT, List.of("app.service", "worker@1.service", "; reboot.service"), true);
        scene.verdict = SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 200);
        Redeploy both = (Redeploy) scene.action();
        assertEquals(SituationBuilder.redeploy(200).processes(), both.processes());
        assertEquals(List.of("app.service", "worker@1.service"), both.units());
        assertFalse(both.onlyStale());
        scene.verdict = new Verdict.Inconclusive("app.service is down");
        assertEquals(List.of(), ((Redeploy) scene.action()).processes());
    }

    @Test
    void outdated_theSameActionIsNotPossible_anotherIs() {
        scene.ladder(Rung.RESTART, Rung.REDEPLOY, Rung.REPLACE).tried(SituationBuilder.restart(100), End.OUTDATED);
        assertEquals(SituationBuilder.redeploy(100), scene.action());
        scene.verdict = SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 200);
        assertEquals(SituationBuilder.restart(200), scene.action());
        scene.ladder(Rung.REDEPLOY, Rung.REPLACE).tried(SituationBuilder.redeploy(200), End.OUTDATED);
        assertEquals("acts: REPLACE", scene.refusal());
        scene.verdict = SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 300);
        assertEquals(SituationBuilder.redeploy(300), scene.action());
        for (int pid : new int[] {300, 400}) {
            scene.tried(SituationBuilder.redeploy(pid), End.OUTDATED);
        }
        scene.verdict = SituationBuilder.stale(Impact.FILES_GONE, SituationBuilder.RACED, 500);
        assertEquals("acts: REPLACE", scene.refusal(), "each look shows another process: not for ever");
    }

    @Test
    void stopHookThatFails_leadsToAnyRungButAReplacement() {
        scene.ladder(Rung.REDEPLOY, Rung.RESTART, Rung.REPLACE).tried(SituationBuilder.redeploy(100), End.NOT_STOPPED);
        assertEquals(SituationBuilder.restart(100), scene.action());
        scene.tried(SituationBuilder.restart(100), End.NOT_POSSIBLE);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
        scene.tried(SituationBuilder.restart(100), End.BROKE);
        assertEquals("acts: REPLACE", scene.refusal(), "what broke later is a reason of its own");
        SituationBuilder first = new SituationBuilder().ladder(Rung.RESTART, Rung.REDEPLOY, Rung.REPLACE);
        first.tried(SituationBuilder.restart(100), End.BROKE).tried(SituationBuilder.redeploy(100), End.NOT_STOPPED);
        assertEquals("LADDER_EXHAUSTED escalated", first.refusal(), "the JVM runs");
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void goodVerdict_isNoneWhereTheRemedysGroupLacksItsJvm(End end) {
        for (Verdict good : List.of(
                new Verdict.Healthy(SituationBuilder.SUBJECT, new Race(400.0, false), 1),
                new Verdict.LuckyRace(SituationBuilder.SUBJECT, SituationBuilder.RACED, true, 1),
                new Verdict.NotDeployed(null, false),
                new Verdict.Inconclusive("app.service is down"))) {
            SituationBuilder lost = new SituationBuilder().tried(SituationBuilder.redeploy(100), end);
            lost.verdict = good;
            lost.loss = new JvmLoss(SituationBuilder.SUBJECT, List.of(), true);
            boolean tried = end != End.BUSY && end != End.OUTDATED;
            if (end != End.BROKE) {
                assertEquals("asks again", lost.refusal(), good + " " + end);
                lost.asked = 1;
            }
            String next =
                    !tried ? "acts: REDEPLOY" : end == End.NOT_STOPPED ? "LADDER_EXHAUSTED escalated" : "acts: REPLACE";
            assertEquals(next, lost.refusal(), good + " " + end);
            lost.loss = new JvmLoss(SituationBuilder.SUBJECT, List.of(), false);
            assertEquals(tried ? "LADDER_EXHAUSTED escalated" : next, lost.refusal(), "known by its start alone");
        }
    }

    @Test
    void restart_needsAProcessThatCantBeMistaken() {
        scene.ladder(Rung.RESTART).verdict = new Verdict.StaleJdk(
                SituationBuilder.SUBJECT,
                SituationBuilder.RACED,
                Impact.FILES_GONE,
                List.of(SituationBuilder.jvm(100, null), SituationBuilder.jvm(200, 5L)));
        assertEquals(new Action.Restart(200, 5), scene.action());
    }

    @Test
    void missingJvm_isNotRestarted_butRedeployed() {
        scene.ladder(Rung.RESTART, Rung.REDEPLOY).verdict = SituationBuilder.replaced();
        assertEquals(SituationBuilder.redeploy(), scene.action());
    }

    @Test
    void failedDeployment_isActedOn_onlyInService() {
        scene.verdict = SituationBuilder.failed();
        assertEquals(SituationBuilder.redeploy(), scene.action());
        scene.member(1, "Pending:Wait", true);
        assertEquals("reports", scene.refusal());
        scene.member(1, "Terminating:Wait", true);
        assertEquals("gone", scene.refusal());
    }

    @Test
    void redeploy_needsADeploymentAndItsGroupByItsName() {
        scene.ladder(Rung.REDEPLOY).deploymentGroup = null;
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
        scene.deploymentGroup = new DeploymentGroup("rest api; reboot", "prod", "3b1f9a52");
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
        scene.deploymentGroup = new DeploymentGroup("rest-api", "prod", "another-group");
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
        scene.deploymentGroup = SituationBuilder.DEPLOYMENT_GROUP;
        assertEquals("acts: REDEPLOY", scene.refusal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"d-1; reboot", "../../etc", "", "d-", "local-x"})
    void redeploy_takesNoDeploymentOfAnyOtherShape(String hostile) {
        scene.ladder(Rung.REDEPLOY).verdict = new Verdict.StaleJdk(
                new JudgedDeployment("3b1f9a52", hostile),
                SituationBuilder.RACED,
                Impact.FILES_GONE,
                SituationBuilder.jvms(1));
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void replacement_isHeldBack_inPlaceOrWithoutARace_untilARemedyBroke() {
        for (Verdict mild : List.of(
                SituationBuilder.stale(Impact.REPLACED_IN_PLACE, SituationBuilder.RACED, 100),
                SituationBuilder.stale(Impact.REPLACED_IN_PLACE, new Race(3.0, false), 100),
                SituationBuilder.stale(Impact.FILES_GONE, new Race(0.0, false), 100))) {
            for (End end : List.of(End.PROVED, End.NOT_POSSIBLE)) {
                SituationBuilder mildly = new SituationBuilder().tried(SituationBuilder.redeploy(100), end);
                mildly.verdict = mild;
                assertEquals("LADDER_EXHAUSTED escalated", mildly.refusal(), mild + " " + end);
            }
            SituationBuilder broken = new SituationBuilder().tried(SituationBuilder.redeploy(100), End.BROKE);
            broken.verdict = mild;
            assertEquals("acts: REPLACE", broken.refusal());
            SituationBuilder restarted = new SituationBuilder()
                    .ladder(Rung.RESTART, Rung.REPLACE)
                    .tried(SituationBuilder.restart(100), End.BROKE);
            restarted.verdict = mild;
            assertEquals("acts: REPLACE", restarted.refusal());
        }
    }

    @Test
    void ladderOfReplaceOnly_inPlace_escalates() {
        scene.ladder(Rung.REPLACE).verdict =
                SituationBuilder.stale(Impact.REPLACED_IN_PLACE, SituationBuilder.RACED, 100);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void bystanders_areReported_orRestartedOnly_whateverTheLadder() {
        scene.verdict = SituationBuilder.bystander(100, 200);
        assertEquals("reports", scene.refusal());
        scene.actOnBystanders = true;
        for (List<Rung> ladder :
                List.of(List.of(Rung.REPLACE), List.of(Rung.REDEPLOY, Rung.REPLACE), List.of(Rung.values()))) {
            scene.ladder = ladder;
            assertEquals(SituationBuilder.restart(100), scene.action());
        }
        scene.tried(SituationBuilder.restart(100), End.NOT_POSSIBLE);
        assertEquals(SituationBuilder.restart(200), scene.action());
        scene.tried(SituationBuilder.restart(200), End.PROVED);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void bystanderWhoseRestartBroke_isEscalated() {
        scene.verdict = SituationBuilder.bystander(100, 200);
        scene.actOnBystanders = true;
        scene.tried(SituationBuilder.restart(100), End.BROKE);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void otherBystanders_afterARedeploymentBroke_areNotOnlyReported() {
        scene.verdict = SituationBuilder.bystander(300);
        scene.tried(SituationBuilder.redeploy(100), End.BROKE);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void bystanders_inObserveMode() {
        scene.verdict = SituationBuilder.bystander(100);
        scene.actOnBystanders = true;
        scene.remediate = false;
        assertEquals("OBSERVE_MODE for good", scene.refusal());
    }

    @Test
    void goodVerdicts_close_asRepairedOnlyAfterARemedy() {
        for (Verdict good : List.of(
                HEALTHY,
                new Verdict.LuckyRace(SituationBuilder.SUBJECT, SituationBuilder.RACED, true, 1),
                new Verdict.NotDeployed(null, false))) {
            SituationBuilder fresh = new SituationBuilder();
            fresh.verdict = good;
            assertEquals("closed", fresh.refusal());
            assertEquals(
                    "closed",
                    fresh.tried(SituationBuilder.redeploy(100), End.BUSY).refusal());
            assertEquals(
                    "closed",
                    fresh.tried(SituationBuilder.restart(100), End.NOT_POSSIBLE).refusal());
            assertEquals(
                    "repaired",
                    fresh.tried(SituationBuilder.redeploy(100), End.PROVED).refusal());
        }
    }

    @Test
    void goodVerdict_afterARemedyThatBroke_needsAJvm() {
        scene.tried(SituationBuilder.redeploy(100), End.BROKE);
        scene.verdict = HEALTHY;
        assertEquals("repaired", scene.refusal());
        for (Verdict without : List.of(
                HEALTHY_WITHOUT_JVM,
                new Verdict.LuckyRace(SituationBuilder.SUBJECT, SituationBuilder.RACED, true, 0),
                new Verdict.NotDeployed(SituationBuilder.SUBJECT, true))) {
            scene.verdict = without;
            assertEquals("acts: REPLACE", scene.refusal(), without.toString());
        }
        scene.remediate = false;
        assertEquals("OBSERVE_MODE for good", scene.refusal());
        scene.remediate = true;
        scene.tried(new Action.Replace(), End.BROKE);
        assertEquals("LADDER_EXHAUSTED escalated", scene.refusal());
    }

    @Test
    void verdictsThatDecideNothing_askAgain_untilTheWindowEnds_andNeverAct() {
        for (Verdict open : List.of(
                new Verdict.Inconclusive("cut"),
                new Verdict.Unreachable("no agent"),
                new Verdict.StillBooting(Unfinished.CLOUD_INIT, 60))) {
            SituationBuilder waiting = new SituationBuilder().tried(SituationBuilder.redeploy(100), End.BROKE);
            waiting.verdict = open;
            assertEquals("asks again", waiting.refusal());
            waiting.now = waiting.windowEnds.minusMillis(1);
            assertEquals("asks again", waiting.refusal());
            waiting.now = waiting.windowEnds;
            assertEquals("gives up", waiting.refusal());
        }
        scene.verdict = new Verdict.BootStuck(Unfinished.CLOUD_INIT, 4000);
        assertEquals("announces", scene.refusal());
        scene.now = scene.windowEnds;
        assertEquals("gives up", scene.refusal());
    }

    @Test
    void lastWait_endsWithTheWindow() {
        scene.verdict = new Verdict.Inconclusive("cut");
        scene.asked = 4;
        assertEquals(new Decision.AskAgain(Duration.ofMinutes(15)), scene.decision());
        scene.now = scene.windowEnds.minus(Duration.ofMinutes(3));
        assertEquals(new Decision.AskAgain(Duration.ofMinutes(3)), scene.decision());
        scene.now = scene.windowEnds.minusSeconds(1);
        assertEquals(new Decision.AskAgain(Duration.ofMinutes(1)), scene.decision());
    }

    @Test
    void lists_areCopies() {
        assertThrows(
                UnsupportedOperationException.class,
                () -> scene.limits().ladder().add(Rung.RESTART));
        assertTrue(scene.situation().history().attempts().isEmpty());
    }
}
