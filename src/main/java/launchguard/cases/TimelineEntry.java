package launchguard.cases;

import java.time.Instant;
import java.util.List;

/** One step of a case, in words, when it happened. */
public record TimelineEntry(Instant at, String what) {
    /** Adds one to a story: long words are cut, and a long story loses its middle. */
    static void add(List<TimelineEntry> timeline, Instant at, String what) {
        String note = what.length() <= Case.LONGEST_NOTE ? what : what.substring(0, Case.LONGEST_NOTE) + "…";
        timeline.add(new TimelineEntry(at, note));
        if (timeline.size() > Case.LONGEST_TIMELINE) {
            timeline.remove(Case.LONGEST_TIMELINE / 2);
        }
    }
}
