package launchguard.report;

import static java.util.Map.entry;

import java.util.Map;
import launchguard.cases.Case;
import launchguard.guard.Attempt;
import launchguard.verdict.Race;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.BootStuck;
import launchguard.verdict.Verdict.DeploymentFailed;
import launchguard.verdict.Verdict.Healthy;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.LuckyRace;
import launchguard.verdict.Verdict.NotDeployed;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;
import launchguard.verdict.Verdict.StillBooting;
import launchguard.verdict.Verdict.Unreachable;

/** Chooses the sentences about a launch and fills them in: what happened, what was done, what prevents it. */
public final class Wording {
    private Wording() {}

    /** What happened: one to three sentences; parts that come from an instance are reduced to printable characters. */
    public static String reason(Verdict verdict) {
        return Plain.text(
                switch (verdict) {
                    case Unreachable v -> happened(v, Map.ofEntries(entry("why", v.why())));
                    case Inconclusive v -> happened(v, Map.ofEntries(entry("why", v.why())));
                    case StaleJdk v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("jvms", Phrases.jvms(v.jvms())),
                                        entry("deployment", Phrases.name(v.subject())),
                                        entry("lost", Phrases.lost(v.impact(), v.jvms())),
                                        entry("order", Phrases.order(v.race()))));
                    case StillBooting v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("unfinished", Words.say("unfinished." + v.unfinished())),
                                        entry("uptime", Timeline.seconds(v.uptimeSeconds()))));
                    case BootStuck v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("unfinished", Words.say("unfinished." + v.unfinished())),
                                        entry("uptime", Timeline.seconds(v.uptimeSeconds()))));
                    case DeploymentFailed v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("deployment", Phrases.name(v.subject())),
                                        entry("jdks", Phrases.jdks(v.installed())),
                                        entry("order", Phrases.order(v.race()))));
                    case JdkReplaced v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("deployment", Phrases.name(v.subject())),
                                        entry("jdks", Phrases.jdks(v.installed())),
                                        entry("unit", Phrases.unit(v.unit())),
                                        entry("order", Phrases.order(v.race()))));
                    case StaleBystander v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("jvms", Phrases.jvms(v.jvms())),
                                        entry("lost", Phrases.lost(v.impact(), v.jvms()))));
                    case NotDeployed v ->
                        v.failed()
                                ? Words.say(
                                        "happened.NOT_DEPLOYED.failed", Map.of("deployment", Phrases.name(v.subject())))
                                : happened(v, Map.of());
                    case LuckyRace v -> happened(v, Map.ofEntries(entry("order", Phrases.order(v.race()))));
                    case Healthy v -> healthy(v);
                });
    }

    private static String happened(Verdict verdict, Map<String, String> names) {
        return Words.say("happened." + verdict.name(), names);
    }

    private static String healthy(Healthy v) {
        if (v.subject() == null) {
            return Words.say("happened.HEALTHY.earlier-boot");
        }
        return v.race().marginSeconds() == null
                ? Words.say("happened.HEALTHY.order-unknown")
                : happened(v, Map.ofEntries(entry("order", Phrases.order(v.race()))));
    }

    /** What was done in a case so far, and how it stands, as a sentence of its own. */
    public static String done(Case one) {
        return Words.say("done", Map.of("what", did(one)));
    }

    /** The same below a title that says so. */
    static String did(Case one) {
        StringBuilder what = new StringBuilder();
        for (Attempt attempt : one.attempts()) {
            what.append(Words.say(
                            "done." + attempt.end(),
                            Map.of("rung", Phrases.rung(attempt.action().rung()))))
                    .append(' ');
        }
        if (one.attempts().isEmpty()) {
            what.append(Words.say("done.nothing")).append(' ');
        }
        if (one.finding().refusal() != null) {
            what.append(Words.say("done.held", Map.of("refusal", one.finding().refusal())))
                    .append(' ');
        }
        return Plain.upper(what + Words.say("ended." + one.status()));
    }

    /** A case's reason with why nothing was done about it. */
    public static String notActedOn(Case one, String because) {
        return Words.say(
                "not-acted-on", Map.of("reason", String.valueOf(one.finding().reason()), "because", because));
    }

    /** A case's reason with why it was only reported. */
    public static String onlyReported(Case one, String because) {
        return Words.say(
                "only-reported", Map.of("reason", String.valueOf(one.finding().reason()), "because", because));
    }

    /** Whether another order at boot would have prevented it. */
    public static boolean preventable(Verdict verdict) {
        return verdict.race().raced();
    }

    /** As {@link #preventable(Verdict)}, of a case: its launch raced, or a remedy was needed. */
    public static boolean preventable(Case one) {
        Double margin = one.finding().marginSeconds();
        return !one.attempts().isEmpty()
                || (margin != null && new Race(margin, one.finding().marginUncertain()).raced());
    }

    /** What to do so that it never comes back. */
    public static String prevention(Cure cure) {
        return Words.say("prevent", Map.of("cure", cure(cure), "path", cure.path()));
    }

    /** What a cure asks for. */
    public static String cure(Cure cure) {
        return Words.say("prevent." + cure);
    }
}
