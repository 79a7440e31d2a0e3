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
 * @param version counts the changes; a change is stored only on the version that it was made from
 * @param since when the window began; null while there is none
 * @param due when the window ends
 * @param counts how many cases, by kind
 */
public record NotificationCounts(
        GroupName group,
        long version,
        @Nullable Instant since,
        @Nullable Instant due,
        Map<String, Integer> counts) {

    /** Copies its counts. */
    public NotificationCounts {
        counts = Map.copyOf(counts);
    }

    /** A group without notifications. */
    public static NotificationCounts empty(GroupName group) {
        return new NotificationCounts(group, 0, null, null, Map.of());
    }

    /** Whether no notification of this kind was counted yet. */
    public boolean isFirst(String kind) {
        return !counts.containsKey(kind);
    }

    /** With one more case that has sent this kind of notification. */
    public NotificationCounts with(String kind, Instant now, Duration window) {
        Map<String, Integer> more = new TreeMap<>(counts);
        more.merge(kind, 1, Integer::sum);
        return new NotificationCounts(
                group, version, since == null ? now : since, due == null ? now.plus(window) : due, more);
    }

    /** Whether its window has ended. */
    public boolean over(Instant now) {
        return due != null && !due.isAfter(now);
    }

    /** Whether there is more than was already sent one by one. */
    public boolean repeats() {
        return counts.values().stream().anyMatch(count -> count > 1);
    }

    /** With nothing counted, after its digest was sent. */
    public NotificationCounts told() {
        return new NotificationCounts(group, version, null, null, Map.of());
    }

    /** Counted as the next version; done by the store. */
    public NotificationCounts nextVersion() {
        return new NotificationCounts(group, version + 1, since, due, counts);
    }
}
