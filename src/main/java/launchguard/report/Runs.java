package launchguard.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.TimelineEntry;
import launchguard.report.Run.Kind;
import org.jspecify.annotations.Nullable;

/** Reads from a case's own story when it looked and when it acted. */
public final class Runs {
    private static final String PROBED = "probe sent";
    private static final String VERDICT = "verdict: ";
    private static final String DECIDED = "decided: ";

    private final Instant upTo;
    private final List<Run> runs = new ArrayList<>();
    private @Nullable Instant probed;
    private @Nullable Instant decided;
    private String rung = "";
    private boolean remedied;

    private Runs(Instant upTo) {
        this.upTo = upTo;
    }

    /** The case's probes and remedies in their order; what has not ended yet is drawn up to that moment. */
    public static List<Run> of(Case one, Instant upTo) {
        Runs runs = new Runs(upTo);
        one.timeline().forEach(runs::read);
        runs.close();
        return List.copyOf(runs.runs);
    }

    private void read(TimelineEntry entry) {
        String what = entry.what();
        if (what.equals(PROBED)) {
            probed = entry.at();
        } else if (what.startsWith(VERDICT) || what.startsWith("asks again")) {
            look(entry.at(), what.startsWith(VERDICT) ? what.substring(VERDICT.length()) : "no answer");
        } else if (what.startsWith(DECIDED)) {
            decided = entry.at();
            rung = what.substring(DECIDED.length());
            remedied = true;
        } else if (decided != null && (what.startsWith(rung + " ended: ") || what.startsWith("ended: "))) {
            remedy(entry.at(), what);
        }
    }

    private void look(Instant at, String found) {
        if (probed != null) {
            boolean before = decided == null && !remedied;
            runs.add(new Run(
                    before ? Kind.PROBE : Kind.VERIFICATION, probed, at, found, "probe, verdict " + found, true));
            probed = null;
        }
    }

    private void remedy(Instant at, String how) {
        if (decided != null) {
            boolean well = how.contains("proved") || how.endsWith("REPLACED");
            runs.add(new Run(Kind.REMEDY, decided, at, rung + (well ? "" : ", failed"), how, well));
            decided = null;
        }
    }

    private void close() {
        if (probed != null) {
            look(upTo, "running");
        }
        if (decided != null) {
            runs.add(new Run(Kind.REMEDY, decided, upTo, rung + ", running", rung + " has not ended", true));
        }
    }
}
