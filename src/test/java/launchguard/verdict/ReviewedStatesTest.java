package launchguard.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence;
import org.junit.jupiter.api.Test;

/** The states that an outside review proved to be judged wrongly, as it put them, and further ones of their kinds. */
class ReviewedStatesTest {
    private static final String ONE = "d-AAAAAAAAA";
    private static final String AGENT = "aws-kinesis-agent.service";

    private static EvidenceText deployed(double start) {
        return new EvidenceText().deployed("g", ONE, start);
    }

    private static Verdict ask(EvidenceText text, Set<SeenJvm> seen, boolean remedied, DeploymentRecord... records)
            throws Exception {
        return Diagnosis.of(
                text.read(), new Question(null, null, null, List.of(records), seen, remedied, Duration.ofHours(1)));
    }

    private static VerdictName name(EvidenceText text) throws Exception {
        return ask(text, Set.of(), false).name();
    }

    private static void notActedOn(EvidenceText text) throws Exception {
        VerdictName name = name(text);
        assertTrue(
                Set.of(VerdictName.HEALTHY, VerdictName.LUCKY_RACE, VerdictName.INCONCLUSIVE, VerdictName.NOT_DEPLOYED)
                        .contains(name),
                name.toString());
    }

    @Test
    void aWrapperOfTheJvmWasReplaced_itsJdkIsUntouched() throws Exception {
        for (String exe : List.of("/usr/bin/jsvc", "/usr/bin/python3.11", "/opt/app/bin/launcher")) {
            EvidenceText text = deployed(10);
            text.jvm(2210, 20).put("exe", exe + " (deleted)").put("exeLinks", 0).putArray("deletedMappings");
            notActedOn(text);
        }
    }

    @Test
    void anArchiveOfSharedClassesWasDumpedAnew() throws Exception {
        for (String archive : List.of("classes.jsa", "classes_nocoops.jsa", "classes_coh.jsa")) {
            EvidenceText text = deployed(80);
            text.jvm(2210, 90)
                    .put("exeLinks", 1)
                    .putArray("deletedMappings")
                    .add("/usr/lib/jvm/java-17/lib/server/" + archive);
            assertEquals(VerdictName.HEALTHY, name(text), archive);
        }
    }

    /** Two seconds are the uncertainty of btime; what time alone gives to a deployment is never replaced (LadderTest). */
    @Test
    void aStaleJvmThatStartedBeforeTheDeployment_isABystander() throws Exception {
        for (double before : new double[] {2.1, 5, 20}) {
            EvidenceText text = deployed(29.1).jdkInstalled(55);
            text.jvm(700, 29.1 - before).put("unit", AGENT).put("exeLinks", 0).put("javaHomeGone", true);
            VerdictName name = name(text);
            assertTrue(name == VerdictName.STALE_BYSTANDER || name == VerdictName.INCONCLUSIVE, before + " s: " + name);
        }
    }

    /**
     * A second deployment of this boot brings its own JRE; the JVM of the first one drains beside the new one. It is the group's,
     * and has lost its JDK: a redeployment may end it, and without a race nothing is replaced for it (LadderTest).
     */
    @Test
    void anOldJvmThatDrainsBesideItsSuccessor() throws Exception {
        EvidenceText text =
                new EvidenceText().uptime(1000).deployed("g", ONE, 80).deployed("g", "d-BBBBBBBBB", 900);
        text.jvm(100, 90)
                .put("javaHome", "/opt/app/jre")
                .put("exe", "/opt/app/jre/bin/java (deleted)")
                .put("exeLinks", 0);
        text.jvm(200, 910)
                .put("javaHome", "/opt/app/jre")
                .put("exe", "/opt/app/jre/bin/java")
                .put("exeLinks", 1);
        Verdict.StaleJdk stale = assertInstanceOf(Verdict.StaleJdk.class, ask(text, Set.of(), false));
        assertEquals(Verdict.Impact.REPLACED_IN_PLACE, stale.impact());
        assertEquals(List.of(100), stale.jvms().stream().map(Evidence.Jvm::pid).toList());
        assertFalse(stale.race().raced());
    }

    /** Group b is down after its redeployment broke; that group a is well says nothing of it. */
    @Test
    void anotherGroupsJvm_isNoRepair() throws Exception {
        EvidenceText text =
                new EvidenceText().uptime(1000).deployed("a", ONE, 80).deployed("b", "d-BBBBBBBBB-local", 500);
        text.freshJvm(10, 90);
        assertEquals(
                VerdictName.INCONCLUSIVE,
                ask(text, Set.of(new SeenJvm("b", null, Ownership.SIGN)), true).name());
    }

    /** No JVM was ever the deployment's: a healthy agent of the image is no proof that one was lost. */
    @Test
    void aHealthyBystanderBesideAnApplicationWithoutAJvm() throws Exception {
        EvidenceText text = deployed(29.1).jdkInstalled(55);
        text.jvm(700, 5.0).put("unit", AGENT).put("exeLinks", 1);
        notActedOn(text);
    }

    @Test
    void afterARemedy_aFailedUnitAndNoJvm_isNoRepair() throws Exception {
        EvidenceText text = new EvidenceText()
                .uptime(1000)
                .deployed("g", ONE, 29.1)
                .deployed("g", ONE + "-local", 500)
                .jdkInstalled(55);
        text.failedUnit("app.service", 1);
        Verdict verdict = ask(text, Set.of(new SeenJvm("g", "app.service", Ownership.SIGN)), true);
        assertTrue(
                verdict.name() == VerdictName.INCONCLUSIVE || verdict.name() == VerdictName.JDK_REPLACED,
                verdict.toString());
    }

    /** What could not be read is not empty, whichever tool is missing. */
    @Test
    void processesThatCouldNotBeRead_areNotNone() throws Exception {
        for (String list : List.of("jvms", "deployments")) {
            EvidenceText text = deployed(80);
            text.json().remove(list);
            text.json().withArray("/problems").add("xargs is not in PATH: what it reads is missing");
            assertEquals(VerdictName.INCONCLUSIVE, name(text), list);
        }
    }

    @Test
    void aHookThatInstallsTheFirstJdk_andFailsForItsOwnBug() throws Exception {
        DeploymentRecord failed = new DeploymentRecord(
                new DeploymentId(ONE),
                "g",
                DeploymentRecord.Progress.FAILED,
                Instant.ofEpochSecond(EvidenceText.BOOTED_AT + 29),
                Instant.ofEpochSecond(EvidenceText.BOOTED_AT + 60));
        EvidenceText text = deployed(29.1).jdkInstalled(35);
        text.json().withObject("/packages/0").put("first", true);
        assertEquals(
                VerdictName.NOT_DEPLOYED, ask(text, Set.of(), false, failed).name());
    }
}
