package launchguard.pages;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import launchguard.pages.Chart.Mark;
import launchguard.pages.Chart.Shade;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.report.JudgedEvidence;
import launchguard.report.PlainText;
import launchguard.verdict.Staleness;
import launchguard.verdict.VerdictName;

/**
 * Draws the lives of JVMs as marks.
 *
 * @param ended when a JVM ended that was seen at the first moment and no longer at the second
 */
record JvmMarks(List<JudgedEvidence> probes, DoubleBinaryOperator ended) {
    private static final int MOST = 6;

    /** A JVM's identity, and when it was last seen. */
    private record Life(Jvm jvm, Evidence lastSeenIn) {}

    List<Mark> marks() {
        Map<String, Life> lives = new LinkedHashMap<>();
        for (JudgedEvidence probe : probes) {
            if (probe.evidence().jvms() != null) {
                probe.evidence().jvms().forEach(jvm -> lives.put(key(jvm), new Life(jvm, probe.evidence())));
            }
        }
        return Stream.concat(
                        probes.stream().flatMap(JvmMarks::missing),
                        lives.values().stream().limit(MOST).flatMap(this::marks))
                .toList();
    }

    /** A mark for a JVM that should run and does not, by the verdict. */
    private static Stream<Mark> missing(JudgedEvidence probe) {
        if (!probe.verdict().equals(VerdictName.JDK_REPLACED.name())) {
            return Stream.empty();
        }
        double at = probe.evidence().uptime();
        String unit = probe.evidence().failedUnits().stream()
                .findFirst()
                .map(failed -> ", " + PlainText.word(failed.unit()) + " failed")
                .orElse("");
        return Stream.of(new Mark(Shade.BROKEN, at, at, "none runs" + unit, "no JVM of the deployment runs" + unit));
    }

    private static String key(Jvm jvm) {
        return jvm.pid() + "/" + jvm.startedUptime();
    }

    private Stream<Mark> marks(Life life) {
        Jvm jvm = life.jvm();
        double from = jvm.startedUptime() == null ? 0 : jvm.startedUptime();
        double to = end(life);
        String version = jvm.versionInUse() == null ? "" : ", " + PlainText.word(jvm.versionInUse());
        String started = "pid " + jvm.pid() + " started " + PlainText.seconds(from);
        if (!Staleness.stale(jvm)) {
            return Stream.of(new Mark(Shade.JVM, from, to, "pid " + jvm.pid() + version, started + version));
        }
        double lost = Math.min(to, Math.max(from, lost(jvm, life.lastSeenIn(), from)));
        String how = jvm.javaHomeGone() ? "JDK gone" : "JDK replaced";
        String detail = started + version + "; " + how + " under it at about " + PlainText.seconds(lost);
        return Stream.of(
                new Mark(Shade.JVM, from, lost, "", detail),
                new Mark(Shade.BROKEN, lost, to, "pid " + jvm.pid() + ": " + how, detail));
    }

    private double end(Life life) {
        double seen = life.lastSeenIn().uptime();
        return probes.stream()
                .map(probe -> probe.evidence().uptime())
                .filter(uptime -> uptime > seen)
                .findFirst()
                .map(next -> ended.applyAsDouble(seen, next))
                .orElseGet(() -> ended.applyAsDouble(seen, seen));
    }

    /**
     * When the JVM lost its JDK: when the package of its JDK was installed, if the path shows which; else the first
     * package after its start.
     */
    private static double lost(Jvm jvm, Evidence evidence, double from) {
        List<JdkPackage> since = evidence.packages() == null
                ? List.of()
                : evidence.packages().stream()
                        .filter(jdk -> jdk.installedUptime() != null && jdk.installedUptime() >= from)
                        .toList();
        return since.stream()
                .filter(jdk -> jvm.javaHome() != null && jvm.javaHome().contains(shortName(jdk.name())))
                .findFirst()
                .or(() -> since.stream().findFirst())
                .map(JdkPackage::installedUptime)
                .orElse(from);
    }

    static String shortName(String name) {
        return PlainText.word(name.replaceAll("-(headless|devel|jre|jdk)$", ""));
    }
}
