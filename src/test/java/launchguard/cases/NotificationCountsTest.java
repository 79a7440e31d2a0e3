package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How notifications are counted, in any store. */
class NotificationCountsTest {
    private static final Duration WINDOW = Duration.ofHours(1);
    private final NotificationCounts empty = NotificationCounts.empty(SampleCases.GROUP);

    @Test
    void windowBeginsWithTheFirstNotification_andIsOverAtItsEnd() {
        assertFalse(empty.over(SampleCases.NOW.plus(Duration.ofDays(9))), "nothing to sum up");
        NotificationCounts first = empty.begun("replace", SampleCases.NOW, WINDOW);
        NotificationCounts second = first.with(Map.of("ESCALATED", 1));
        assertEquals(first.since(), second.since());
        assertEquals(SampleCases.NOW.plus(WINDOW), second.due());
        assertFalse(second.over(SampleCases.NOW.plus(WINDOW).minusMillis(1)));
        assertTrue(second.over(SampleCases.NOW.plus(WINDOW)));
    }

    @Test
    void summaryIsWorthWhile_onlyWhereSomethingCameMoreThanOnce() {
        NotificationCounts each =
                empty.begun("replace", SampleCases.NOW, WINDOW).with(Map.of("ESCALATED", 1));
        assertFalse(empty.repeats());
        assertFalse(each.repeats(), "each was sent already");
        NotificationCounts again = each.with(Map.of("ESCALATED", 1));
        assertTrue(again.repeats());
        assertEquals(Map.of("replace", 1, "ESCALATED", 2), again.counts());
        assertFalse(again.isFirst("ESCALATED"));
        assertTrue(again.isFirst("REPAIRED"));
    }

    @Test
    void endedWindow_isEmpty_asALaterVersion() {
        NotificationCounts stored =
                empty.begun("replace", SampleCases.NOW, WINDOW).nextVersion();
        assertEquals(1, stored.version());
        NotificationCounts ended = stored.ended().nextVersion();
        assertEquals(2, ended.version());
        assertEquals(Map.of(), ended.counts());
        assertNull(ended.since());
        assertNull(ended.due());
    }
}
