package launchguard.report;

import static java.util.Map.entry;

import java.util.Map;
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

/** Chooses the sentences about a verdict and fills them in: what happened, what prevents it. */
public final class Wording {
    private Wording() {}

    /** What happened: one to three sentences; parts that come from an instance are reduced to printable characters. */
    public static String reason(Verdict verdict) {
        return PlainText.text(
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
                                        entry("owned", Phrases.owned(v.ownership())),
                                        entry("order", Phrases.order(v.race()))));
                    case StillBooting v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("unfinished", Sentences.say("unfinished." + v.unfinished())),
                                        entry("uptime", PlainText.seconds(v.uptimeSeconds()))));
                    case BootStuck v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("unfinished", Sentences.say("unfinished." + v.unfinished())),
                                        entry("look", Sentences.say("look." + v.unfinished())),
                                        entry("uptime", PlainText.seconds(v.uptimeSeconds()))));
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
                                        entry("unit", Phrases.units(v.lost())),
                                        entry("owned", Phrases.owned(v.ownership())),
                                        entry("order", Phrases.order(v.race()))));
                    case StaleBystander v ->
                        happened(
                                v,
                                Map.ofEntries(
                                        entry("jvms", Phrases.jvms(v.jvms())),
                                        entry("lost", Phrases.lost(v.impact(), v.jvms()))));
                    case NotDeployed v -> notDeployed(v);
                    case LuckyRace v ->
                        Sentences.say(
                                "happened.LUCKY_RACE" + (v.jvms() == 0 ? ".no-jvm" : ""),
                                Map.ofEntries(
                                        entry("order", Phrases.order(v.race())),
                                        entry("down", Phrases.down(v.down()))));
                    case Healthy v -> healthy(v);
                });
    }

    private static String happened(Verdict verdict, Map<String, String> names) {
        return Sentences.say("happened." + verdict.name(), names);
    }

    private static String notDeployed(NotDeployed v) {
        if (!v.failed()) {
            return happened(v, Map.of());
        }
        return Sentences.say(
                "happened.NOT_DEPLOYED." + (v.meanwhile() ? "meanwhile" : "failed"),
                Map.of("deployment", Phrases.name(v.subject())));
    }

    private static String healthy(Healthy v) {
        if (v.subject() == null) {
            return Sentences.say("happened.HEALTHY.earlier-boot");
        }
        if (v.jvms() > 0 && Phrases.local(v.subject())) {
            return Sentences.say("happened.HEALTHY.redeployed", Map.of("down", Phrases.down(v.down())));
        }
        boolean ordered = v.race().marginSeconds() != null;
        return Sentences.say(
                "happened.HEALTHY" + (v.jvms() == 0 && ordered ? ".no-jvm" : ordered ? "" : ".order-unknown"),
                Map.ofEntries(entry("order", Phrases.order(v.race())), entry("down", Phrases.down(v.down()))));
    }

    /** Whether another order at boot would have prevented it. */
    public static boolean preventable(Verdict verdict) {
        return verdict.race().raced();
    }

    /** How to prevent it. */
    public static String prevention(Cure cure) {
        return Sentences.say("prevent", Map.of("cure", cure(cure), "path", cure.path()));
    }

    /** The same without an introduction, for below a title. */
    static String cureAndFile(Cure cure) {
        return PlainText.upper(cure(cure)) + " " + Sentences.say("prevent.see", Map.of("path", cure.path()));
    }

    /** What a cure asks for. */
    public static String cure(Cure cure) {
        return Sentences.say("prevent." + cure);
    }
}
