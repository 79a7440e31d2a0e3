package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How news is counted, whatever keeps the count. */
class NotificationCountsTest {
    private static final Duration WINDOW = Duration.ofHours(1);
    private final NotificationCounts empty = NotificationCounts.empty(Stories.GROUP);

    @Test
    void windowBeginsWithTheFirstNews_andIsOverAtItsEnd() {
        assertFalse(empty.over(Stories.NOW.plus(Duration.ofDays(9))), "nothing to sum up");
        NotificationCounts one = empty.with("replace", Stories.NOW, WINDOW);
        NotificationCounts two = one.with("ESCALATED", Stories.NOW.plusSeconds(60), WINDOW);
        assertEquals(one.since(), two.since());
        assertEquals(Stories.NOW.plus(WINDOW), two.due());
        assertFalse(two.over(Stories.NOW.plus(WINDOW).minusMillis(1)));
        assertTrue(two.over(Stories.NOW.plus(WINDOW)));
    }

    @Test
    void summaryIsWorthWhile_onlyWhereSomethingCameMoreThanOnce() {
        NotificationCounts each = empty.with("replace", Stories.NOW, WINDOW).with("ESCALATED", Stories.NOW, WINDOW);
        assertFalse(empty.repeats());
        assertFalse(each.repeats(), "people have heard of both");
        NotificationCounts again = each.with("ESCALATED", Stories.NOW, WINDOW);
        assertTrue(again.repeats());
        assertEquals(Map.of("replace", 1, "ESCALATED", 2), again.counts());
        assertFalse(again.isFirst("ESCALATED"));
        assertTrue(again.isFirst("REPAIRED"));
    }

    @Test
    void told_beginsAnew_asALaterVersion() {
        NotificationCounts stored = empty.with("replace", Stories.NOW, WINDOW).nextVersion();
        assertEquals(1, stored.version());
        NotificationCounts told = stored.told().nextVersion();
        assertEquals(2, told.version());
        assertEquals(Map.of(), told.counts());
        assertNull(told.since());
        assertNull(told.due());
    }
}
