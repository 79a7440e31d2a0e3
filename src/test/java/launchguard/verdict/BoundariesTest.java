package launchguard.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.model.DeploymentId;
import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Verdict.Inconclusive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The boundaries of rules, to the second, and their reasons. */
class BoundariesTest {
    private static final String A = "group-a";
    private static final String B = "group-b";
    private static final String D1 = "d-AAAAAAAAA";
    private static final String D2 = "d-BBBBBBBBB";

    private static Verdict verdict(EvidenceText evidence, QuestionBuilder asked) throws Exception {
        return Diagnosis.of(evidence.read(), asked.question());
    }

    private static String why(EvidenceText evidence, QuestionBuilder asked) throws Exception {
        return assertInstanceOf(Inconclusive.class, verdict(evidence, asked)).why();
    }

    private static EvidenceText stale() {
        return new EvidenceText().deployed(A, D1, 10).staleJvm(1, 20);
    }

    /** Clocks may be five seconds apart; the evidence is taken at 200 s. */
    @ParameterizedTest
    @CsvSource({"0, STALE_JDK", "-0.001, INCONCLUSIVE", "205, STALE_JDK", "205.001, INCONCLUSIVE"})
    void endOfCloudInit(double finish, VerdictName expected) throws Exception {
        EvidenceText evidence = stale();
        evidence.json().withObject("/cloudInit").put("finishedUptime", finish);
        assertEquals(expected, verdict(evidence, new QuestionBuilder()).name());
    }

    @ParameterizedTest
    @CsvSource({"0, STALE_JDK", "-0.001, INCONCLUSIVE", "205, STALE_JDK", "205.001, INCONCLUSIVE"})
    void startOfAProcess(double start, VerdictName expected) throws Exception {
        assertEquals(
                expected,
                verdict(stale().freshJvm(2, start), new QuestionBuilder()).name());
    }

    @ParameterizedTest
    @CsvSource({"-5, STALE_JDK", "-5.001, INCONCLUSIVE", "205, STALE_JDK", "205.001, INCONCLUSIVE"})
    void startOfADeployment(double start, VerdictName expected) throws Exception {
        assertEquals(
                expected,
                verdict(stale().deployed(B, D2, start), new QuestionBuilder()).name());
    }

    @ParameterizedTest
    @CsvSource({"205, HEALTHY", "205.001, INCONCLUSIVE"})
    void startByCodeDeploysClock(double start, VerdictName expected) throws Exception {
        assertEquals(
                expected,
                verdict(new EvidenceText(), new QuestionBuilder().started(start))
                        .name());
    }

    /** A failed deployment that raced: each reason why it can't be determined whether a JDK was installed under it is said. */
    @Test
    void doubtsAboutTheCause_areSaid() throws Exception {
        EvidenceText noPackages = new EvidenceText().deployed(A, D1, 10);
        noPackages.json().remove("packages");
        noPackages.json().withArray("/problems").add("rpm gave no answer");
        assertEquals(
                "whether a JDK was installed since the deployment started can't be determined (rpm gave no answer)",
                why(noPackages, new QuestionBuilder().failed()));

        EvidenceText noEnd =
                new EvidenceText().deployed(A, D1, 10).cloudInit("done").jdkInstalled(30);
        noEnd.json().withArray("/problems").add("no systemd");
        assertEquals(
                "whether the deployment raced cloud-init can't be determined (no systemd)",
                why(noEnd, new QuestionBuilder().failed()));

        EvidenceText undated = new EvidenceText().deployed(A, D1, 10);
        undated.json().withArray("/packages").addObject().put("name", "java-11");
        assertTrue(why(undated, new QuestionBuilder().failed())
                .startsWith("when java-11 was installed can't be determined"));
    }

    @ParameterizedTest
    @CsvSource({"205, NOT_DEPLOYED", "206, INCONCLUSIVE"})
    void installationsOnAnotherClock_areADoubt(double installed, VerdictName expected) throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D1, 10).jdkInstalled(installed);
        QuestionBuilder asked = new QuestionBuilder().record(D1, A, Progress.FAILED, 10.0, 60.0);
        assertEquals(expected, verdict(evidence, asked).name());
    }

    @ParameterizedTest
    @CsvSource({"9, NOT_DEPLOYED", "10, INCONCLUSIVE", "11, INCONCLUSIVE"})
    void installationsBeforeTheStart_areNone(double installed, VerdictName expected) throws Exception {
        EvidenceText evidence =
                new EvidenceText().deployed(A, D1, 10).cloudInit("done").jdkInstalled(installed);
        assertEquals(expected, verdict(evidence, new QuestionBuilder().failed()).name());
    }

    /** The record of another deployment says nothing about the one that was asked about. */
    @Test
    void recordsOfOthers_vouchForNothing() throws Exception {
        EvidenceText before = new EvidenceText().deployedBefore(A, D1);
        QuestionBuilder asked =
                new QuestionBuilder().deployment(D2).record("d-CCCCCCCCC", null, Progress.SUCCEEDED, 10.0, 20.0);
        assertEquals("the instance shows other deployments than " + D2 + ": " + D1, why(before, asked));
        QuestionBuilder unnamed = new QuestionBuilder().deployment(D2).started(10);
        assertEquals("the instance shows other deployments than " + D2 + ": " + D1, why(before, unnamed));
    }

    @Test
    void theLatestOfTheSameGroupOnly_takesTheAskedOnesPlace() throws Exception {
        EvidenceText two = stale().deployed(B, D2, 90);
        assertEquals(
                VerdictName.STALE_JDK,
                verdict(two, new QuestionBuilder().deployment(D1)).name());
    }

    @Test
    void filesOfAnEarlierBoot_areOfTheRecordsGroupOnlyIfItIsDeployedToNow() throws Exception {
        EvidenceText evidence =
                new EvidenceText().deployedBefore(A, D1).deployed(B, D2, 10).staleJvm(1, 20);
        Verdict other = verdict(evidence, new QuestionBuilder().record(D1, A, Progress.SUCCEEDED, 10.0, 40.0));
        assertEquals(VerdictName.STALE_JDK, other.name());
        EvidenceText same =
                new EvidenceText().deployedBefore(A, D1).deployed(A, D2, 10).staleJvm(1, 20);
        Verdict verdict = verdict(same, new QuestionBuilder().record(D1, A, Progress.SUCCEEDED, 10.0, 40.0));
        assertEquals(new JudgedDeployment(A, D2), verdict.subject());
    }

    /** A deployment that the instance shows and CodeDeploy still calls running is waited for as that deployment. */
    @Test
    void ongoingDeployments_areWaitedForOnce() throws Exception {
        EvidenceText known = new EvidenceText().deployed(A, D1, 90).ongoing(D1);
        assertEquals(
                VerdictName.HEALTHY,
                verdict(known, new QuestionBuilder().record(D1, A, Progress.SUCCEEDED, 90.0, 100.0))
                        .name());
        EvidenceText unknown = new EvidenceText().ongoing(D2);
        assertEquals(
                VerdictName.STILL_BOOTING,
                verdict(unknown, new QuestionBuilder()).name());
    }

    @Test
    void verdicts_areOrdered() {
        assertTrue(VerdictName.UNREACHABLE.standsAbove(VerdictName.HEALTHY));
        assertFalse(VerdictName.HEALTHY.standsAbove(VerdictName.HEALTHY));
        assertFalse(VerdictName.HEALTHY.standsAbove(VerdictName.LUCKY_RACE));
        Verdict unreachable = new Verdict.Unreachable("x");
        assertEquals(VerdictName.UNREACHABLE, unreachable.name());
        assertEquals(Race.UNKNOWN, unreachable.race());
        assertNull(unreachable.subject());
    }

    @Test
    void shownDeployment_isTheLatestOrdinaryOneOfThisBootAndInstance() throws Exception {
        EvidenceText evidence = new EvidenceText();
        assertNull(ShownDeployment.of(evidence.read()));
        evidence.deployedBefore(A, D2).deployed(A, "d-0P04JV81Y-local", 150).deployed(A, "local-7", 160);
        evidence.deployed(A, "$(id)", 170);
        ObjectNode image = evidence.deployment(B, "d-IMAGEMAKER");
        image.put("startedUptime", 180).put("thisBoot", true).put("thisInstance", false);
        assertNull(ShownDeployment.of(evidence.read()));
        evidence.deployment(B, "d-UNDATED01").put("thisBoot", true);
        assertEquals(new DeploymentId("d-UNDATED01"), ShownDeployment.of(evidence.read()));
        evidence.deployed(A, D1, 20).deployed(B, D2, 30);
        assertEquals(new DeploymentId(D2), ShownDeployment.of(evidence.read()));
        evidence.deployed(B, "d-LATEST001", 140);
        assertEquals(new DeploymentId("d-LATEST001"), ShownDeployment.of(evidence.read()));
    }
}
