package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import launchguard.cases.Observation.Kept;
import launchguard.verdict.Ownership;
import launchguard.verdict.SeenJvm;
import org.junit.jupiter.api.Test;

/** Which evidence a case keeps, and from which probe it is. */
class MemoryTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static Memory evidence(String boot, String text) {
        return new Memory(boot, Set.of(new SeenJvm("g", "app.service", Ownership.SIGN)), text, null);
    }

    private static Observation look(String verdict) {
        return new Observation(NOW, verdict, -16.1, "because", List.of(), null);
    }

    private static List<String> kept(Memory memory) {
        return Objects.requireNonNull(memory.looks()).stream()
                .map(seen -> seen.verdict() + (seen.kept() == null ? "" : " " + seen.kept()))
                .toList();
    }

    @Test
    void theFirstRemedysEvidence_isKeptBesideTheLast() {
        Memory first = evidence("b", "1").after(Memory.NONE, look("STILL_BOOTING"), 0);
        Memory broken = evidence("b", "2").after(first, look("STALE_JDK"), 0);
        assertNull(broken.broken());
        assertEquals(List.of("STILL_BOOTING", "STALE_JDK LAST"), kept(broken));
        Memory verified = evidence("b", "3").after(broken, look("STALE_JDK"), 1);
        assertEquals("2", verified.broken());
        assertEquals(List.of("STILL_BOOTING", "STALE_JDK BROKEN", "STALE_JDK LAST"), kept(verified));
        Memory again = evidence("b", "4").after(verified, look("HEALTHY"), 1);
        assertEquals("2", again.broken());
        assertEquals("4", again.evidence());
        assertEquals(List.of("STILL_BOOTING", "STALE_JDK BROKEN", "STALE_JDK", "HEALTHY LAST"), kept(again));
    }

    @Test
    void aProbeWithoutEvidence_leavesWhatIsKept() {
        Memory broken = evidence("b", "1").after(Memory.NONE, look("STALE_JDK"), 0);
        Memory undecided = broken.after(broken, look("INCONCLUSIVE"), 1);
        assertEquals("1", undecided.evidence());
        assertNull(undecided.broken(), "it is the last still");
        assertEquals(List.of("STALE_JDK LAST", "INCONCLUSIVE"), kept(undecided));
        Memory verified = evidence("b", "2").after(undecided, look("HEALTHY"), 1);
        assertEquals("1", verified.broken());
        assertEquals(List.of("STALE_JDK BROKEN", "INCONCLUSIVE", "HEALTHY LAST"), kept(verified));
    }

    @Test
    void anotherBoot_beginsAnew() {
        Memory before = evidence("b", "1").after(Memory.NONE, look("STALE_JDK"), 0);
        Memory after = evidence("c", "2").after(before, look("HEALTHY"), 1);
        assertNull(after.broken());
        assertEquals(List.of("HEALTHY LAST"), kept(after));
    }

    @Test
    void ofTooManyProbes_thoseWithEvidenceStay() {
        Memory memory = evidence("b", "1").after(Memory.NONE, look("STALE_JDK"), 0);
        for (int i = 2; i < 60; i++) {
            memory = evidence("b", "" + i).after(memory, look("STALE_JDK"), 1);
        }
        List<Observation> looks = Objects.requireNonNull(memory.looks());
        assertEquals(20, looks.size());
        assertEquals(
                1, looks.stream().filter(look -> look.kept() == Kept.BROKEN).count());
        assertEquals(Kept.LAST, looks.getLast().kept());
        assertEquals("1", memory.broken());
    }
}
