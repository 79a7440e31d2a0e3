package launchguard.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.cases.Finding;
import launchguard.cases.Memory;
import launchguard.cases.Observation;
import launchguard.cases.SampleCases;
import launchguard.store.StoredEvidence;
import org.junit.jupiter.api.Test;

/** Pages show cases with names of verdicts and refusals that only a later version knows. */
class LaterVersionTest {
    private static final String UNKNOWN = "NAME_OF_A_LATER_VERSION";
    private static final String EVIDENCE = """
            {"schema":1,"host":{"now":1795384860,"uptime":60},"cloudInit":{"state":"done","finishedUptime":40}}""";

    private static Case with(Observation seen, Finding finding) {
        return SampleCases.opened(SampleCases.id(1, 1_000, 1))
                .change()
                .probed(new Memory("boot", Set.of(), EVIDENCE, null), seen)
                .finding(finding)
                .done();
    }

    private static final Case UNKNOWN_TO_US = with(
            new Observation(SampleCases.NOW, UNKNOWN, null, "because of something new", List.of(), null),
            new Finding(UNKNOWN, null, false, "because of something new", null, "OBSERVE_MODE", UNKNOWN));

    @Test
    void pageOfTheCase_showsTheName_andTheEvidence() {
        String page = CasePage.of(UNKNOWN_TO_US, StoredEvidence.judged(UNKNOWN_TO_US), List.of());
        assertTrue(page.contains("Verdict " + UNKNOWN + ", which this version of Launch Guard does not know"), page);
        assertTrue(page.contains(UNKNOWN + "</span>"), page);
        assertTrue(page.contains("because of something new"), page);
        assertTrue(page.contains("done 40.0 s"), page);
    }

    @Test
    void pageOfTheGroup_countsIt_andSaysWhoKnowsWhatToDo() {
        Launch launch = new Launch(UNKNOWN_TO_US, null, "lt-1:1");
        assertEquals(UNKNOWN, launch.verdict());
        String page = GroupPage.of("Group web", List.of(launch), Instant.EPOCH, SampleCases.NOW);
        assertTrue(page.contains(UNKNOWN + " 1</span>"), page);
        assertTrue(
                page.contains(
                        "<td>" + UNKNOWN + "</td><td>1</td><td>Read what this refusal asks in the later version of"
                                + " Launch Guard that named it.</td>"),
                page);
    }

    @Test
    void laterConclusiveVerdict_isShownInsteadOfAnUnknownOne() {
        Case judgedLater = UNKNOWN_TO_US
                .change()
                .probed(
                        new Memory("boot", Set.of(), EVIDENCE, null),
                        new Observation(SampleCases.NOW.plusSeconds(9), "STALE_JDK", -9.0, "because", List.of(), null))
                .done();
        assertEquals("STALE_JDK", new Launch(judgedLater, null, null).verdict());
    }
}
