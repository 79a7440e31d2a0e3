package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import launchguard.cases.Seen.Kept;
import org.junit.jupiter.api.Test;

/** Which evidence a case keeps, and of which look it is. */
class MemoryTest {
    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static Memory evidence(String boot, String text) {
        return new Memory(boot, true, Set.of("app.service"), text);
    }

    private static Seen look(String verdict) {
        return new Seen(NOW, verdict, -16.1, "because", List.of(), null);
    }

    private static List<String> kept(Memory memory) {
        return Objects.requireNonNull(memory.looks()).stream()
                .map(seen -> seen.verdict() + (seen.kept() == null ? "" : " " + seen.kept()))
                .toList();
    }

    @Test
    void theFirstRemedysEvidence_isKeptBesideTheLast() {
        Memory first = evidence("b", "1").looked(Memory.NONE, look("STILL_BOOTING"), false);
        Memory broken = evidence("b", "2").looked(first, look("STALE_JDK"), false);
        assertNull(broken.broken());
        assertEquals(List.of("STILL_BOOTING", "STALE_JDK LAST"), kept(broken));
        Memory verified = evidence("b", "3").looked(broken, look("STALE_JDK"), true);
        assertEquals("2", verified.broken());
        assertEquals(List.of("STILL_BOOTING", "STALE_JDK BROKEN", "STALE_JDK LAST"), kept(verified));
        Memory again = evidence("b", "4").looked(verified, look("HEALTHY"), true);
        assertEquals("2", again.broken());
        assertEquals("4", again.evidence());
        assertEquals(List.of("STILL_BOOTING", "STALE_JDK BROKEN", "STALE_JDK", "HEALTHY LAST"), kept(again));
    }

    @Test
    void aLookWithoutEvidence_leavesWhatIsKept() {
        Memory broken = evidence("b", "1").looked(Memory.NONE, look("STALE_JDK"), false);
        Memory unheard = broken.looked(broken, look("INCONCLUSIVE"), true);
        assertEquals("1", unheard.evidence());
        assertNull(unheard.broken(), "it is the last still");
        assertEquals(List.of("STALE_JDK LAST", "INCONCLUSIVE"), kept(unheard));
        Memory verified = evidence("b", "2").looked(unheard, look("HEALTHY"), true);
        assertEquals("1", verified.broken());
        assertEquals(List.of("STALE_JDK BROKEN", "INCONCLUSIVE", "HEALTHY LAST"), kept(verified));
    }

    @Test
    void anotherBoot_beginsAnew() {
        Memory before = evidence("b", "1").looked(Memory.NONE, look("STALE_JDK"), false);
        Memory after = evidence("c", "2").looked(before, look("HEALTHY"), true);
        assertNull(after.broken());
        assertEquals(List.of("HEALTHY LAST"), kept(after));
    }

    @Test
    void ofTooManyLooks_thoseWithEvidenceStay() {
        Memory memory = evidence("b", "1").looked(Memory.NONE, look("STALE_JDK"), false);
        for (int i = 2; i < 60; i++) {
            memory = evidence("b", "" + i).looked(memory, look("STALE_JDK"), true);
        }
        List<Seen> looks = Objects.requireNonNull(memory.looks());
        assertEquals(20, looks.size());
        assertEquals(
                1, looks.stream().filter(look -> look.kept() == Kept.BROKEN).count());
        assertEquals(Kept.LAST, looks.getLast().kept());
        assertEquals("1", memory.broken());
    }
}
