package launchguard.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import org.junit.jupiter.api.Test;

/** The contract of every store of notification counts. */
abstract class NotificationCountContract {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Instant NOW = Instant.parse("2026-11-22T22:00:00Z");
    private static final CaseId ONE = SampleCases.id(1, 1_790_000_000, 1);
    private static final CaseId OTHER = SampleCases.id(2, 1_790_000_000, 1);
    private static final GroupName GROUP = SampleCases.GROUP;

    protected abstract CaseStore store();

    private NotificationCounts count(CaseId sender, String kind, Instant now) {
        NotificationCounts read = store().notificationCounts().of(GROUP);
        if (read.inWindow()) {
            store().notificationCounts().add(read, sender, kind);
        } else {
            store().notificationCounts().begin(read.begun(kind, now, WINDOW), sender, kind);
        }
        return store().notificationCounts().of(GROUP);
    }

    @Test
    void nothingCounted_isEmpty() {
        assertEquals(
                NotificationCounts.empty(GROUP), store().notificationCounts().of(GROUP));
        assertEquals(Optional.empty(), store().notificationCounts().counted(ONE, GROUP, "ESCALATED"));
        assertEquals(List.of(), store().notificationCounts().over(Instant.parse("2100-01-01T00:00:00Z"), 10));
    }

    @Test
    void eachKindIsCountedByItself_andItsFirstIsKnown() {
        count(ONE, "replace", NOW);
        count(OTHER, "replace", NOW.plusSeconds(5));
        NotificationCounts stored = count(OTHER, "ESCALATED", NOW.plusSeconds(9));
        assertEquals(Map.of("replace", 2, "ESCALATED", 1), stored.counts());
        assertEquals(stored, store().notificationCounts().of(GROUP));
        assertEquals(NOW, stored.since());
        assertEquals(NOW.plus(WINDOW), stored.due());
        assertEquals(Optional.of(true), store().notificationCounts().counted(ONE, GROUP, "replace"));
        assertEquals(Optional.of(false), store().notificationCounts().counted(OTHER, GROUP, "replace"));
        assertEquals(Optional.of(true), store().notificationCounts().counted(OTHER, GROUP, "ESCALATED"));
        assertEquals(Optional.empty(), store().notificationCounts().counted(ONE, GROUP, "ESCALATED"));
        assertEquals(
                NotificationCounts.empty(new GroupName("another")),
                store().notificationCounts().of(new GroupName("another")));
    }

    /** If the function dies after it counted, its message comes again. */
    @Test
    void sameNotificationOfACase_isCountedOnce_alsoInALaterWindow() {
        NotificationCounts first = count(ONE, "replace", NOW);
        assertThrows(ConflictException.class, () -> count(ONE, "replace", NOW));
        assertEquals(first, store().notificationCounts().of(GROUP));
        NotificationCounts ended = store().notificationCounts().end(first);
        assertThrows(ConflictException.class, () -> count(ONE, "replace", NOW.plus(WINDOW)));
        assertEquals(ended, store().notificationCounts().of(GROUP));
        assertEquals(Optional.of(true), store().notificationCounts().counted(ONE, GROUP, "replace"));
    }

    @Test
    void outdatedCounts_areNotStored_norTheirMarker() {
        NotificationCounts empty = store().notificationCounts().of(GROUP);
        count(ONE, "replace", NOW);
        NotificationCounts old = empty.begun("replace", NOW, WINDOW);
        assertThrows(ConflictException.class, () -> store().notificationCounts().begin(old, OTHER, "replace"));
        assertThrows(ConflictException.class, () -> store().notificationCounts().end(empty));
        assertEquals(Optional.empty(), store().notificationCounts().counted(OTHER, GROUP, "replace"));
        assertEquals(1, store().notificationCounts().of(GROUP).counts().get("replace"));
    }

    @Test
    void endedWindow_isFoundUntilItsDigestIsSent_andIsNoCase() {
        NotificationCounts stored = count(ONE, "replace", NOW);
        assertFalse(stored.over(NOW.plus(WINDOW).minusMillis(1)));
        assertTrue(stored.over(NOW.plus(WINDOW)));
        Instant later = NOW.plus(WINDOW).plusSeconds(1);
        assertEquals(List.of(), store().notificationCounts().over(NOW.plus(WINDOW), 10));
        assertEquals(List.of(GROUP), store().notificationCounts().over(later, 10));
        assertEquals(List.of(), store().pastDue(later, 10));
        NotificationCounts ended = store().notificationCounts().end(stored);
        assertEquals(List.of(), store().notificationCounts().over(later, 10));
        assertEquals(Map.of(), ended.counts());
        assertTrue(ended.isFirst("replace"));
    }

    /** Writers that have read the same window add to it, each on its own: none loses a round to another. */
    @Test
    void writersOfOneWindow_addWithoutConflict() {
        NotificationCounts read = count(ONE, "replace", NOW);
        for (int i = 2; i <= 9; i++) {
            store().notificationCounts().add(read, SampleCases.id(i, 1_790_000_000, 1), "replace");
        }
        assertEquals(
                Map.of("replace", 9), store().notificationCounts().of(GROUP).counts());
        assertEquals(8, store().notificationCounts().of(GROUP).added());
    }

    @Test
    void firstOfAKind_isCountedByOneWriter() {
        NotificationCounts read = count(ONE, "replace", NOW);
        store().notificationCounts().add(read, ONE, "ESCALATED");
        assertThrows(ConflictException.class, () -> store().notificationCounts().add(read, OTHER, "ESCALATED"));
        assertEquals(Optional.empty(), store().notificationCounts().counted(OTHER, GROUP, "ESCALATED"));
        count(OTHER, "ESCALATED", NOW);
        assertEquals(Optional.of(false), store().notificationCounts().counted(OTHER, GROUP, "ESCALATED"));
    }

    @Test
    void windowThatWasAddedTo_isReadAnewBeforeItEnds() {
        NotificationCounts read = count(ONE, "replace", NOW);
        NotificationCounts more = count(OTHER, "replace", NOW);
        assertThrows(ConflictException.class, () -> store().notificationCounts().end(read));
        NotificationCounts ended = store().notificationCounts().end(more);
        assertThrows(
                ConflictException.class,
                () -> store().notificationCounts().add(more, SampleCases.id(3, 1, 1), "replace"));
        assertEquals(ended, store().notificationCounts().of(GROUP));
        assertFalse(ended.inWindow());
    }

    @Test
    void concurrentNotifications_areAllCounted() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 1; i <= 24; i++) {
                CaseId sender = SampleCases.id(i, 1_790_000_000, 1);
                all.add(threads.submit(() -> untilCounted(sender)));
            }
            for (Future<?> task : all) {
                task.get();
            }
        }
        assertEquals(
                Map.of("replace", 24), store().notificationCounts().of(GROUP).counts());
    }

    private void untilCounted(CaseId sender) {
        while (store().notificationCounts().counted(sender, GROUP, "replace").isEmpty()) {
            try {
                count(sender, "replace", NOW);
            } catch (ConflictException again) {
                Thread.onSpinWait();
            }
        }
    }

    /** Of two concurrent counts one sees the other's, so that people are notified once. */
    @Test
    void failedLaunches_areStoredOverWhatWasRead() {
        FailedLaunches none = store().notificationCounts().failedLaunches(GROUP, "lt-1:7");
        FailedLaunches afterFirst = store().notificationCounts().save(none.with(failed(ONE)), NOW);
        assertThrows(ConflictException.class, () -> store().notificationCounts().save(none.with(failed(OTHER)), NOW));
        assertEquals(afterFirst, store().notificationCounts().failedLaunches(GROUP, "lt-1:7"));
        assertFalse(afterFirst.notifies(ONE.instance()));
        FailedLaunches afterSecond = store().notificationCounts().save(afterFirst.with(failed(OTHER)), NOW);
        assertTrue(afterSecond.notifies(OTHER.instance()));
        assertEquals(afterSecond, afterSecond.with(failed(OTHER)));
        assertTrue(store().notificationCounts()
                .failedLaunches(GROUP, "lt-1:8")
                .launches()
                .isEmpty());
        assertFalse(store().notificationCounts()
                .save(afterSecond.notified(NOW), NOW)
                .notifies(OTHER.instance()));
    }

    private static FailedLaunch failed(CaseId caseId) {
        return new FailedLaunch(caseId.instance(), NOW, "ValidateService", NOW, null, false);
    }
}
