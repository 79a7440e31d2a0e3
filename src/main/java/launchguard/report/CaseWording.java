package launchguard.report;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.cases.Finding;
import launchguard.guard.Attempt;
import launchguard.guard.Rung;
import launchguard.probe.Evidence;
import launchguard.verdict.Race;
import org.jspecify.annotations.Nullable;

/** Chooses the sentences about a case and fills them in: what was done, and why not more. */
public final class CaseWording {
    private CaseWording() {}

    /** What was done in a case so far, and how it stands, with its introduction. */
    public static String done(Case current) {
        return Sentences.say("done", Map.of("what", did(current)));
    }

    /** The same without an introduction, for below a title. */
    public static String did(Case current) {
        StringBuilder what = new StringBuilder();
        for (Attempt attempt : current.attempts()) {
            what.append(Sentences.say(
                            "done." + attempt.end(),
                            Map.of("rung", Phrases.rung(attempt.action().rung()))))
                    .append(' ');
        }
        if (current.attempts().isEmpty() && current.finding().action() == null) {
            what.append(Sentences.say("done.nothing")).append(' ');
        }
        if (current.finding().refusal() != null) {
            what.append(Sentences.say(
                            "done.held", Map.of("refusal", current.finding().refusal())))
                    .append(' ');
        }
        String gate = GateWording.sentence(current);
        if (gate != null) {
            what.append(gate).append(' ');
        }
        return PlainText.upper(what + Sentences.say("ended." + current.status()));
    }

    /** How to prevent it; says so where nothing of that kind would have helped. */
    public static String prevention(Case current, @Nullable Evidence evidence) {
        return preventable(current) ? Wording.cureAndFile(Cure.of(evidence)) : Sentences.say("prevent.none");
    }

    /** The finding before a remedy, with what the group's health checks may do while the application is down. */
    public static Finding announced(Finding finding, Rung rung, Set<String> checks) {
        return rung != Rung.REDEPLOY || checks.isEmpty()
                ? finding
                : finding.because(Sentences.say(
                        "announced.health-check",
                        Map.of("reason", String.valueOf(finding.reason()), "checks", String.join(", ", checks))));
    }

    /** What the function would do: a remedy, or the refusal that would hold it back. */
    public static String would(String would) {
        return Sentences.say(remedy(would) ? "would.remedy" : "would.refusal", Map.of("would", would));
    }

    /** Whether that is a remedy's name; else it is a refusal's. */
    public static boolean remedy(String would) {
        return Arrays.stream(Rung.values()).anyMatch(rung -> rung.name().equalsIgnoreCase(would));
    }

    /**
     * How an instance left that Launch Guard did not replace.
     *
     * @param how completes "The instance …"; null where it is leaving its group
     * @param checks the group's health checks that look at the application
     */
    public static String gone(Case current, @Nullable String how, Set<String> checks) {
        boolean remedied = current.attempts().stream()
                .anyMatch(attempt -> attempt.action().rung() != Rung.REPLACE
                        && (attempt.end() == Attempt.End.PROVED || attempt.end() == Attempt.End.BROKE));
        String after = !remedied ? "gone" : checks.isEmpty() ? "gone.remedied" : "gone.health-check";
        return Sentences.say(
                after,
                Map.of(
                        "how",
                        how == null ? Sentences.say("leaving") : "The instance " + how,
                        "checks",
                        String.join(", ", checks)));
    }

    /** A case's reason with why nothing was done about it. */
    public static String notActedOn(Case current, String because) {
        return Sentences.say(
                "not-acted-on",
                Map.of("reason", String.valueOf(current.finding().reason()), "because", because));
    }

    /** A case's reason with why it was only reported. */
    public static String onlyReported(Case current, String because) {
        return Sentences.say(
                "only-reported",
                Map.of("reason", String.valueOf(current.finding().reason()), "because", because));
    }

    /** Whether another order at boot would have prevented it: the launch raced, or a remedy was needed. */
    public static boolean preventable(Case current) {
        Double margin = current.finding().marginSeconds();
        return !current.attempts().isEmpty()
                || (margin != null && new Race(margin, current.finding().marginUncertain()).raced());
    }
}
