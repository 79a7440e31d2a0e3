package launchguard.verdict;

import static launchguard.verdict.VerdictName.DEPLOYMENT_FAILED;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.NOT_DEPLOYED;
import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import launchguard.probe.UnreadableEvidenceException;
import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Verdict.Impact;
import launchguard.verdict.Verdict.StaleJdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which JVM and which record belong to which deployment, and what several deployments make together. */
class GroupsTest {
    private static final String A = "group-a";
    private static final String B = "group-b";
    private static final String D1 = "d-AAAAAAAAA";
    private static final String D2 = "d-BBBBBBBBB";

    @ParameterizedTest(name = "deployment at 30, stale JVM at {0}: {1}")
    @CsvSource({"27.9,STALE_BYSTANDER", "28,STALE_JDK", "30,STALE_JDK", "31,STALE_JDK", "199,STALE_JDK"})
    void aJvmIsGivenToADeploymentWithinTwoSeconds(double jvmStart, VerdictName expected) throws Exception {
        assertEquals(
                expected,
                verdict(new EvidenceText().deployed(A, D1, 30).staleJvm(1, jvmStart))
                        .name());
        assertEquals(
                expected,
                verdict(new EvidenceText().staleJvm(1, jvmStart), new QuestionBuilder().started(30))
                        .name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"d-CCCCCCCCC-local", "local-2210"})
    void aLocalRedeploymentContinuesTheOneAskedAbout(String local) throws Exception {
        EvidenceText repaired =
                new EvidenceText().deployed(A, D1, 10).deployed(A, local, 100).freshJvm(1, 101);
        QuestionBuilder asked = new QuestionBuilder().deployment(D1).record(D1, A, Progress.SUCCEEDED, 5.0, 50.0);
        Verdict verdict = verdict(repaired, asked);
        assertEquals(HEALTHY, verdict.name());
        assertEquals(30.0, verdict.race().marginSeconds(), "the local start counts, never CodeDeploy's");
        assertEquals(new JudgedDeployment(A, local), verdict.subject());
        assertEquals(
                30.0, verdict(repaired, new QuestionBuilder().started(5)).race().marginSeconds());
    }

    @Test
    void aFailedUnitOfAnotherGroup_orOneThatStartsNoJava_provesNothing() throws Exception {
        EvidenceText theirs =
                new EvidenceText().deployed(A, D1, 10).deployed(B, D2, 12).jdkInstalled(30);
        theirs.jvm(1, 90).put("exeLinks", 1).put("groupId", A);
        theirs.failedUnit("other.service", 203);
        assertEquals(new JudgedDeployment(B, D2), verdict(theirs).subject());
        theirs.json().withObject("/failedUnits/0").put("groupId", A);
        theirs.json().withObject("/deployments/1").put("namesJava", false);
        assertEquals(INCONCLUSIVE, verdict(theirs).name(), "A's own, which has a JVM");

        EvidenceText noJava =
                new EvidenceText().deployed(A, D1, 10).jdkInstalled(30).failedUnit("nginx.service", 203);
        assertEquals(JDK_REPLACED, verdict(noJava).name());
        noJava.json().withObject("/failedUnits/0").put("java", false);
        noJava.json().withObject("/deployments/0").put("namesJava", false);
        assertEquals(LUCKY_RACE, verdict(noJava).name());
        assertEquals(
                JDK_REPLACED,
                verdict(noJava, new QuestionBuilder().seen(A, "nginx.service", Ownership.TIME))
                        .name(),
                "a JVM was seen in it");
    }

    @Test
    void aDeploymentOfTheImageBuilder_isNotTheInstances() throws Exception {
        EvidenceText baked = new EvidenceText().deployedBefore(A, D1);
        assertEquals(HEALTHY, verdict(baked).name());
        baked.json().withObject("/deployments/0").put("thisInstance", false);
        assertEquals(NOT_DEPLOYED, verdict(baked).name());
        assertEquals(STALE_BYSTANDER, verdict(baked.staleJvm(1, 60)).name());
    }

    @Test
    void aLocalRedeploymentWithoutAStart_hasAnUnknownRace() throws Exception {
        EvidenceText evidence = new EvidenceText();
        evidence.deployment(A, "d-CCCCCCCCC-local").put("thisBoot", true).put("lastInstalled", true);
        assertEquals(
                Race.UNKNOWN,
                verdict(evidence, new QuestionBuilder().started(5)).race());
        assertEquals(
                Race.UNKNOWN,
                verdict(evidence, new QuestionBuilder().record(D1, null, Progress.SUCCEEDED, 5.0, 50.0))
                        .race(),
                "nor a group of its own");
    }

    @Test
    void theFilesOfTheDeploymentAskedAboutMayBeCleanedUp() throws Exception {
        EvidenceText evidence =
                new EvidenceText().deployed(A, "d-CCCCCCCCC-local", 100).freshJvm(1, 101);
        assertEquals(
                HEALTHY, verdict(evidence, new QuestionBuilder().deployment(D1)).name());
    }

    @Test
    void aStaleJvmLeftOverByAnEarlierDeploymentIsTheGroups() throws Exception {
        EvidenceText leftOver = new EvidenceText()
                .deployed(A, D1, 10)
                .deployed(A, "d-CCCCCCCCC-local", 100)
                .staleJvm(1, 20);
        Verdict verdict = verdict(leftOver);
        assertEquals(STALE_JDK, verdict.name());
        assertEquals(new JudgedDeployment(A, "d-CCCCCCCCC-local"), verdict.subject());
        EvidenceText before = new EvidenceText()
                .deployed(A, D1, 10)
                .deployed(A, "d-CCCCCCCCC-local", 100)
                .staleJvm(1, 5);
        assertEquals(STALE_BYSTANDER, verdict(before).name());
    }

    @Test
    void aFreshJvmOfAnEarlierDeploymentIsNoFault() throws Exception {
        assertEquals(
                HEALTHY,
                verdict(new EvidenceText()
                                .deployed(A, D1, 10)
                                .deployed(A, D2, 100)
                                .freshJvm(1, 20))
                        .name());
    }

    @Test
    void theLatestStartBeforeTheJvmOwnsIt() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D1, 10)
                .deployed(B, D2, 50)
                .deployed(A, "d-CCCCCCCCC", 55)
                .deployed(A, "d-DDDDDDDDD", 150)
                .staleJvm(1, 60);
        assertEquals(new JudgedDeployment(A, "d-DDDDDDDDD"), verdict(evidence).subject());
        EvidenceText between = new EvidenceText()
                .deployed(A, D1, 10)
                .deployed(B, D2, 50)
                .deployed(A, "d-DDDDDDDDD", 150)
                .staleJvm(1, 60);
        assertEquals(new JudgedDeployment(B, D2), verdict(between).subject());
    }

    @Test
    void filesDecideBeforeStartTimes() throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D1, 10).deployed(B, D2, 50);
        evidence.jvm(1, 60).put("exeLinks", 0).put("groupId", A);
        assertEquals(new JudgedDeployment(A, D1), verdict(evidence).subject());
    }

    @Test
    void aJvmBelowTheFilesOfOneGroupIsOfNoOther() throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D1, 90).deployed(B, D2, 50);
        evidence.jvm(1, 60).put("exeLinks", 0).put("groupId", A);
        assertEquals(new JudgedDeployment(A, D1), verdict(evidence).subject(), "A's by its sign, whenever it started");
    }

    @Test
    void aJvmBelowTheFilesOfAGroupOfAnEarlierBootIsABystander() throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D1, 50).deployedBefore(B, D2);
        evidence.jvm(1, 60).put("exeLinks", 0).put("groupId", B);
        assertEquals(STALE_BYSTANDER, verdict(evidence).name(), "deploying A anew would not help it");
    }

    @Test
    void aRecordWithoutAnIdIsOfTheLatestOrdinaryDeploymentOnly() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D1, 10)
                .freshJvm(1, 20)
                .deployed(B, D2, 50)
                .jdkInstalled(20);
        assertEquals(
                NOT_DEPLOYED,
                verdict(evidence, new QuestionBuilder().failed()).name(),
                "B failed, and no JDK came after it");
        EvidenceText later =
                new EvidenceText().deployed(A, D1, 10).deployed(B, D2, 50).jdkInstalled(60);
        Verdict verdict = verdict(later, new QuestionBuilder().failed());
        assertEquals(DEPLOYMENT_FAILED, verdict.name());
        assertEquals(new JudgedDeployment(B, D2), verdict.subject());
    }

    @Test
    void ofSeveralGroupsTheHigherVerdictStands() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D1, 80)
                .deployed(B, D2, 10)
                .freshJvm(1, 90)
                .freshJvm(2, 20);
        assertEquals(LUCKY_RACE, verdict(evidence).name());
        assertEquals(new JudgedDeployment(B, D2), verdict(evidence).subject());
        assertEquals(STALE_JDK, verdict(evidence.staleJvm(3, 30)).name());
        assertEquals(new JudgedDeployment(B, D2), verdict(evidence).subject());
    }

    @Test
    void filesGoneComesBeforeReplacedInPlace() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D1, 10)
                .deployed(B, D2, 50)
                .replacedJvm(1, 20)
                .staleJvm(2, 60);
        StaleJdk stale = assertInstanceOf(StaleJdk.class, verdict(evidence));
        assertEquals(Impact.FILES_GONE, stale.impact());
        assertEquals(new JudgedDeployment(B, D2), stale.subject());
    }

    @Test
    void aDoubtAboutOneGroupDoesNotHideWhatIsCertainAboutAnother() throws Exception {
        EvidenceText evidence =
                new EvidenceText().deployed(A, D1, 50).staleJvm(1, 60).staleJvm(2, 5);
        evidence.deployment(B, D2).put("thisBoot", true);
        assertEquals(new JudgedDeployment(A, D1), verdict(evidence).subject());
        EvidenceText unknown = new EvidenceText()
                .deployed(A, D1, 10)
                .deployed(B, D2, 50)
                .staleJvm(1, 60)
                .cloudInit("unknown");
        assertEquals(STALE_JDK, verdict(unknown).name());
    }

    @Test
    void whoseAStaleJvmIsMayBeUnknown() throws Exception {
        EvidenceText noStart = new EvidenceText().staleJvm(1, 20);
        noStart.deployment(A, D1).put("thisBoot", true);
        assertEquals(INCONCLUSIVE, verdict(noStart).name());
        assertEquals(
                STALE_JDK, verdict(noStart, new QuestionBuilder().started(10)).name(), "CodeDeploy knows the start");
        EvidenceText noBoot = new EvidenceText().staleJvm(1, 20);
        noBoot.deployment(A, D1).put("lastInstalled", true);
        assertEquals(INCONCLUSIVE, verdict(noBoot).name(), "an undated deployment may be of this boot");
        EvidenceText noJvmStart = new EvidenceText().deployed(A, D1, 10);
        noJvmStart.jvm(1, 20).put("exeLinks", 0).remove("startedUptime");
        assertEquals(INCONCLUSIVE, verdict(noJvmStart).name());
    }

    @Test
    void whatAnotherGroupsJvmShowedSaysNothingAboutThisOne() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D1, 10)
                .deployed(B, D2, 50)
                .jdkInstalled(55)
                .freshJvm(1, 60);
        assertEquals(
                LUCKY_RACE, verdict(evidence, new QuestionBuilder().seen(B)).name(), "A may be no Java at all");
        evidence.json().withObject("/deployments/0").put("namesJava", true);
        assertEquals(
                INCONCLUSIVE, verdict(evidence, new QuestionBuilder().seen(B)).name());
        EvidenceText gone = new EvidenceText().deployed(A, D1, 10).jdkInstalled(55);
        assertEquals(JDK_REPLACED, verdict(gone, new QuestionBuilder().seen(A)).name());
    }

    @Test
    void codeDeploysClockOutweighsFilesFromBeforeTheClockWasSet() throws Exception {
        EvidenceText evidence = new EvidenceText().deployedBefore(A, D1).staleJvm(1, 20);
        assertEquals(STALE_BYSTANDER, verdict(evidence).name());
        Verdict verdict = verdict(
                evidence, new QuestionBuilder().deployment(D1).record(D1, null, Progress.SUCCEEDED, 10.0, 40.0));
        assertEquals(STALE_JDK, verdict.name());
        assertEquals(new JudgedDeployment(A, D1), verdict.subject());
    }

    private static Verdict verdict(EvidenceText evidence) throws UnreadableEvidenceException {
        return verdict(evidence, new QuestionBuilder());
    }

    private static Verdict verdict(EvidenceText evidence, QuestionBuilder asked) throws UnreadableEvidenceException {
        return Diagnosis.of(evidence.read(), asked.question());
    }
}
