package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import launchguard.verdict.Ownership;
import launchguard.verdict.SeenJvm;
import org.junit.jupiter.api.Test;

/** What a case remembers, and who may have it act. */
class MemoryBoundsTest {
    @Test
    void unitsAreKeptUpToTheCharactersOfOneEvidence() {
        Set<SeenJvm> fits = Set.of(unit("a".repeat(11_940)), unit("b".repeat(11_940)));
        assertEquals(fits, new Memory(null, fits, null, null).seen());
        Set<SeenJvm> tooMuch = Set.of(unit("a".repeat(11_940)), unit("b".repeat(11_941)));
        assertEquals(Set.of(unit("a".repeat(11_940))), new Memory(null, tooMuch, null, null).seen());
    }

    private static SeenJvm unit(String name) {
        return new SeenJvm(null, name, Ownership.SIGN);
    }

    @Test
    void requestToAct_liftsADiagnosis() {
        Case current = SampleCases.longest(SampleCases.id(1, 1_000, 1), "x");
        assertFalse(current.change().mayAct().done().observeOnly());
        assertTrue(current.change().done().version() >= 1);
    }
}
