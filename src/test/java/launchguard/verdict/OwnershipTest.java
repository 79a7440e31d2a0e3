package launchguard.verdict;

import static launchguard.verdict.VerdictName.STALE_BYSTANDER;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Set;
import launchguard.verdict.Verdict.StaleJdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ownership by a sign, for one group or several; else by time, and then marked. */
class OwnershipTest {
    private static final String A = "group-a";
    private static final String D = "d-AAAAAAAAA";

    private static Verdict verdict(EvidenceText evidence) throws Exception {
        return Diagnosis.of(evidence.read(), new QuestionBuilder().question());
    }

    /** The boot is known by the kernel's whole seconds in the first two rows, exactly in the others. */
    @ParameterizedTest(name = "boot at {0}, JVM at {1}: {2}")
    @CsvSource({
        "1000000,   8,    STALE_JDK",
        "1000000,   7.9,  STALE_BYSTANDER",
        "1000000.4, 10,   STALE_JDK",
        "1000000.4, 9.99, STALE_BYSTANDER"
    })
    void twoSecondsOfGrace_areForWholeSecondsOnly(double bootedAt, double start, VerdictName expected)
            throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D, 10).staleJvm(1, start);
        evidence.json().withObject("/host").put("now", bootedAt + 200.1).put("uptime", 200.1);
        assertEquals(expected, verdict(evidence).name());
    }

    @Test
    void eachJvm_hasItsOwnOwnership() throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D, 10).staleJvm(1, 20);
        StaleJdk byTime = assertInstanceOf(StaleJdk.class, verdict(evidence));
        assertEquals(Ownership.TIME, byTime.ownership());
        evidence.staleJvm(2, 5);
        evidence.json().withObject("/jvms/1").put("groupId", A).put("sign", "environment");
        StaleJdk both = assertInstanceOf(StaleJdk.class, verdict(evidence));
        assertEquals(2, both.jvms().size(), "a sign counts whenever the JVM started");
        assertEquals(Ownership.TIME, both.ownership(both.jvms().getFirst()));
        assertEquals(Ownership.SIGN, both.ownership(both.jvms().getLast()));
        assertEquals(Ownership.SIGN, both.ownership());
    }

    @Test
    void jvmThatARedeploymentLeftRunning_isNoLongerOwnedByTime() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D, 10)
                .deployed(A, D + "-local", 100)
                .staleJvm(1, 20);
        assertEquals(STALE_JDK, verdict(evidence).name(), "nothing fresh has come");
        evidence.freshJvm(2, 101);
        assertEquals(STALE_BYSTANDER, verdict(evidence).name());
        evidence.json().withObject("/jvms/0").put("groupId", A);
        assertEquals(STALE_JDK, verdict(evidence).name(), "a sign does not end");
    }

    @Test
    void sightings_areOfTheGroupsOwnJvms() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D, 10)
                .freshJvm(1, 5)
                .freshJvm(2, 20)
                .freshJvm(3, 21);
        evidence.json().withObject("/jvms/0").put("unit", "bystander.service");
        evidence.json().withObject("/jvms/1").put("unit", "app.service").put("groupId", A);
        evidence.json().withObject("/jvms/2").put("unit", "docker.service").put("container", true);
        assertEquals(
                Set.of(new SeenJvm(A, "app.service", Ownership.SIGN)),
                SeenJvm.in(evidence.read(), new QuestionBuilder().question()));
    }
}
