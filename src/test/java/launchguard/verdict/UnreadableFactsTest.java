package launchguard.verdict;

import static launchguard.verdict.VerdictName.BOOT_STUCK;
import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.NOT_DEPLOYED;
import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static launchguard.verdict.VerdictName.STILL_BOOTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.NotDeployed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unread lists, unfinished boots and unreliable clocks never make a good verdict. */
class UnreadableFactsTest {
    private static final String A = "group-a";
    private static final String D = "d-AAAAAAAAA";

    private static EvidenceText raced() {
        return new EvidenceText().deployed(A, D, 10).jdkInstalled(40);
    }

    private static EvidenceText cut(EvidenceText evidence, String list) {
        evidence.json().withArray("/truncated").add(list);
        return evidence;
    }

    private static EvidenceText without(EvidenceText evidence, String list) {
        evidence.json().remove(list);
        return evidence;
    }

    private static VerdictName name(EvidenceText evidence) throws Exception {
        return name(evidence, new QuestionBuilder());
    }

    private static VerdictName name(EvidenceText evidence, QuestionBuilder asked) throws Exception {
        return Diagnosis.of(evidence.read(), asked.question()).name();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jvms", "deployments", "failedUnits"})
    void aListThatWasCut_givesNoGoodVerdict(String list) throws Exception {
        assertEquals(LUCKY_RACE, name(raced().freshJvm(1, 90)));
        assertEquals(INCONCLUSIVE, name(cut(raced().freshJvm(1, 90), list)));
        assertEquals(STALE_JDK, name(cut(raced().staleJvm(1, 20), list)), "what was seen is enough");
    }

    @Test
    void aListThatIsNotThere_isNotEmpty() throws Exception {
        assertEquals(INCONCLUSIVE, name(without(raced().freshJvm(1, 90), "failedUnits")));
        assertEquals(INCONCLUSIVE, name(without(raced().freshJvm(1, 90), "jvms")));
        assertEquals(INCONCLUSIVE, name(without(new EvidenceText().freshJvm(1, 90), "deployments")));
        assertEquals(INCONCLUSIVE, name(without(new EvidenceText().staleJvm(1, 90), "deployments")));
        assertEquals(
                STALE_JDK,
                name(without(new EvidenceText().staleJvm(1, 90), "deployments"), new QuestionBuilder().started(10)),
                "CodeDeploy knows of one");
    }

    @Test
    void unitsThatWereCut_matterOnlyWhereAJdkChanged() throws Exception {
        EvidenceText unchanged = new EvidenceText().deployed(A, D, 10).freshJvm(1, 20);
        assertEquals(LUCKY_RACE, name(cut(unchanged, "failedUnits")));
        EvidenceText ordered =
                new EvidenceText().deployed(A, D, 80).jdkInstalled(40).freshJvm(1, 90);
        assertEquals(HEALTHY, name(cut(ordered, "failedUnits")));
        EvidenceText javaFirst = raced().freshJvm(1, 90);
        javaFirst.unit("nginx.service", 1).put("java", false);
        assertEquals(LUCKY_RACE, name(cut(javaFirst, "failedUnits")), "those that start java come first");
        EvidenceText lost = raced().freshJvm(1, 90);
        lost.unit("app.service", 203);
        assertEquals(JDK_REPLACED, name(cut(lost, "failedUnits")));
        assertEquals(INCONCLUSIVE, name(cut(lost, "jvms")), "its JVM may be among those that were cut");
    }

    @Test
    void cutBystandersAndMappings() throws Exception {
        assertEquals(INCONCLUSIVE, name(cut(new EvidenceText().staleJvm(1, 5), "jvms")));
        EvidenceText image = new EvidenceText().deployed(A, D, 80);
        image.jvm(1, 90)
                .put("exeLinks", 1)
                .putArray("deletedMappings")
                .add("/usr/lib/jvm/java-17/lib/server/classes.jsa");
        assertEquals(HEALTHY, name(image));
        assertEquals(INCONCLUSIVE, name(cut(image, "jvms.deletedMappings")));
    }

    /** Raced, a JDK came while it booted, and nothing runs. */
    @ParameterizedTest(name = "archive names java: {0}, JDK at {1}: {2}")
    @CsvSource({
        "true, 40, INCONCLUSIVE",
        "true, 8, INCONCLUSIVE",
        ", 40, INCONCLUSIVE",
        "false, 40, LUCKY_RACE",
        "true, 71, INCONCLUSIVE",
        "true, -5, LUCKY_RACE"
    })
    void zeroJvms_areNeverALuckyRace(Boolean namesJava, double installed, VerdictName expected) throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D, 10).jdkInstalled(installed);
        evidence.json().withObject("/deployments/0").put("namesJava", namesJava);
        assertEquals(expected, name(evidence));
    }

    @Test
    void withoutARace_zeroJvmsAreADoubtWhereAJdkCameSinceAndTheArchiveNamesJava() throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D, 80).jdkInstalled(90);
        assertEquals(HEALTHY, name(evidence));
        evidence.json().withObject("/deployments/0").put("namesJava", true);
        assertEquals(INCONCLUSIVE, name(evidence));
        evidence.json().withObject("/packages/0").put("installedAt", EvidenceText.BOOTED_AT + 79);
        assertEquals(HEALTHY, name(evidence));
    }

    @Test
    void anIdleGroupBesideAnothersJvm_isNoDoubt() throws Exception {
        EvidenceText evidence = raced().freshJvm(1, 20).deployed("group-b", "d-BBBBBBBBB", 50);
        assertEquals(LUCKY_RACE, name(evidence));
        evidence.json().withObject("/deployments/1").put("namesJava", true);
        assertEquals(INCONCLUSIVE, name(evidence));
    }

    @Test
    void aJvmLongAfterTheEnd_andWithoutASign_isNotTakenForTheApplication() throws Exception {
        EvidenceText evidence = raced().freshJvm(1, 150);
        evidence.json().withObject("/deployments/0").put("namesJava", true).put("endedUptime", 60);
        assertEquals(INCONCLUSIVE, name(evidence));
        evidence.json().withObject("/jvms/0").put("startedUptime", 72);
        assertEquals(LUCKY_RACE, name(evidence));
    }

    @Test
    void whereASignProvesThatItRan_itWasReplaced() throws Exception {
        assertEquals(JDK_REPLACED, name(raced(), new QuestionBuilder().seen(A)));
        assertEquals(INCONCLUSIVE, name(raced(), new QuestionBuilder().seen(A, null, Ownership.TIME)));
        assertEquals(INCONCLUSIVE, name(raced(), new QuestionBuilder().seen("group-b")));
    }

    @Test
    void anAgentThatWasRestartedAfterTheEnd_isSaid() throws Exception {
        EvidenceText evidence = raced();
        evidence.json().withObject("/deployments/0").put("namesJava", true).put("endedUptime", 20);
        evidence.json().withObject("/agent").put("startedUptime", 50);
        Inconclusive verdict =
                assertInstanceOf(Inconclusive.class, Diagnosis.of(evidence.read(), new QuestionBuilder().question()));
        assertTrue(verdict.why().contains("agent was restarted 50.0 s after boot"), verdict.why());
        evidence.freshJvm(1, 90);
        assertEquals(INCONCLUSIVE, name(evidence), "a log shipper may have come later");
        evidence.json().withObject("/jvms/0").put("startedUptime", 15);
        assertEquals(LUCKY_RACE, name(evidence));
        evidence.json().withObject("/jvms/0").put("startedUptime", 90).put("groupId", A);
        assertEquals(LUCKY_RACE, name(evidence));
    }

    @Test
    void afterARemedy_theGroupNeedsAJvmAgain() throws Exception {
        EvidenceText down = new EvidenceText().deployed(A, D, 10).deployed(A, D + "-local", 100);
        assertEquals(HEALTHY, name(down, new QuestionBuilder().seen(A)));
        assertEquals(INCONCLUSIVE, name(down, new QuestionBuilder().seen(A).remedied()));
        assertEquals(HEALTHY, name(down, new QuestionBuilder().seen("group-b").remedied()));
        assertEquals(
                HEALTHY,
                name(down.freshJvm(1, 101), new QuestionBuilder().seen(A).remedied()));
    }

    @ParameterizedTest(name = "at work since {0}: {1}")
    @CsvSource({"150, STILL_BOOTING", "0, STILL_BOOTING", "-10000, STILL_BOOTING"})
    void aPackageManagerAtWork_isWaitedFor(double since, VerdictName expected) throws Exception {
        EvidenceText evidence = raced().freshJvm(1, 90);
        evidence.json()
                .putObject("packageManager")
                .put("name", "apt-get")
                .put("pid", 911)
                .put("startedUptime", since);
        assertEquals(expected, name(evidence));
        assertEquals(STALE_JDK, name(evidence.staleJvm(2, 20)), "what is broken stands");
        EvidenceText lost = raced();
        lost.json().putObject("packageManager").put("name", "dnf");
        lost.unit("app.service", 203);
        assertEquals(STILL_BOOTING, name(lost));
    }

    @ParameterizedTest(name = "looked at {0}, at work since {1}: {2}")
    @CsvSource({"7000, 3400, STILL_BOOTING", "7000.1, 3400, BOOT_STUCK", "90000, , STILL_BOOTING"})
    void itsDeadlineRunsFromItsOwnStart(double uptime, Double since, VerdictName expected) throws Exception {
        EvidenceText evidence = new EvidenceText().uptime(uptime);
        evidence.json().putObject("packageManager").put("name", "dnf").put("startedUptime", since);
        assertEquals(expected, name(evidence));
    }

    @Test
    void aBootThatSlept_hadLessTime() throws Exception {
        EvidenceText evidence = new EvidenceText().cloudInit("running").uptime(9_000);
        assertEquals(BOOT_STUCK, name(evidence));
        evidence.json().withObject("/host").put("suspendedSeconds", 8_000);
        assertEquals(STILL_BOOTING, name(evidence));
    }

    @Test
    void aClockThatWasSet_makesTheOrderUncertain() throws Exception {
        EvidenceText stale = new EvidenceText().deployed(A, D, 80).staleJvm(1, 20);
        assertEquals(STALE_BYSTANDER, name(stale));
        stale.json().withObject("/host").put("clockUncertain", true);
        assertEquals(INCONCLUSIVE, name(stale));
        assertEquals(STALE_JDK, name(stale, new QuestionBuilder().started(10)), "CodeDeploy's clock was not set");
        stale.json().withObject("/jvms/0").put("groupId", A);
        assertEquals(STALE_JDK, name(stale), "a sign needs no clock");
        EvidenceText earlier = new EvidenceText().deployedBefore(A, D).staleJvm(1, 20);
        assertEquals(STALE_BYSTANDER, name(earlier));
        earlier.json().withObject("/host").put("clockUncertain", true);
        assertEquals(INCONCLUSIVE, name(earlier));
        EvidenceText fresh = new EvidenceText().deployed(A, D, -700).freshJvm(1, 20);
        fresh.json().withObject("/host").put("clockUncertain", true);
        assertEquals(HEALTHY, name(fresh), "in whatever order");
    }

    @Test
    void aFailureWhileCloudInitUpgraded_isNotCalledItsOwn() throws Exception {
        QuestionBuilder failed = new QuestionBuilder().record(D, A, Progress.FAILED, 10.0, 35.0);
        assertEquals(NOT_DEPLOYED, name(raced(), failed));
        assertTrue(notDeployed(raced(), failed).meanwhile());
        EvidenceText nothingUpgraded = new EvidenceText().deployed(A, D, 10);
        nothingUpgraded.json().withObject("/cloudInit").put("upgradedPackages", false);
        assertEquals(false, notDeployed(nothingUpgraded, failed).meanwhile());
        EvidenceText ordered = new EvidenceText().deployed(A, D, 80);
        assertEquals(
                false,
                notDeployed(ordered, new QuestionBuilder().record(D, A, Progress.FAILED, 80.0, 90.0))
                        .meanwhile());
    }

    @Test
    void theTracesOfTheHooks_boundTheEndThatCodeDeployDidNotSay() throws Exception {
        EvidenceText evidence = raced();
        assertEquals(VerdictName.DEPLOYMENT_FAILED, name(evidence, new QuestionBuilder().failed()));
        evidence.json().withObject("/deployments/0").put("endedUptime", 30);
        assertEquals(NOT_DEPLOYED, name(evidence, new QuestionBuilder().failed()));
    }

    @Test
    void aJdkThatTheHookInstalledFirst_failedNothing() throws Exception {
        EvidenceText evidence = raced();
        evidence.json().withObject("/packages/0").put("first", true);
        assertEquals(NOT_DEPLOYED, name(evidence, new QuestionBuilder().record(D, A, Progress.FAILED, 10.0, 60.0)));
    }

    private static NotDeployed notDeployed(EvidenceText evidence, QuestionBuilder asked) throws Exception {
        return assertInstanceOf(NotDeployed.class, Diagnosis.of(evidence.read(), asked.question()));
    }
}
