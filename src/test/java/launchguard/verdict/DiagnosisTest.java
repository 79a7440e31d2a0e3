package launchguard.verdict;

import static launchguard.verdict.EvidenceText.FINISH;
import static launchguard.verdict.VerdictName.BOOT_STUCK;
import static launchguard.verdict.VerdictName.DEPLOYMENT_FAILED;
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
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.stream.Stream;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Verdict.Healthy;
import launchguard.verdict.Verdict.Impact;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.StaleJdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the verdict table, at its boundaries. */
class DiagnosisTest {
    private static final String A = "group-a";
    private static final String D = "d-AAAAAAAAA";

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void rules(String what, VerdictName expected, EvidenceText evidence, QuestionBuilder asked) throws Exception {
        assertEquals(expected, verdict(evidence, asked).name(), what);
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                row("nothing deployed", NOT_DEPLOYED, new EvidenceText()),
                row("deployed after cloud-init", HEALTHY, deployed(80).freshJvm(1, 90)),
                row("deployed before, nothing lost", LUCKY_RACE, deployed(10).freshJvm(1, 20)),
                row("deployed before, JDK lost", STALE_JDK, deployed(10).staleJvm(1, 20)),
                row("deployed after, JDK lost", STALE_JDK, deployed(80).staleJvm(1, 90)),
                row("enabled service, fresh", HEALTHY, deployed(80).freshJvm(1, 5)),
                row(
                        "stale, but cloud-init runs",
                        STILL_BOOTING,
                        deployed(10).staleJvm(1, 20).cloudInit("running")),
                row(
                        "stale, cloud-init unknown",
                        STALE_JDK,
                        deployed(10).staleJvm(1, 20).cloudInit("unknown")),
                row(
                        "fresh, cloud-init unknown",
                        INCONCLUSIVE,
                        deployed(10).freshJvm(1, 20).cloudInit("unknown")),
                row(
                        "fresh, cloud-init of a new kind",
                        INCONCLUSIVE,
                        deployed(10).freshJvm(1, 20).cloudInit("degraded")),
                row("nothing deployed, cloud-init unknown", INCONCLUSIVE, new EvidenceText().cloudInit("unknown")),
                row(
                        "bystander, cloud-init unknown",
                        INCONCLUSIVE,
                        new EvidenceText().staleJvm(1, 5).cloudInit("unknown")),
                row(
                        "boot, at the deadline",
                        STILL_BOOTING,
                        new EvidenceText().cloudInit("running").uptime(3600)),
                row(
                        "boot, past it",
                        BOOT_STUCK,
                        new EvidenceText().cloudInit("running").uptime(3600.1)),
                row(
                        "stale, boot past it",
                        BOOT_STUCK,
                        deployed(10).staleJvm(1, 20).cloudInit("running").uptime(3601)),
                row("deploying, says the instance", STILL_BOOTING, deployed(80).ongoing(D)),
                row(
                        "deploying, past the deadline",
                        BOOT_STUCK,
                        deployed(80).ongoing(D).uptime(4000)),
                row("deploying, nothing written yet", STILL_BOOTING, new EvidenceText().ongoing(D)),
                row("another one begins", STILL_BOOTING, deployed(80).ongoing("d-NEW"), ended(D)),
                row("deploying, says CodeDeploy", STILL_BOOTING, deployed(80), progress(Progress.RUNNING)),
                row("pending, nothing here yet", STILL_BOOTING, new EvidenceText(), progress(Progress.RUNNING)),
                row(
                        "running since before a reboot",
                        STILL_BOOTING,
                        new EvidenceText(),
                        new QuestionBuilder().record(D, A, Progress.RUNNING, -60.0, null)),
                row("ended, the agent's file is left", HEALTHY, deployed(80).ongoing(D), ended(D)),
                row(
                        "stale while deploying",
                        STALE_JDK,
                        deployed(10).staleJvm(1, 20).ongoing(D)),
                row("only bystanders stale", STALE_BYSTANDER, new EvidenceText().staleJvm(1, 5)),
                row(
                        "stale since before the deployment",
                        STALE_BYSTANDER,
                        deployed(80).staleJvm(1, 5)),
                row(
                        "bystander beside lucky race",
                        STALE_BYSTANDER,
                        deployed(10).staleJvm(1, 5).freshJvm(2, 20)),
                row("in a container", NOT_DEPLOYED, container(new EvidenceText())),
                row("in a container, deployed", LUCKY_RACE, container(deployed(10))),
                row(
                        "earlier boot",
                        HEALTHY,
                        new EvidenceText().deployedBefore(A, D).freshJvm(1, 5)),
                row(
                        "earlier boot, stale",
                        STALE_BYSTANDER,
                        new EvidenceText().deployedBefore(A, D).staleJvm(1, 5)),
                row(
                        "earlier boot, asked",
                        HEALTHY,
                        new EvidenceText().deployedBefore(A, D),
                        new QuestionBuilder().deployment(D)),
                row(
                        "earlier boot, only CodeDeploy knows",
                        HEALTHY,
                        new EvidenceText(),
                        new QuestionBuilder().record(D, A, Progress.SUCCEEDED, -500.0, -400.0)),
                row("the image's", NOT_DEPLOYED, imageDeployment()));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void failedDeployments(String what, VerdictName expected, EvidenceText evidence, QuestionBuilder asked)
            throws Exception {
        assertEquals(expected, verdict(evidence, asked).name(), what);
    }

    static Stream<Arguments> failedDeployments() {
        return Stream.of(
                row("JDK under it", DEPLOYMENT_FAILED, deployed(10).jdkInstalled(30), failed(10, 40)),
                row("JDK at its end", DEPLOYMENT_FAILED, deployed(10).jdkInstalled(40), failed(10, 40)),
                row("JDK after its end", NOT_DEPLOYED, deployed(10).jdkInstalled(41), failed(10, 40)),
                row("JDK before its start", NOT_DEPLOYED, deployed(10).jdkInstalled(9), failed(10, 40)),
                row("no JDK", NOT_DEPLOYED, deployed(10), failed(10, 40)),
                row("did not race", NOT_DEPLOYED, deployed(80).jdkInstalled(90), failed(80, 100)),
                row("end unknown", DEPLOYMENT_FAILED, deployed(10).jdkInstalled(30), new QuestionBuilder().failed()),
                row("stale JVM left", STALE_JDK, deployed(10).staleJvm(1, 20).jdkInstalled(30), failed(10, 40)),
                row(
                        "then a local one",
                        HEALTHY,
                        deployed(10).deployed(A, "d-X-local", 100).jdkInstalled(30),
                        failed(10, 40)),
                row("packages unknown", INCONCLUSIVE, without("packages", deployed(10)), failed(10, 40)),
                row("packages unknown, no race", NOT_DEPLOYED, without("packages", deployed(80)), failed(80, 90)),
                row("JDK dated in the future", INCONCLUSIVE, deployed(10).jdkInstalled(4000), failed(10, 40)),
                row(
                        "start unknown, JDK",
                        INCONCLUSIVE,
                        new EvidenceText().jdkInstalled(30),
                        new QuestionBuilder().failed()),
                row("start unknown, no JDK", NOT_DEPLOYED, new EvidenceText(), new QuestionBuilder().failed()),
                row(
                        "no cloud-init at all",
                        NOT_DEPLOYED,
                        deployed(10).jdkInstalled(30).cloudInit("absent"),
                        failed(10, 40)),
                row(
                        "failed in an earlier boot",
                        NOT_DEPLOYED,
                        new EvidenceText(),
                        new QuestionBuilder().record(D, A, Progress.FAILED, -500.0, -400.0)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void replacedJdks(String what, VerdictName expected, EvidenceText evidence, QuestionBuilder asked)
            throws Exception {
        assertEquals(expected, verdict(evidence, asked).name(), what);
    }

    static Stream<Arguments> replacedJdks() {
        EvidenceText noJvm = deployed(10).jdkInstalled(30);
        return Stream.of(
                row("never known to have run", INCONCLUSIVE, noJvm),
                row(
                        "unit can't find its java",
                        JDK_REPLACED,
                        deployed(10).jdkInstalled(30).failedUnit("app.service", 203)),
                row(
                        "a shell can't find java",
                        JDK_REPLACED,
                        deployed(10).jdkInstalled(30).failedUnit("app.service", 127)),
                row(
                        "some unit failed",
                        LUCKY_RACE,
                        deployed(10).jdkInstalled(30).freshJvm(1, 40).failedUnit("certbot.service", 1)),
                row(
                        "boot's own unit",
                        LUCKY_RACE,
                        deployed(10).jdkInstalled(30).freshJvm(1, 40).failedUnit("cloud-final.service", 127)),
                row(
                        "unit once seen with a JVM",
                        JDK_REPLACED,
                        deployed(10).jdkInstalled(30).failedUnit("app.service", 1),
                        new QuestionBuilder().seen(A, "app.service", Ownership.TIME)),
                row("JVM seen earlier", JDK_REPLACED, noJvm, new QuestionBuilder().seen(A)),
                row(
                        "a symptom is for people only",
                        INCONCLUSIVE,
                        deployed(10).jdkInstalled(30).symptom("java.lang.NoClassDefFoundError: x")),
                row(
                        "a bystander's symptom",
                        INCONCLUSIVE,
                        deployed(10).jdkInstalled(30).freshJvm(1, 5).symptom("java.lang.Error")),
                row("did not race", HEALTHY, deployed(80).jdkInstalled(90).failedUnit("app.service", 203)),
                row(
                        "JDK at the start",
                        JDK_REPLACED,
                        deployed(10).jdkInstalled(10).failedUnit("app.service", 203)),
                row(
                        "JDK before the start",
                        INCONCLUSIVE,
                        deployed(10).jdkInstalled(9).failedUnit("app.service", 203)),
                row(
                        "a JVM runs, older evidence",
                        INCONCLUSIVE,
                        deployed(10).jdkInstalled(30).freshJvm(1, 40).failedUnit("app.service", 203)),
                row(
                        "packages unknown",
                        INCONCLUSIVE,
                        without("packages", deployed(10)).failedUnit("app.service", 203)),
                row(
                        "JDK dated in the future",
                        INCONCLUSIVE,
                        deployed(10).jdkInstalled(4000).failedUnit("app.service", 203)),
                row(
                        "the JVMs were cut",
                        INCONCLUSIVE,
                        cut(deployed(10).jdkInstalled(30).failedUnit("app.service", 203))),
                row(
                        "end of cloud-init unknown",
                        INCONCLUSIVE,
                        deployed(10)
                                .jdkInstalled(30)
                                .failedUnit("app.service", 203)
                                .cloudInit("done")),
                row(
                        "deployment failed too",
                        DEPLOYMENT_FAILED,
                        deployed(10).jdkInstalled(30).failedUnit("app.service", 203),
                        failed(10, 40)),
                row(
                        "failed before the JDK came",
                        JDK_REPLACED,
                        deployed(10).jdkInstalled(50).failedUnit("app.service", 203),
                        failed(10, 40)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"done", "failed", "disabled", "absent"})
    void everyEndOfCloudInit_counts(String state) throws Exception {
        assertEquals(
                STALE_JDK,
                verdict(deployed(10).staleJvm(1, 20).cloudInit(state), new QuestionBuilder())
                        .name());
        assertEquals(
                HEALTHY,
                verdict(deployed(10).freshJvm(1, 20).cloudInit(state), new QuestionBuilder())
                        .name());
        assertEquals(
                NOT_DEPLOYED,
                verdict(new EvidenceText().cloudInit(state), new QuestionBuilder())
                        .name());
    }

    @ParameterizedTest(name = "start {0} of CodeDeploy: margin {1}, raced {2}, uncertain {3}")
    @MethodSource
    void marginsOnTheServicesClock(double start, double margin, boolean raced, boolean uncertain) throws Exception {
        Race race = verdict(new EvidenceText(), new QuestionBuilder().started(start))
                .race();
        assertEquals(new Race(margin, uncertain), race);
        assertEquals(raced, race.raced());
    }

    static Stream<Arguments> marginsOnTheServicesClock() {
        return Stream.of(
                Arguments.of(FINISH - 0.001, -0.001, true, false),
                Arguments.of(FINISH, 0, false, true),
                Arguments.of(FINISH + 0.3, 0.3, false, true),
                Arguments.of(FINISH + 1.999, 1.999, false, true),
                Arguments.of(FINISH + 2, 2, false, false));
    }

    @Test
    void onTheInstancesClockNothingIsUncertain() throws Exception {
        assertEquals(
                new Race(0.5, false),
                verdict(deployed(FINISH + 0.5), new QuestionBuilder().started(10))
                        .race());
        assertEquals(
                new Race(0.0, false),
                verdict(deployed(FINISH), new QuestionBuilder()).race());
    }

    @Test
    void epochTimesMeanTheSameAsUptimes() throws Exception {
        EvidenceText evidence = new EvidenceText();
        evidence.json().putObject("cloudInit").put("state", "done").put("finishedAt", EvidenceText.BOOTED_AT + 71.4);
        evidence.deployment(A, D).put("thisBoot", true).put("startedAt", EvidenceText.BOOTED_AT + 71.4);
        Verdict verdict = verdict(evidence, new QuestionBuilder());
        assertEquals(HEALTHY, verdict.name(), "no noise below a millisecond may make a race");
        assertEquals(0.0, verdict.race().marginSeconds());
    }

    @Test
    void impactIsTheWorstOfTheGroup() throws Exception {
        StaleJdk inPlace =
                assertInstanceOf(StaleJdk.class, verdict(deployed(10).replacedJvm(1, 20), new QuestionBuilder()));
        assertEquals(Impact.REPLACED_IN_PLACE, inPlace.impact());
        StaleJdk both = assertInstanceOf(
                StaleJdk.class, verdict(deployed(10).replacedJvm(1, 20).staleJvm(2, 21), new QuestionBuilder()));
        assertEquals(Impact.FILES_GONE, both.impact());
        assertEquals(2, both.jvms().size());
    }

    @Test
    void verdictsNameWhatTheyKnow() throws Exception {
        JdkReplaced replaced = assertInstanceOf(
                JdkReplaced.class,
                verdict(
                        deployed(10).jdkInstalled(9).jdkInstalled(30).failedUnit("app.service", 203),
                        new QuestionBuilder()));
        assertEquals(2, replaced.installed().size(), "also what precedes the start by seconds");
        assertEquals(new JudgedDeployment(A, D), replaced.subject());
        Healthy healthy = assertInstanceOf(Healthy.class, verdict(deployed(80).freshJvm(1, 90), new QuestionBuilder()));
        assertEquals(1, healthy.jvms());
        assertNull(verdict(new EvidenceText().deployedBefore(A, D), new QuestionBuilder())
                .subject());
    }

    private static Verdict verdict(EvidenceText evidence, QuestionBuilder asked) throws UnreadableEvidenceException {
        return Diagnosis.of(evidence.read(), asked.question());
    }

    private static Arguments row(String what, VerdictName expected, EvidenceText evidence) {
        return row(what, expected, evidence, new QuestionBuilder());
    }

    private static Arguments row(String what, VerdictName expected, EvidenceText evidence, QuestionBuilder asked) {
        return Arguments.of(what, expected, evidence, asked);
    }

    private static EvidenceText deployed(double start) {
        return new EvidenceText().deployed(A, D, start);
    }

    private static EvidenceText container(EvidenceText evidence) {
        evidence.jvm(1, 20).put("container", true).put("exeLinks", 0);
        return evidence;
    }

    private static EvidenceText imageDeployment() {
        EvidenceText evidence = new EvidenceText();
        evidence.deployment(A, D)
                .put("thisBoot", false)
                .put("thisInstance", false)
                .put("lastInstalled", true);
        return evidence;
    }

    private static EvidenceText without(String part, EvidenceText evidence) {
        evidence.json().remove(part);
        return evidence;
    }

    private static EvidenceText cut(EvidenceText evidence) {
        evidence.json().withArray("/truncated").add("jvms");
        return evidence;
    }

    private static QuestionBuilder progress(Progress progress) {
        return new QuestionBuilder().record(D, A, progress, null, null);
    }

    private static QuestionBuilder ended(String id) {
        return new QuestionBuilder().record(id, A, Progress.SUCCEEDED, 80.0, 100.0);
    }

    private static QuestionBuilder failed(double start, double end) {
        return new QuestionBuilder().record(D, A, Progress.FAILED, start, end);
    }
}
