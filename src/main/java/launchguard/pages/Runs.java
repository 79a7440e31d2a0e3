package launchguard.pages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.cases.TimelineEntry;
import launchguard.cases.TimelineKind;
import launchguard.cases.TimelineKind.AskedAgain;
import launchguard.cases.TimelineKind.CaseEnded;
import launchguard.cases.TimelineKind.Decided;
import launchguard.cases.TimelineKind.Judged;
import launchguard.cases.TimelineKind.ProbeSent;
import launchguard.cases.TimelineKind.RemedyEnded;
import launchguard.pages.Run.Kind;
import org.jspecify.annotations.Nullable;

/** Reads from a case's own story when it looked and when it acted. */
public final class Runs {
    private final Instant upTo;
    private final List<Run> runs = new ArrayList<>();
    private @Nullable Instant probed;
    private @Nullable Instant decided;
    private String remedy = "";
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
        TimelineKind kind = entry.kind();
        if (kind == null) {
            return;
        }
        switch (kind) {
            case ProbeSent sent -> probed = entry.at();
            case Judged judged -> look(entry.at(), judged.verdict());
            case AskedAgain again -> look(entry.at(), "no answer");
            case Decided next -> {
                decided = entry.at();
                remedy = next.remedy();
                remedied = true;
            }
            case RemedyEnded end -> remedied(entry, end.well());
            case CaseEnded end -> remedied(entry, end.status() == Status.REPLACED);
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

    private void remedied(TimelineEntry end, boolean well) {
        if (decided != null) {
            runs.add(new Run(Kind.REMEDY, decided, end.at(), remedy + (well ? "" : ", failed"), end.what(), well));
            decided = null;
        }
    }

    private void close() {
        if (probed != null) {
            look(upTo, "running");
        }
        if (decided != null) {
            runs.add(new Run(Kind.REMEDY, decided, upTo, remedy + ", running", remedy + " has not ended", true));
        }
    }
}
