package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.guard.Action;
import launchguard.guard.Attempt;
import launchguard.guard.Attempt.End;
import launchguard.verdict.Ownership;
import launchguard.verdict.SeenJvm;
import org.junit.jupiter.api.Test;

/** What a case derives from its step, and what its changes keep, cut and count. */
class CaseTest {
    private final Case opened = SampleCases.opened(SampleCases.id(1, 1_000, 1));
    private static final Finding STALE = new Finding("STALE_JDK", -41.0, false, "why", null, null);

    @Test
    void status_ofOpenSteps() {
        assertEquals(Status.PROBING, opened.status());
        Case judged = opened.change().finding(STALE).done();
        assertEquals(Status.WAITING, judged.status());
        Case refused =
                judged.change().finding(STALE.refused("REPAIR_RUNNING", "busy")).done();
        assertEquals(Status.REFUSED, refused.status());
        List<Status> expected = List.of(
                Status.REFUSED,
                Status.PROBING,
                Status.PROBING,
                Status.REMEDYING,
                Status.REMEDYING,
                Status.REMEDYING,
                Status.REMEDYING,
                Status.REMEDYING,
                Status.REPAIRED);
        assertEquals(
                expected,
                SampleCases.steps().stream()
                        .map(step -> refused.change()
                                .step(step, SampleCases.NOW)
                                .done()
                                .status())
                        .toList());
    }

    @Test
    void ended_hasNoTimer() {
        assertFalse(opened.ended());
        for (Status status : Status.values()) {
            Case ended = opened.change().ended(status, SampleCases.NOW).done();
            assertTrue(ended.ended());
            assertEquals(status, ended.status());
            assertNull(ended.due());
        }
    }

    @Test
    void change_keepsWhatItDoesNotName() {
        Case full = SampleCases.longest(SampleCases.id(1, 1_000, 1), "x");
        assertEquals(full, full.change().done());
        assertEquals(full.version() + 1, full.change().nextVersion().done().version());
    }

    @Test
    void timeline_keepsHowItBeganAndHowItEnded() {
        CaseChange change = opened.change();
        for (int i = 0; i < 1_000; i++) {
            change.noted(SampleCases.NOW.plusSeconds(i), "line " + i);
        }
        List<TimelineEntry> timeline = change.done().timeline();
        assertEquals(200, timeline.size());
        assertEquals("line 0", timeline.getFirst().what());
        assertEquals("line 99", timeline.get(99).what());
        assertEquals("line 900", timeline.get(100).what());
        assertEquals("line 999", timeline.getLast().what());
    }

    @Test
    void timeline_cutsLongLines() {
        Case noted = opened.change().noted(SampleCases.NOW, "x".repeat(10_000)).done();
        assertEquals("x".repeat(400) + "…", noted.timeline().getFirst().what());
        Case whole = opened.change().noted(SampleCases.NOW, "x".repeat(400)).done();
        assertEquals("x".repeat(400), whole.timeline().getFirst().what());
    }

    @Test
    void attempts_haveNumbersOfTheirOwn_thoughBusyOnesAreForgotten() {
        Case current = opened;
        Set<Integer> numbers = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            assertTrue(numbers.add(current.nextAttempt()));
            current = current.change()
                    .attempted(new Attempt(current.nextAttempt(), new Action.Replace(), End.BUSY))
                    .done();
        }
        assertEquals(1, current.attempts().size());
        assertEquals(501, current.nextAttempt());
        current = current.change()
                .attempted(new Attempt(501, new Action.Replace(), End.BROKE))
                .attempted(new Attempt(502, new Action.Replace(), End.PROVED))
                .done();
        assertEquals(
                List.of(End.BROKE, End.PROVED),
                current.attempts().stream().map(Attempt::end).toList());
        assertEquals(1, opened.nextAttempt());
    }

    @Test
    void attempt_resetsHowOftenTheCaseAsked() {
        Case asked = opened.change().askedAgain().askedAgain().done();
        assertEquals(2, asked.history().asked());
        assertEquals(
                0,
                asked.change()
                        .attempted(new Attempt(1, new Action.Replace(), End.BUSY))
                        .done()
                        .asked());
    }

    @Test
    void memory_doesNotGrowForEver() {
        Set<SeenJvm> units = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            units.add(new SeenJvm(null, "run-u" + i + ".service", Ownership.TIME));
        }
        Memory memory = new Memory(null, units, null, null);
        int length = memory.seen().stream()
                .mapToInt(jvm -> String.valueOf(jvm.unit()).length())
                .sum();
        assertTrue(length <= 24_000 && length > 4_000, "" + length);
    }

    @Test
    void finding_refusalIsLiftedByAnAction() {
        Finding held = STALE.refused("REPAIR_RUNNING", "busy");
        assertEquals("busy", held.reason());
        assertNull(held.acting("redeploy").refusal());
        assertEquals("REPAIR_RUNNING", held.because("other").refusal());
        assertThrows(
                UnsupportedOperationException.class,
                () -> opened.timeline().add(new TimelineEntry(SampleCases.NOW, "")));
    }
}
