package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a case remembers, and who may have it act. */
class MemoryBoundsTest {
    @Test
    void unitsAreKeptUpToTheCharactersOfOneEvidence() {
        Set<String> fits = Set.of("a".repeat(12_000), "b".repeat(12_000));
        assertEquals(fits, new Memory(null, true, fits, null).jvmUnits());
        Set<String> tooMuch = Set.of("a".repeat(12_000), "b".repeat(12_001));
        assertEquals(Set.of("a".repeat(12_000)), new Memory(null, true, tooMuch, null).jvmUnits());
    }

    @Test
    void whoeverAsksForMoreThanADiagnosis_getsIt() {
        Case one = Stories.longest(Stories.id(1, 1_000, 1), "x");
        assertFalse(one.change().mayAct().done().observeOnly());
        assertTrue(one.change().done().version() >= 1);
    }
}
