package launchguard.cases;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of a case, when it happened.
 *
 * @param what in words, for people
 * @param kind what is read from it; null where it is for people alone
 */
public record TimelineEntry(
        Instant at, String what, @Nullable TimelineKind kind) {
    /** A line for people alone. */
    public TimelineEntry(Instant at, String what) {
        this(at, what, null);
    }

    /** Adds one to a story: long words are cut, and a long story loses its middle. */
    static void add(List<TimelineEntry> timeline, Instant at, String what, @Nullable TimelineKind kind) {
        String note = what.length() <= Case.LONGEST_NOTE ? what : what.substring(0, Case.LONGEST_NOTE) + "…";
        timeline.add(new TimelineEntry(at, note, kind));
        if (timeline.size() > Case.LONGEST_TIMELINE) {
            timeline.remove(Case.LONGEST_TIMELINE / 2);
        }
    }
}
