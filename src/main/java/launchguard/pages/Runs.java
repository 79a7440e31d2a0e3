package launchguard.pages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.cases.TimelineEntry;
import launchguard.cases.TimelineKind;
import launchguard.cases.TimelineKind.AskedAgain;
import launchguard.cases.TimelineKind.CaseEnded;
import launchguard.cases.TimelineKind.Decided;
import launchguard.cases.TimelineKind.HeldBack;
import launchguard.cases.TimelineKind.Judged;
import launchguard.cases.TimelineKind.ProbeSent;
import launchguard.cases.TimelineKind.RemedyEnded;
import launchguard.pages.Run.Kind;
import launchguard.report.GateWording;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;

/** Finds the probes, remedies and waits of a case in its timeline. */
public final class Runs {
    private final Instant upTo;
    private final List<Run> runs = new ArrayList<>();
    private @Nullable Instant probed;
    private @Nullable Instant decided;
    private String remedy = "";
    private boolean remedied;
    private @Nullable Instant held;
    private String refusal = "";

    private Runs(Instant upTo) {
        this.upTo = upTo;
    }

    /** The case's probes and remedies in their order; what has not ended yet is drawn up to that moment. */
    public static List<Run> of(Case current, Instant upTo) {
        Runs runs = new Runs(upTo);
        current.timeline().forEach(runs::read);
        runs.close();
        List<Run> all = new ArrayList<>(gate(current, runs.runs, upTo));
        all.addAll(runs.runs);
        return List.copyOf(all);
    }

    /**
     * The launch gate's hold, each repair of {@code others} while it lasted, and its end; of an instance that was not held its
     * end only, and nothing where the case is not gated.
     */
    public static List<Run> gate(Case current, List<Run> others, Instant upTo) {
        Gate gate = current.gate();
        if (gate == null) {
            return List.of();
        }
        Instant answered = gate.answeredAt();
        Instant end = answered == null ? upTo : answered;
        List<Run> runs = new ArrayList<>();
        if (!gate.observed()) {
            String held = (gate.intoWarmPool() ? "held " : "held out of service ")
                    + PlainText.seconds(gate.held(upTo).toMillis() / 1000.0);
            runs.add(new Run(
                    Kind.GATE,
                    gate.heldSince(),
                    end,
                    answered == null ? held + " so far" : held,
                    "lifecycle hook " + PlainText.word(gate.hook().value()) + " holds the instance "
                            + (gate.intoWarmPool() ? "on its way into the warm pool" : "out of service"),
                    true));
            others.stream()
                    .filter(run -> run.kind() == Kind.REMEDY && run.well())
                    .filter(run ->
                            run.to().isAfter(gate.heldSince()) && !run.to().isAfter(end))
                    .forEach(run -> runs.add(new Run(
                            Kind.GATE,
                            run.to(),
                            run.to(),
                            "repaired",
                            "repaired by " + run.label() + " while held",
                            true)));
        }
        if (answered != null) {
            runs.add(new Run(
                    Kind.GATE,
                    answered,
                    answered,
                    GateWording.shown(current),
                    String.valueOf(GateWording.sentence(current)),
                    GateWording.well(gate)));
        }
        return runs;
    }

    private void read(TimelineEntry entry) {
        TimelineKind kind = entry.kind();
        if (kind == null) {
            return;
        }
        switch (kind) {
            case ProbeSent sent -> probed = entry.at();
            case Judged judged -> probeEnded(entry.at(), judged.verdict());
            case AskedAgain again -> probeEnded(entry.at(), "no answer");
            case HeldBack back -> {
                released(entry.at());
                held = entry.at();
                refusal = back.refusal();
            }
            case Decided next -> {
                released(entry.at());
                decided = entry.at();
                remedy = next.remedy();
                remedied = true;
            }
            case RemedyEnded end -> remedied(entry, end.well());
            case CaseEnded end -> {
                released(entry.at());
                remedied(entry, end.status() == Status.REPLACED);
            }
        }
    }

    /** A refusal holds until something is done, another refusal takes its place, or the case ends. */
    private void released(Instant at) {
        if (held != null) {
            runs.add(new Run(Kind.HELD, held, at, refusal, "held back by " + refusal, true));
            held = null;
        }
    }

    private void probeEnded(Instant at, String found) {
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
        released(upTo);
        if (probed != null) {
            probeEnded(upTo, "running");
        }
        if (decided != null) {
            runs.add(new Run(Kind.REMEDY, decided, upTo, remedy + ", running", remedy + " has not ended", true));
        }
    }
}
