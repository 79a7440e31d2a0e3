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
    /** How long after a deployment's last trace an application that it started may come up. */
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

    /**
     * The doubt about units that are down; units that have lost their JVM are in doubt if the rest of JDK_REPLACED is
     * not proved.
     */
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

    /** Whether the unit matters: without a race only if its java is gone, or if an earlier probe saw a JVM in it. */
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

    /** The doubt about lists that were cut or not read, if what they lack could matter. */
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

    /** Whether a unit in which an earlier probe saw a JVM of the group has none now. */
    private boolean missing(SeenJvm sighting) {
        String unit = sighting.unit();
        return unit != null
                && sighting.of(judged.group())
                && judged.own().stream().map(Jvm::unit).noneMatch(unit::equals);
    }

    /**
     * The doubt where no JVM runs: that is never luck if the deployment names java, or if it is the only one and it is
     * unknown whether it does.
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

    /** Whether the group shows no sign of Java while another group has a JVM. */
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
     * The doubt where only JVMs run that started long after the deployment and carry no sign of it: they may be
     * another's, and the deployment's own may be lost.
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

    /** The doubt after a remedy: a good verdict counts only if the group has a JVM again. */
    private @Nullable String notBack() {
        boolean seen = judged.seen(Ownership.SIGN) || judged.seen(Ownership.TIME);
        return judged.question().remedied() && seen && judged.own().isEmpty()
                ? "the deployment's JVM, which an earlier probe saw, does not run again after the remedy"
                : null;
    }
}
