package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import launchguard.verdict.Ownership;
import launchguard.verdict.Sighting;
import org.junit.jupiter.api.Test;

/** What a case remembers, and who may have it act. */
class MemoryBoundsTest {
    @Test
    void unitsAreKeptUpToTheCharactersOfOneEvidence() {
        Set<Sighting> fits = Set.of(unit("a".repeat(11_940)), unit("b".repeat(11_940)));
        assertEquals(fits, new Memory(null, fits, null, null).seen());
        Set<Sighting> tooMuch = Set.of(unit("a".repeat(11_940)), unit("b".repeat(11_941)));
        assertEquals(Set.of(unit("a".repeat(11_940))), new Memory(null, tooMuch, null, null).seen());
    }

    private static Sighting unit(String name) {
        return new Sighting(null, name, Ownership.SIGN);
    }

    @Test
    void whoeverAsksForMoreThanADiagnosis_getsIt() {
        Case one = Stories.longest(Stories.id(1, 1_000, 1), "x");
        assertFalse(one.change().mayAct().done().observeOnly());
        assertTrue(one.change().done().version() >= 1);
    }
}
