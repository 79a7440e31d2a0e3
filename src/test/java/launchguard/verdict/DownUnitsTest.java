package launchguard.verdict;

import static launchguard.verdict.VerdictName.HEALTHY;
import static launchguard.verdict.VerdictName.INCONCLUSIVE;
import static launchguard.verdict.VerdictName.JDK_REPLACED;
import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.STALE_JDK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.LuckyRace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way in which a unit can be down, beside a healthy JVM of the group, which hides nothing. */
class DownUnitsTest {
    private static final String A = "group-a";
    private static final String D = "d-AAAAAAAAA";
    private static final String UNIT = "app.service";

    /** Deployed at 10 s, JDK replaced at 40 s, cloud-init's end at 70 s. */
    private static EvidenceText raced() {
        return new EvidenceText().deployed(A, D, 10).jdkInstalled(40).freshJvm(1, 90);
    }

    private static Verdict verdict(EvidenceText evidence, QuestionBuilder asked) throws Exception {
        return Diagnosis.of(evidence.read(), asked.question());
    }

    private static VerdictName name(EvidenceText evidence) throws Exception {
        return verdict(evidence, new QuestionBuilder()).name();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|JDK_REPLACED",
                "{'exitStatus':127}|JDK_REPLACED",
                "{'state':'auto-restart','restarts':7}|JDK_REPLACED",
                // What a hand-written file or the contract's sample leaves out is no reason to doubt.
                "{'startedUptime':null,'javaWasHere':null}|JDK_REPLACED",
                // The try against the beginning of the change, at 40 s.
                "{'startedUptime':40}|JDK_REPLACED",
                "{'startedUptime':39.5}|INCONCLUSIVE",
                "{'startedUptime':38.9}|LUCKY_RACE",
                "{'startedUptime':30}|LUCKY_RACE",
                // Ran before the change and ended after it.
                "{'startedUptime':30,'endedUptime':39}|LUCKY_RACE",
                "{'startedUptime':30,'endedUptime':45}|INCONCLUSIVE",
                "{'startedUptime':30,'exitStatus':6,'result':'core-dump'}|INCONCLUSIVE",
                // The java that it starts.
                "{'javaWasHere':false}|LUCKY_RACE",
                "{'javaGone':false}|INCONCLUSIVE",
                "{'javaGone':null}|INCONCLUSIVE",
                "{'java':false}|LUCKY_RACE",
                "{'java':false,'javaGone':null,'exitStatus':1}|LUCKY_RACE",
                // Other ways of being down.
                "{'exitStatus':1}|INCONCLUSIVE",
                "{'exitStatus':1,'javaGone':null}|INCONCLUSIVE",
                "{'exitStatus':1,'javaGone':null,'java':null}|LUCKY_RACE",
                "{'exitStatus':1,'javaGone':false}|INCONCLUSIVE",
                "{'exitStatus':1,'javaGone':false,'startedUptime':70.1}|LUCKY_RACE",
                "{'exitStatus':1,'javaGone':false,'state':'auto-restart','restarts':40}|LUCKY_RACE",
                "{'stage':'pre','exitStatus':1}|INCONCLUSIVE",
                "{'stage':'pre','exitStatus':203}|INCONCLUSIVE",
                "{'state':'inactive','condition':false,'exitStatus':0,'result':'success','startedUptime':20}|INCONCLUSIVE",
                "{'state':'inactive','ignored':true,'result':'success'}|INCONCLUSIVE",
                "{'state':'inactive','ignored':true,'result':'success','javaGone':false}|INCONCLUSIVE",
                "{'state':'exited','exitStatus':0,'result':'success'}|INCONCLUSIVE",
                "{'state':'exited','exitStatus':0,'result':'success','startedUptime':20}|LUCKY_RACE",
                "{'state':'exited','exitStatus':0,'result':'success','javaGone':false}|LUCKY_RACE",
                "{'state':'running','exitStatus':0,'result':'success','startedUptime':20}|INCONCLUSIVE",
                "{'state':'running','exitStatus':0,'result':'success','javaGone':false,'groupId':'group-a'}|INCONCLUSIVE",
                "{'state':'running','exitStatus':0,'result':'success','javaGone':false}|LUCKY_RACE",
                // Nothing is wrong with these.
                "{'state':'inactive','exitStatus':0,'result':'success'}|LUCKY_RACE",
                "{'state':'inactive','exitStatus':143,'result':'success','ignored':true}|LUCKY_RACE",
                "{'state':'activating','exitStatus':0,'result':'success'}|LUCKY_RACE",
                "{'tried':false,'state':'inactive','exitStatus':203}|LUCKY_RACE",
                "{'unit':'cloud-final.service'}|LUCKY_RACE",
                // Whose it is.
                "{'groupId':'group-a','startedUptime':60}|JDK_REPLACED",
                "{'groupId':'group-b'}|LUCKY_RACE",
                "{'startedUptime':5}|LUCKY_RACE",
            })
    void oneUnit(String members, VerdictName expected) throws Exception {
        EvidenceText evidence = raced();
        ObjectNode unit = evidence.unit(UNIT, 203);
        unit.setAll((ObjectNode) new ObjectMapper().readTree(members.replace('\'', '"')));
        Verdict verdict = verdict(evidence, new QuestionBuilder());
        assertEquals(expected, verdict.name(), verdict.toString());
        if (verdict instanceof Inconclusive inconclusive) {
            assertEquals(List.of(UNIT), inconclusive.down());
            assertTrue(inconclusive.why().contains(UNIT), inconclusive.why());
        }
    }

    @ParameterizedTest(name = "JDK at {0}: {1}")
    @CsvSource({"-1,INCONCLUSIVE", "0,JDK_REPLACED", "9,JDK_REPLACED", "70,JDK_REPLACED", "71,INCONCLUSIVE"})
    void theChangeIsOfThisBootAndBeforeCloudInitsEnd(double installed, VerdictName expected) throws Exception {
        EvidenceText evidence =
                new EvidenceText().deployed(A, D, 10).jdkInstalled(installed).freshJvm(1, 90);
        evidence.unit(UNIT, 203).put("startedUptime", 75);
        assertEquals(expected, name(evidence));
    }

    @Test
    void aJdkThatWasOnlyRemoved_isAChange_oneInstalledForTheFirstTimeReplacedNothing() throws Exception {
        EvidenceText removed = raced();
        removed.unit(UNIT, 203);
        removed.json().withObject("/packages/0").put("removed", true);
        assertEquals(JDK_REPLACED, name(removed));
        EvidenceText first = raced();
        first.unit(UNIT, 203);
        first.json().withObject("/packages/0").put("first", true);
        assertEquals(INCONCLUSIVE, name(first));
    }

    @Test
    void aLostUnit_isNotHiddenByANeighbour_norByFiftyOthers() throws Exception {
        EvidenceText evidence = raced();
        for (int i = 0; i < 50; i++) {
            evidence.unit("other-" + i + ".service", 1).put("java", false);
        }
        evidence.unit(UNIT, 203);
        evidence.unit("worker.service", 203);
        evidence.unit("doubtful.service", 1);
        JdkReplaced verdict = assertInstanceOf(JdkReplaced.class, verdict(evidence, new QuestionBuilder()));
        assertEquals(List.of(UNIT, "worker.service"), verdict.units());
    }

    @Test
    void aUnitThatHasAJvm_isNotDown() throws Exception {
        EvidenceText evidence = raced();
        evidence.json().withObject("/jvms/0").put("unit", UNIT);
        evidence.unit(UNIT, 203);
        assertEquals(LUCKY_RACE, name(evidence));
    }

    @Test
    void withoutARace_onlyAJavaThatIsGoneIsADoubt() throws Exception {
        EvidenceText gone =
                new EvidenceText().deployed(A, D, 80).jdkInstalled(90).freshJvm(1, 85);
        gone.unit(UNIT, 203).put("startedUptime", 95);
        assertEquals(INCONCLUSIVE, name(gone));
        gone.json().withObject("/failedUnits/0").put("javaGone", false);
        assertEquals(HEALTHY, name(gone));
    }

    @Test
    void withoutAKnownChange_aJavaThatWasThereAndIsGoneIsADoubt() throws Exception {
        EvidenceText evidence = new EvidenceText().deployed(A, D, 10).freshJvm(1, 90);
        evidence.unit(UNIT, 203);
        assertEquals(INCONCLUSIVE, name(evidence));
        evidence.json().withObject("/failedUnits/0").put("javaGone", false);
        assertEquals(LUCKY_RACE, name(evidence), "no JDK was touched in this boot");
    }

    @Test
    void whoseAUnitIs_isSaid() throws Exception {
        EvidenceText byTime = raced();
        byTime.unit(UNIT, 203);
        assertEquals(Ownership.TIME, verdict(byTime, new QuestionBuilder()).ownership());
        assertEquals(
                Ownership.SIGN,
                verdict(byTime, new QuestionBuilder().seen(A, UNIT, Ownership.SIGN))
                        .ownership());
        byTime.json().withObject("/failedUnits/0").put("groupId", A);
        assertEquals(Ownership.SIGN, verdict(byTime, new QuestionBuilder()).ownership());
    }

    @Test
    void aUnitWithoutASign_isOfNoDeploymentThatNamesNoJava() throws Exception {
        EvidenceText evidence = raced();
        evidence.unit("monitoring.service", 203);
        evidence.json().withObject("/deployments/0").put("namesJava", false);
        assertEquals(LUCKY_RACE, name(evidence), "a Node.js application beside a Java agent of the image");
        evidence.json().withObject("/failedUnits/0").put("groupId", A);
        assertEquals(JDK_REPLACED, name(evidence));
    }

    @Test
    void ofSeveralGroups_theOneDeployedLastBeforeTheTryHasIt() throws Exception {
        EvidenceText evidence = new EvidenceText()
                .deployed(A, D, 10)
                .deployed("group-b", "d-BBBBBBBBB", 50)
                .jdkInstalled(40)
                .freshJvm(1, 20)
                .freshJvm(2, 60);
        evidence.unit(UNIT, 203).put("startedUptime", 45);
        assertEquals(
                new JudgedDeployment(A, D),
                verdict(evidence, new QuestionBuilder()).subject());
        evidence.json().withObject("/failedUnits/0").put("startedUptime", 55);
        assertEquals(
                new JudgedDeployment("group-b", "d-BBBBBBBBB"),
                verdict(evidence, new QuestionBuilder()).subject());
    }

    @ParameterizedTest(name = "seen before, now {0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'exitStatus':1,'javaGone':false,'startedUptime':20}|JDK_REPLACED",
                "{'state':'running','java':false}|JDK_REPLACED",
                "{'state':'inactive','exitStatus':143,'result':'success'}|INCONCLUSIVE",
                "{'state':'activating'}|INCONCLUSIVE"
            })
    void whereAnEarlierProbeSawTheGroupsJvm(String members, VerdictName expected) throws Exception {
        EvidenceText evidence = raced();
        evidence.unit(UNIT, 203).setAll((ObjectNode) new ObjectMapper().readTree(members.replace('\'', '"')));
        QuestionBuilder seen = new QuestionBuilder().seen(A, UNIT, Ownership.SIGN);
        assertEquals(expected, verdict(evidence, seen).name());
        EvidenceText healed = new EvidenceText().deployed(A, D + "-local", 80).freshJvm(1, 90);
        healed.unit(UNIT, 1).put("javaGone", false);
        assertEquals(INCONCLUSIVE, verdict(healed, seen).name(), "no good verdict while it is down");
    }

    @Test
    void aDoubtAboutAUnit_ranksBelowWhatIsCertain() throws Exception {
        EvidenceText evidence = raced().staleJvm(9, 30);
        evidence.unit(UNIT, 1);
        assertEquals(STALE_JDK, name(evidence));
    }

    @Test
    void unitsThatAreDownForAReasonOfTheirOwn_areNamed() throws Exception {
        EvidenceText evidence = raced();
        evidence.unit(UNIT, 203).put("javaWasHere", false);
        LuckyRace lucky = assertInstanceOf(LuckyRace.class, verdict(evidence, new QuestionBuilder()));
        assertEquals(List.of(UNIT), lucky.down());
    }
}
