package launchguard.report;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import launchguard.guard.Rung;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Ownership;
import launchguard.verdict.Race;
import launchguard.verdict.Verdict.Impact;
import org.jspecify.annotations.Nullable;

/** The parts that are filled into sentences. */
final class Phrases {
    private static final int MOST_PIDS = 5;
    private static final int MOST_JDKS = 3;
    private static final int MOST_UNITS = 3;

    private Phrases() {}

    static String order(Race race) {
        Double margin = race.marginSeconds();
        if (margin == null) {
            return Sentences.say("order.unknown");
        }
        String key = race.raced() ? "order.raced" : race.uncertain() ? "order.uncertain" : "order.kept";
        return Sentences.say(key, Map.of("by", PlainText.seconds(Math.abs(margin))));
    }

    static String jvms(List<Jvm> jvms) {
        String pids = jvms.stream()
                .map(jvm -> String.valueOf(jvm.pid()))
                .limit(MOST_PIDS)
                .collect(Collectors.joining(", "));
        return jvms.size() == 1
                ? Sentences.say("jvm.one", Map.of("pids", pids))
                : Sentences.say("jvm.several", Map.of("count", String.valueOf(jvms.size()), "pids", pids));
    }

    /** Says that it is another version only if both versions are known and differ. */
    static String lost(Impact impact, List<Jvm> jvms) {
        Jvm first = jvms.getFirst();
        String used = first.versionInUse();
        String there = first.versionOnDisk();
        String versions = "";
        boolean other = false;
        if (used != null && there != null && !used.equals(there)) {
            versions = " (" + PlainText.word(used) + " in use, " + PlainText.word(there) + " on disk)";
            other = true;
        }
        String key = "lost." + impact + (impact == Impact.REPLACED_IN_PLACE && other ? ".other-version" : "");
        return Sentences.say(key, Map.of("run", jvms.size() == 1 ? "runs" : "run", "versions", versions));
    }

    /** That only the start time shows whose a JVM is; empty where a sign does. */
    static String owned(Ownership ownership) {
        return switch (ownership) {
            case SIGN -> "";
            case TIME -> Sentences.say("owned.by-time");
        };
    }

    /** What was installed, then what was removed. */
    static String jdks(List<JdkPackage> jdks) {
        List<JdkPackage> installed = jdks.stream().filter(jdk -> !jdk.removed()).toList();
        return installed.isEmpty() ? named(jdks) + " removed" : named(installed) + " installed";
    }

    private static String named(List<JdkPackage> jdks) {
        String names = jdks.stream()
                .map(jdk -> PlainText.word(jdk.version() == null ? jdk.name() : jdk.name() + " " + jdk.version()))
                .limit(MOST_JDKS)
                .collect(Collectors.joining(", "));
        return names + (jdks.size() == 1 ? " was" : " were");
    }

    /** The units that lost their JVM: the first with its state, the others by name. */
    static String units(List<FailedUnit> units) {
        if (units.isEmpty()) {
            return "";
        }
        FailedUnit unit = units.getFirst();
        Integer status = unit.exitStatus();
        String exit = "";
        if (status != null) {
            boolean noJava = status == 203 || status == 127;
            exit = Sentences.say(noJava ? "unit.exit.no-java" : "unit.exit", Map.of("status", String.valueOf(status)));
        }
        String key = unit.state().equals("auto-restart") ? "unit.restarting" : "unit.failed";
        String others = units.size() == 1
                ? ""
                : Sentences.say(
                        "unit.others",
                        Map.of(
                                "units",
                                names(units.stream()
                                        .skip(1)
                                        .map(FailedUnit::unit)
                                        .toList())));
        return Sentences.say(key, Map.of("unit", PlainText.word(unit.unit()), "exit", exit)) + others;
    }

    /** Units that are down for a reason of their own. */
    static String down(List<String> units) {
        if (units.isEmpty()) {
            return "";
        }
        return Sentences.say(units.size() == 1 ? "down.one" : "down.several", Map.of("units", names(units)));
    }

    private static String names(List<String> units) {
        return units.stream().limit(MOST_UNITS).map(PlainText::word).collect(Collectors.joining(", "));
    }

    static String name(@Nullable JudgedDeployment subject) {
        return subject == null || subject.deploymentId() == null
                ? "(id unknown)"
                : PlainText.word(subject.deploymentId());
    }

    /** Whether the agent made the deployment by itself: then its start says nothing about the launch. */
    static boolean local(JudgedDeployment subject) {
        String id = subject.deploymentId();
        return id != null && (id.startsWith("local-") || id.endsWith("-local"));
    }

    static String rung(Rung rung) {
        return Sentences.say("rung." + rung);
    }
}
