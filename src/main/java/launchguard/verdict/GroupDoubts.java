package launchguard.verdict;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict.Inconclusive;
import org.jspecify.annotations.Nullable;

/** Finds why a group can't be called healthy although nothing bad is proved. */
record GroupDoubts(GroupRules judged) {
    /** How long after a deployment's last trace what it started may take to come up. */
    private static final double LATEST_START_SECONDS = 10;

    /** Null where there is no doubt. */
    @Nullable
    Verdict verdict() {
        Verdict units = units();
        if (units != null) {
            return units;
        }
        String why = unread();
        if (why == null) {
            why = nothingRuns();
        }
        if (why == null) {
            why = noneOfItsOwn();
        }
        if (why == null) {
            why = notBack();
        }
        return why == null ? null : new Inconclusive(why);
    }

    private Evidence evidence() {
        return judged.evidence();
    }

    /** Units that are proved lost are in doubt where the rest of JDK_REPLACED is not proved. */
    private @Nullable Verdict units() {
        DownUnits down = judged.down();
        List<FailedUnit> doubtful = Stream.concat(down.lost().stream(), down.doubtful().stream())
                .filter(this::matters)
                .toList();
        if (doubtful.isEmpty()) {
            return null;
        }
        String cut = evidence().truncated().contains("jvms") ? "the list of JVMs was cut" : null;
        String doubt = cut == null ? judged.changes().doubt(judged.group(), judged.race()) : cut;
        return new Inconclusive(
                state(doubtful.getFirst()) + (doubt == null ? "" : "; " + doubt), DownUnits.names(doubtful));
    }

    /** Without a race only a java that is gone, or a unit that an earlier look saw with a JVM, is in doubt. */
    private boolean matters(FailedUnit unit) {
        CloudInit.State state = evidence().cloudInit().state();
        boolean couldRace = state == CloudInit.State.DONE || state == CloudInit.State.FAILED;
        return judged.race().raced()
                || (judged.race().marginSeconds() == null && couldRace)
                || Boolean.TRUE.equals(unit.javaGone())
                || seenIn(unit.unit());
    }

    private boolean seenIn(String unit) {
        return judged.question().seen().stream()
                .anyMatch(sighting -> sighting.of(judged.group()) && unit.equals(sighting.unit()));
    }

    private static String state(FailedUnit unit) {
        StringBuilder state = new StringBuilder("unit " + unit.unit() + " is down (");
        state.append(
                !unit.condition()
                        ? "a condition of its start did not hold"
                        : switch (unit.state()) {
                            case "auto-restart" -> "systemd keeps restarting it";
                            case "exited" -> "active without a process";
                            case "running" -> "it runs without a JVM";
                            case "activating" -> "it is starting";
                            case "inactive" -> "inactive";
                            default -> "failed";
                        });
        if (unit.exitStatus() != null && unit.exitStatus() != 0) {
            state.append(", status ").append(unit.exitStatus());
        }
        if (Boolean.TRUE.equals(unit.javaGone())) {
            state.append(", the java that it starts is not there");
        } else if (Boolean.FALSE.equals(unit.javaGone())) {
            state.append(", the java that it starts is there now");
        }
        return state.append("), and whether the change of the JDK is the cause can't be determined")
                .toString();
    }

    /** Lists that were cut or not read, where what they lack could matter. */
    private @Nullable String unread() {
        boolean seen = judged.question().seen().stream().anyMatch(this::missing);
        if (!judged.race().raced() && !seen) {
            return null;
        }
        boolean mayHaveChanged = seen
                || evidence().packages() == null
                || evidence().truncated().contains("packages")
                || !judged.changes().whileBooting().isEmpty();
        return mayHaveChanged && EvidenceGaps.units(evidence())
                ? "not all units that are down could be read" + EvidenceDoubts.because(evidence())
                : null;
    }

    /** Whether a unit that an earlier look saw with a JVM of the group has none of them now. */
    private boolean missing(SeenJvm sighting) {
        String unit = sighting.unit();
        return unit != null
                && sighting.of(judged.group())
                && judged.own().stream().map(Jvm::unit).noneMatch(unit::equals);
    }

    /**
     * Zero JVMs are never luck where the deployment names java, or is the only one and it is unknown whether it does.
     */
    private @Nullable String nothingRuns() {
        if (!judged.own().isEmpty() || Boolean.FALSE.equals(judged.group().namesJava()) || idleBesideOthers()) {
            return null;
        }
        if (judged.race().raced() && !judged.changes().whileBooting().isEmpty()) {
            return nothing() + ": whether it ever ran can't be determined" + agentRestarted();
        }
        boolean java = Boolean.TRUE.equals(judged.group().namesJava());
        boolean changedSince = java
                && judged.race().marginSeconds() != null
                && !judged.changes()
                        .replacedBetween(judged.group().start(), null)
                        .isEmpty();
        if (changedSince) {
            return nothing() + " after the deployment had started: whether it ever ran can't be determined"
                    + agentRestarted();
        }
        boolean known = java
                || judged.seen(Ownership.SIGN)
                || judged.seen(Ownership.TIME)
                || !judged.down().lost().isEmpty();
        String doubt = judged.changes().doubt(judged.group(), judged.race());
        return known && doubt != null ? "no JVM of the deployment runs, and " + doubt : null;
    }

    /** A group that shows no sign of Java, beside another group's JVM. */
    private boolean idleBesideOthers() {
        return judged.group().namesJava() == null
                && judged.histories().groups().stream()
                        .anyMatch(group -> !judged.histories().of(group).isEmpty())
                && judged.question().seen().stream().noneMatch(sighting -> sighting.of(judged.group()));
    }

    private String nothing() {
        return "no JVM of the deployment runs, though " + names() + ", and a JDK was installed or removed in this boot";
    }

    private String names() {
        return Boolean.TRUE.equals(judged.group().namesJava())
                ? "its archive names java"
                : "whether it is a Java application is not known";
    }

    private String agentRestarted() {
        Double restarted = evidence().agent().startedUptime();
        return restarted != null && restartedAfterEnd()
                ? String.format(
                        Locale.ROOT,
                        " (the CodeDeploy agent was restarted %.1f s after boot, after the deployment had ended: what its"
                                + " hooks had started in its control group died with it)",
                        restarted)
                : "";
    }

    private boolean restartedAfterEnd() {
        Double restarted = evidence().agent().startedUptime();
        Double end = judged.group().end(evidence());
        return restarted != null && end != null && restarted > end;
    }

    /**
     * A JVM that started long after the deployment had ended, and that no sign gives to it, may be another's: it hides no
     * loss of the deployment's own.
     */
    private @Nullable String noneOfItsOwn() {
        Double end = judged.group().end(evidence());
        boolean matters = judged.race().raced()
                && Boolean.TRUE.equals(judged.group().namesJava())
                && !judged.changes().whileBooting().isEmpty();
        return matters && end != null && judged.own().stream().allMatch(jvm -> later(jvm, end))
                ? "no JVM that runs is known to be the deployment's, though its archive names java, and a JDK was installed or"
                        + " removed in this boot" + agentRestarted()
                : null;
    }

    private boolean later(Jvm jvm, double end) {
        return judged.group().ownership(jvm) == Ownership.TIME
                && jvm.startedUptime() != null
                && jvm.startedUptime() > end + LATEST_START_SECONDS;
    }

    /** After a remedy a good verdict counts only where the group has a JVM again. */
    private @Nullable String notBack() {
        boolean seen = judged.seen(Ownership.SIGN) || judged.seen(Ownership.TIME);
        return judged.question().remedied() && seen && judged.own().isEmpty()
                ? "the deployment's JVM, which an earlier look saw, does not run again after the remedy"
                : null;
    }
}
