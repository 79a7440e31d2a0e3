package launchguard.cases;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a case, when it happened.
 *
 * @param what in words, for people
 * @param kind its kind, for code; null where the entry is for people only
 */
public record TimelineEntry(
        Instant at, String what, @Nullable TimelineKind kind) {
    /** An entry for people only. */
    public TimelineEntry(Instant at, String what) {
        this(at, what, null);
    }

    /** Adds an entry: long texts are cut, and a long timeline loses its middle. */
    static void add(List<TimelineEntry> timeline, Instant at, String what, @Nullable TimelineKind kind) {
        String note = what.length() <= Case.LONGEST_NOTE ? what : what.substring(0, Case.LONGEST_NOTE) + "…";
        timeline.add(new TimelineEntry(at, note, kind));
        if (timeline.size() > Case.LONGEST_TIMELINE) {
            timeline.remove(Case.LONGEST_TIMELINE / 2);
        }
    }
}
