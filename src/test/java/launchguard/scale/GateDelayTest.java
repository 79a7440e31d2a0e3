package launchguard.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import launchguard.Thorough;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The launch gate adds a few seconds to a healthy launch; {@code -Dlaunchguard.gated=1000} for more of them. */
@Tag("verify")
class GateDelayTest {
    @Test
    void gateAddsAFewSeconds() throws Exception {
        long proceeding = GateDelay.PROCEEDING.toSeconds();
        for (int launches : new int[] {1, Integer.getInteger("launchguard.gated", Thorough.choose(20, 1_000))}) {
            GateDelay.Result result = GateDelay.of(launches);
            System.out.printf(
                    "gate delay: %d launches, p50 %.1f s, p99 %.1f s, longest %.1f s, throttled calls %d, unproved %d%n",
                    launches,
                    result.share(0.5),
                    result.share(0.99),
                    result.share(1),
                    result.throttled(),
                    result.unproved());
            assertEquals(launches, result.added().size(), "all are in service");
            assertEquals(0, result.unproved());
            assertTrue(result.share(0.5) <= 6 + proceeding, "p50");
            assertTrue(result.share(0.99) <= 12 + proceeding, "p99");
        }
    }
}
