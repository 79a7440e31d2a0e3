package launchguard.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import launchguard.guard.Rung;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Race;
import launchguard.verdict.Subject;
import launchguard.verdict.Verdict.Impact;
import org.jspecify.annotations.Nullable;

/** What is filled into sentences. */
final class Phrases {
    private static final int MOST_PIDS = 5;
    private static final int MOST_JDKS = 3;

    private Phrases() {}

    static String order(Race race) {
        Double margin = race.marginSeconds();
        if (margin == null) {
            return Words.say("order.unknown");
        }
        String key = race.raced() ? "order.raced" : race.uncertain() ? "order.uncertain" : "order.kept";
        return Words.say(key, Map.of("by", Timeline.seconds(Math.abs(margin))));
    }

    static String jvms(List<Jvm> jvms) {
        String pids = jvms.stream()
                .map(jvm -> String.valueOf(jvm.pid()))
                .limit(MOST_PIDS)
                .collect(Collectors.joining(", "));
        return jvms.size() == 1
                ? Words.say("jvm.one", Map.of("pids", pids))
                : Words.say("jvm.several", Map.of("count", String.valueOf(jvms.size()), "pids", pids));
    }

    static String lost(Impact impact, List<Jvm> jvms) {
        Jvm first = jvms.getFirst();
        String versions = first.versionInUse() == null || first.versionOnDisk() == null
                ? ""
                : " (" + Plain.word(first.versionInUse()) + " in use, " + Plain.word(first.versionOnDisk())
                        + " on disk)";
        return Words.say("lost." + impact, Map.of("run", jvms.size() == 1 ? "runs" : "run", "versions", versions));
    }

    static String jdks(List<JdkPackage> jdks) {
        String names = jdks.stream()
                .map(jdk -> Plain.word(jdk.version() == null ? jdk.name() : jdk.name() + " " + jdk.version()))
                .limit(MOST_JDKS)
                .collect(Collectors.joining(", "));
        return names + (jdks.size() == 1 ? " was" : " were");
    }

    static String unit(@Nullable FailedUnit unit) {
        if (unit == null) {
            return "";
        }
        Integer status = unit.exitStatus();
        String exit = "";
        if (status != null) {
            boolean noJava = status == 203 || status == 127;
            exit = Words.say(noJava ? "unit.exit.no-java" : "unit.exit", Map.of("status", String.valueOf(status)));
        }
        return Words.say("unit.failed", Map.of("unit", Plain.word(unit.unit()), "exit", exit));
    }

    static String name(@Nullable Subject subject) {
        return subject == null || subject.deploymentId() == null ? "(id unknown)" : Plain.word(subject.deploymentId());
    }

    static String rung(Rung rung) {
        return Words.say("rung." + rung);
    }
}
