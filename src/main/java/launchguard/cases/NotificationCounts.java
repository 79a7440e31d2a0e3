package launchguard.cases;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import launchguard.model.GroupName;
import org.jspecify.annotations.Nullable;

/**
 * How many cases of a group have sent each kind of notification since its first: people get the first at once, and the
 * digest when the window ends.
 *
 * @param version counts the windows' beginnings and ends, which are stored only on the version that they were made from
 * @param added how many of the counts were added since the window began
 * @param since when the window began; null while there is none
 * @param due when the window ends
 * @param counts how many cases, by kind
 */
public record NotificationCounts(
        GroupName group,
        long version,
        long added,
        @Nullable Instant since,
        @Nullable Instant due,
        Map<String, Integer> counts) {

    /** Copies its counts. */
    public NotificationCounts {
        counts = Map.copyOf(counts);
    }

    /** A group without notifications. */
    public static NotificationCounts empty(GroupName group) {
        return new NotificationCounts(group, 0, 0, null, null, Map.of());
    }

    /** Whether no notification of this kind was counted yet. */
    public boolean isFirst(String kind) {
        return !counts.containsKey(kind);
    }

    /** A window that begins with one case that has sent this kind of notification. */
    public NotificationCounts begun(String kind, Instant now, Duration window) {
        return new NotificationCounts(group, version, 0, now, now.plus(window), Map.of(kind, 1));
    }

    /** With what was counted since the window began. */
    public NotificationCounts with(Map<String, Integer> more) {
        Map<String, Integer> sums = new TreeMap<>(counts);
        more.forEach((kind, count) -> sums.merge(kind, count, Integer::sum));
        return new NotificationCounts(
                group,
                version,
                added + more.values().stream().mapToInt(Integer::intValue).sum(),
                since,
                due,
                sums);
    }

    /** Whether a window has begun and was not ended yet. */
    public boolean inWindow() {
        return due != null;
    }

    /** Whether its window has ended. */
    public boolean over(Instant now) {
        return due != null && !due.isAfter(now);
    }

    /** Whether any kind was counted more than once, so that a digest has something to add. */
    public boolean repeats() {
        return counts.values().stream().anyMatch(count -> count > 1);
    }

    /** Without counts, after its digest was sent. */
    public NotificationCounts ended() {
        return new NotificationCounts(group, version, 0, null, null, Map.of());
    }

    /** The next version; only the store calls this. */
    public NotificationCounts nextVersion() {
        return new NotificationCounts(group, version + 1, added, since, due, counts);
    }
}
