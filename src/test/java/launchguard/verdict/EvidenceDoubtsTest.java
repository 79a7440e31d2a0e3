package launchguard.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Verdict.Inconclusive;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Evidence that allows no verdict, even with a stale JVM in it; and evidence that only seems to be of that kind. */
class EvidenceDoubtsTest {
    private static final String A = "group-a";
    private static final String D1 = "d-AAAAAAAAA";
    private static final String D2 = "d-BBBBBBBBB";

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void inconclusive(String says, EvidenceText evidence, QuestionBuilder asked) throws Exception {
        Inconclusive verdict = assertInstanceOf(Inconclusive.class, Diagnosis.of(evidence.read(), asked.question()));
        assertTrue(verdict.why().contains(says), verdict.why());
    }

    static Stream<Arguments> inconclusive() {
        EvidenceText jvmInTheFuture = stale();
        jvmInTheFuture.freshJvm(2, 206);
        EvidenceText endInTheFuture = stale();
        endInTheFuture.json().withObject("/cloudInit").put("finishedUptime", 205.5);
        EvidenceText endBeforeBoot = stale();
        endBeforeBoot.json().withObject("/cloudInit").put("finishedUptime", -1);
        EvidenceText noJvms = stale();
        noJvms.json().remove("jvms");
        noJvms.json().withArray("/problems").add("no /proc");
        return Stream.of(
                Arguments.of(
                        "of instance i-0123456789abcdef0",
                        stale(),
                        new QuestionBuilder().instance("i-00000000000000000")),
                Arguments.of("another boot", stale(), new QuestionBuilder().boot("boot-2")),
                Arguments.of("other deployments than " + D2 + ": " + D1, stale(), new QuestionBuilder().deployment(D2)),
                Arguments.of(
                        "other deployments than " + D2,
                        stale(),
                        new QuestionBuilder().deployment(D2).record(D2, null, Progress.SUCCEEDED, 10.0, 20.0)),
                Arguments.of(
                        "other deployments than " + D2,
                        new EvidenceText().deployedBefore(A, D1),
                        new QuestionBuilder().deployment(D2)),
                Arguments.of(
                        D2 + " has taken the place of " + D1,
                        stale().deployed(A, D2, 90),
                        new QuestionBuilder().deployment(D1)),
                Arguments.of("contradicts itself: the start of process 2", jvmInTheFuture, new QuestionBuilder()),
                Arguments.of("contradicts itself: cloud-init's end", endInTheFuture, new QuestionBuilder()),
                Arguments.of("contradicts itself: cloud-init's end", endBeforeBoot, new QuestionBuilder()),
                Arguments.of(
                        "contradicts itself: the start of " + D2,
                        stale().deployed("b", D2, 300),
                        new QuestionBuilder()),
                Arguments.of("before the deployment started", new EvidenceText(), new QuestionBuilder().started(206)),
                Arguments.of("no list of JVMs (no /proc)", noJvms, new QuestionBuilder()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void conclusive(VerdictName expected, EvidenceText evidence, QuestionBuilder asked) throws Exception {
        assertEquals(expected, Diagnosis.of(evidence.read(), asked.question()).name());
    }

    static Stream<Arguments> conclusive() {
        EvidenceText unnamed = stale();
        unnamed.json().withObject("/host").remove("instanceId");
        unnamed.json().withObject("/host").remove("bootId");
        return Stream.of(
                Arguments.of(
                        VerdictName.STALE_JDK,
                        stale(),
                        new QuestionBuilder()
                                .instance("i-0123456789abcdef0")
                                .boot("boot-1")
                                .deployment(D1)),
                Arguments.of(
                        VerdictName.STALE_JDK,
                        unnamed,
                        new QuestionBuilder().instance("i-00000000000000000").boot("boot-2")),
                Arguments.of(VerdictName.NOT_DEPLOYED, new EvidenceText(), new QuestionBuilder().deployment(D1)),
                Arguments.of(VerdictName.STALE_JDK, stale().freshJvm(2, 205), new QuestionBuilder()),
                Arguments.of(
                        VerdictName.STALE_JDK,
                        new EvidenceText().deployedBefore(A, D1).staleJvm(1, 20),
                        new QuestionBuilder().deployment(D2).record(D2, null, Progress.SUCCEEDED, 10.0, 20.0)));
    }

    private static EvidenceText stale() {
        return new EvidenceText().deployed(A, D1, 10).staleJvm(1, 20);
    }
}
