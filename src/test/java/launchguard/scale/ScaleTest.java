package launchguard.scale;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The short form of docs/performance.md's ten thousand: what a hundred launches within five minutes must come to. */
@Tag("verify")
class ScaleTest {
    private static final int LAUNCHES = 100;

    @Test
    void hundredLaunches_haveVerdictsSoon_andNoneIsThrottledOrLost() throws Exception {
        ScaleOut.Result result = ScaleOut.of(LAUNCHES, Map.of());

        System.out.printf(
                "scale: %d launches, %d calls, verdict after %.1f s (median), %.1f s (longest)%n",
                LAUNCHES,
                result.calls().values().stream().mapToLong(Long::longValue).sum(),
                result.delay(0.5),
                result.delay(1));
        assertEquals(Map.of(), result.throttled());
        assertEquals(0, result.faults(), result.firstFault());
        assertEquals(0, result.deadLetters());
        assertEquals(0, result.redelivered());
        assertEquals(0, result.timedOut());
        // One in a hundred is beyond a local remedy: the instance that takes its place is a launch of its own.
        assertEquals(LAUNCHES + 1, result.instances());
        assertEquals(result.instances(), result.delays().size(), "each launch has its verdict");
        assertEquals(Map.of("CLOSED", 91, "REPAIRED", 9, "REPLACED", 1), result.ends());
        assertEquals(1, result.calls().get("autoscaling:SetInstanceHealth"));
        // A healthy deployment ends seven seconds after cloud-init; the rest is ours: two windows, SSM, EventBridge
        // twice.
        assertTrue(result.delay(0.99) < 20, result.delays().toString());
    }

    /** The quotas bite where they should: else the figures above would mean nothing. */
    @Test
    void quota_refusesWhatIsBeyondIt_andGivesAsTimePasses() {
        Quotas quotas = new Quotas();
        Instant now = Instant.parse("2026-11-22T22:00:00Z");
        for (int i = 0; i < 10; i++) {
            assertTrue(quotas.take("ssm:SendCommand", now));
        }
        assertFalse(quotas.take("ssm:SendCommand", now));
        assertTrue(quotas.take("ssm:SendCommand", now.plusMillis(200)));
        assertFalse(quotas.take("ssm:SendCommand", now.plusMillis(300)));
        assertEquals(Map.of("SendCommand", 2L), quotas.throttled());
        assertTrue(quotas.take("dynamodb:Query", now));
    }
}
