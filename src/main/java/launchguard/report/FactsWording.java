package launchguard.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Staleness;
import org.jspecify.annotations.Nullable;

/** Says how a verdict is known: the facts of the evidence, in words. */
public final class FactsWording {
    private static final int MOST = 3;

    private FactsWording() {}

    /** One sentence; parts that come from the instance are reduced to printable characters. */
    public static String of(Evidence evidence) {
        return PlainText.text(Sentences.say("known", Map.of("facts", facts(evidence))));
    }

    /** The same without an introduction, for below a title. */
    public static String known(@Nullable Evidence evidence) {
        if (evidence == null) {
            return PlainText.upper(Sentences.say("known.nothing") + ".");
        }
        return PlainText.text(PlainText.upper(facts(evidence) + "."));
    }

    private static String facts(Evidence evidence) {
        List<String> facts = new ArrayList<>();
        facts.add(cloudInit(evidence));
        evidence.deployments().stream()
                .filter(DeploymentTrace::thisBoot)
                .limit(MOST)
                .forEach(trace -> facts.add(deployment(trace)));
        if (evidence.packages() != null) {
            evidence.packages().stream()
                    .filter(jdk -> jdk.installedUptime() != null && jdk.installedUptime() >= 0)
                    .limit(MOST)
                    .forEach(jdk -> facts.add(installed(jdk)));
        }
        if (evidence.jvms() != null) {
            evidence.jvms().stream().limit(MOST).forEach(jvm -> facts.add(jvm(jvm)));
        }
        evidence.failedUnits().stream()
                .limit(MOST)
                .forEach(unit -> facts.add(Sentences.say("known.unit", Map.of("unit", PlainText.word(unit.unit())))));
        evidence.symptoms().stream()
                .limit(1)
                .forEach(symptom ->
                        facts.add(Sentences.say("known.symptom", Map.of("line", PlainText.word(said(symptom))))));
        return String.join("; ", facts);
    }

    private static String said(Evidence.Symptom symptom) {
        return symptom.missing() == null ? symptom.exception() : symptom.exception() + " (" + symptom.missing() + ")";
    }

    private static String cloudInit(Evidence evidence) {
        CloudInit cloudInit = evidence.cloudInit();
        return cloudInit.finishedUptime() == null
                ? Sentences.say(
                        "known.cloud-init.unfinished",
                        Map.of(
                                "state",
                                cloudInit.state().name().toLowerCase(Locale.ROOT),
                                "at",
                                PlainText.seconds(evidence.uptime())))
                : Sentences.say("known.cloud-init", Map.of("at", PlainText.seconds(cloudInit.finishedUptime())));
    }

    private static String deployment(DeploymentTrace trace) {
        return Sentences.say(
                "known.deployment",
                Map.of(
                        "deployment",
                        PlainText.word(trace.deploymentId()),
                        "at",
                        trace.startedUptime() == null
                                ? "at an unknown time"
                                : "at " + PlainText.seconds(trace.startedUptime())));
    }

    private static String installed(JdkPackage jdk) {
        double at = jdk.installedUptime() == null ? 0 : jdk.installedUptime();
        return Sentences.say(
                jdk.removed() ? "known.package.removed" : "known.package",
                Map.of(
                        "name",
                        PlainText.word(jdk.version() == null ? jdk.name() : jdk.name() + " " + jdk.version()),
                        "at",
                        "at " + PlainText.seconds(at)));
    }

    private static String jvm(Jvm jvm) {
        String key = !Staleness.stale(jvm)
                ? "known.jvm"
                : jvm.javaHomeGone() ? "known.jvm.files-gone" : "known.jvm.replaced";
        return Sentences.say(
                key,
                Map.of(
                        "pid",
                        String.valueOf(jvm.pid()),
                        "at",
                        jvm.startedUptime() == null
                                ? "at an unknown time"
                                : "at " + PlainText.seconds(jvm.startedUptime())));
    }
}
