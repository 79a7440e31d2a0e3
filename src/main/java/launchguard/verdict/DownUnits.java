package launchguard.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.Jvm;

/**
 * What the units that are down say about one group. Each is judged by itself: a healthy neighbour hides none of them.
 *
 * @param lost units whose JVM the change of a JDK took away
 * @param doubtful units that may be down for that reason
 * @param ownFault units of the group that are down for a reason of their own, as far as is known
 */
record DownUnits(List<FailedUnit> lost, List<FailedUnit> doubtful, List<FailedUnit> ownFault) {
    /** Exit statuses of systemd and the shell when the program does not exist. */
    private static final Set<Integer> NO_PROGRAM = Set.of(203, 127);

    /** Results of a JVM that ran and crashed; an exit status of its own only says that it failed. */
    private static final Set<String> CRASHED = Set.of("signal", "core-dump", "watchdog");

    static DownUnits of(
            Evidence evidence,
            Question question,
            DeploymentHistories histories,
            DeploymentHistory group,
            JdkChanges changes) {
        DownUnits down = new DownUnits(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (FailedUnit unit : evidence.failedUnits()) {
            Look look = new Look(evidence, question, histories, group, changes, unit);
            if (look.concernsGroup()) {
                switch (look.finding()) {
                    case LOST -> down.lost.add(unit);
                    case DOUBTFUL -> down.doubtful.add(unit);
                    case OWN_FAULT -> down.ownFault.add(unit);
                    case WELL -> {}
                }
            }
        }
        return down;
    }

    /** What a unit's state says. */
    private enum Finding {
        LOST,
        DOUBTFUL,
        OWN_FAULT,
        WELL
    }

    /** One unit, and what it is compared with. */
    private record Look(
            Evidence evidence,
            Question question,
            DeploymentHistories histories,
            DeploymentHistory group,
            JdkChanges changes,
            FailedUnit unit) {

        /**
         * Whether the unit can have lost a JVM of the group: not a unit of the boot itself, nor one that starts no
         * java.
         */
        boolean concernsGroup() {
            if (UnfinishedBoot.ownUnit(unit.unit()) || group.excludes(unit.groupId()) || hasJvm()) {
                return false;
            }
            return seen()
                    || (!Boolean.FALSE.equals(unit.java())
                            && (group.ownership(unit) == Ownership.SIGN
                                    || (!Boolean.FALSE.equals(group.namesJava())
                                            && histories.ownsByTime(group, unit.startedUptime()))));
        }

        private boolean hasJvm() {
            return evidence.jvms() != null
                    && evidence.jvms().stream().map(Jvm::unit).anyMatch(unit.unit()::equals);
        }

        private boolean seen() {
            return question.seen().stream()
                    .anyMatch(sighting -> sighting.of(group) && unit.unit().equals(sighting.unit()));
        }

        Finding finding() {
            if (!unit.tried()) {
                return Finding.WELL;
            }
            if (seen()) {
                return endedWell() || unit.state().equals("activating") ? Finding.DOUBTFUL : Finding.LOST;
            }
            if (endedWell() || unit.state().equals("activating")) {
                return Finding.WELL;
            }
            Double began = changes.began();
            if (Boolean.TRUE.equals(unit.javaGone()) && Boolean.FALSE.equals(unit.javaWasHere())) {
                // A JDK that was unpacked without a package manager may have replaced another: nothing records that.
                boolean byHand = changes.all().stream().anyMatch(jdk -> "files".equals(jdk.manager()));
                return byHand && began != null && !triedBefore(began) ? Finding.DOUBTFUL : Finding.OWN_FAULT;
            }
            if (began == null) {
                return withoutKnownChange();
            }
            if (!unit.condition()) {
                return endedBefore(began) ? Finding.OWN_FAULT : Finding.DOUBTFUL;
            }
            return switch (unit.state()) {
                case "running" ->
                    javaGone() || group.ownership(unit) == Ownership.SIGN ? Finding.DOUBTFUL : Finding.WELL;
                case "exited" ->
                    !javaGone() && !noProgram()
                            ? Finding.WELL
                            : triedBefore(began) ? Finding.OWN_FAULT : Finding.DOUBTFUL;
                default -> triedBefore(began) ? ranUntil(began) : failedSince(began);
            };
        }

        /** Whether it was stopped or is a finished job; not if its unit file calls a failure a success. */
        private boolean endedWell() {
            Integer status = unit.exitStatus();
            boolean stopped = status == null || status == 0 || status == 143 || status == 130;
            return unit.state().equals("inactive")
                    && unit.condition()
                    && (stopped || !(unit.ignored() || failedResult() || noProgram()));
        }

        private boolean failedResult() {
            return unit.result() != null && !unit.result().equals("success");
        }

        /** If its java was there and is gone, no package record is needed. */
        private Finding withoutKnownChange() {
            if (javaGone()) {
                return Finding.DOUBTFUL;
            }
            boolean couldHaveChanged = evidence.packages() == null
                    || evidence.packages().stream().anyMatch(jdk -> jdk.installedUptime() == null)
                    || futureChange();
            return noProgram() && couldHaveChanged ? Finding.DOUBTFUL : Finding.OWN_FAULT;
        }

        private boolean futureChange() {
            return evidence.packages() != null
                    && evidence.packages().stream()
                            .anyMatch(jdk -> jdk.installedUptime() != null
                                    && jdk.installedUptime()
                                            > evidence.uptime() + EvidenceDoubts.CLOCK_TOLERANCE_SECONDS);
        }

        private boolean javaGone() {
            return Boolean.TRUE.equals(unit.javaGone());
        }

        private boolean noProgram() {
            return unit.exitStatus() != null && NO_PROGRAM.contains(unit.exitStatus());
        }

        /**
         * Whether its try surely came before the change: package times have whole seconds, so a try within the second
         * before may have come after.
         */
        private boolean triedBefore(double began) {
            return unit.startedUptime() != null && unit.startedUptime() < began - 1;
        }

        private boolean endedBefore(double began) {
            return unit.endedUptime() != null && unit.endedUptime() < began - 1;
        }

        /**
         * The only try came before any change: if it failed at once, the fault is its own; if it ran until then,
         * perhaps not.
         */
        private Finding ranUntil(double began) {
            boolean ran = unit.endedUptime() == null
                    ? unit.result() != null && CRASHED.contains(unit.result())
                    : unit.endedUptime() >= began;
            return ran ? Finding.DOUBTFUL : Finding.OWN_FAULT;
        }

        private Finding failedSince(double began) {
            if ("pre".equals(unit.stage()) || unit.ignored() || !noProgram()) {
                return otherwise();
            }
            if (unit.javaGone() == null) {
                return ofOlderEvidence() ? olderRule() : Finding.DOUBTFUL;
            }
            boolean since = unit.startedUptime() == null || unit.startedUptime() >= began;
            return unit.javaGone() && since ? Finding.LOST : Finding.DOUBTFUL;
        }

        /** Judges a unit that is down for another reason than a missing program. */
        private Finding otherwise() {
            if (unit.javaGone() == null) {
                boolean java = Boolean.TRUE.equals(unit.java()) || noProgram();
                return java ? Finding.DOUBTFUL : Finding.OWN_FAULT;
            }
            if (unit.javaGone() || noProgram()) {
                return Finding.DOUBTFUL;
            }
            // Its java is there now, so a loop, or a try after the upgrade, fails for another reason.
            Double finish = evidence.cloudInit().finishedUptime();
            boolean triedMeanwhile = unit.startedUptime() == null || finish == null || unit.startedUptime() <= finish;
            return triedMeanwhile && !unit.state().equals("auto-restart") ? Finding.DOUBTFUL : Finding.OWN_FAULT;
        }

        /**
         * Whether the evidence is from before November 2026, which says neither when a unit was tried nor whether its
         * java is there.
         */
        private boolean ofOlderEvidence() {
            return unit.stage() == null && unit.startedUptime() == null && unit.restarts() == null;
        }

        private Finding olderRule() {
            return !histories.of(group).isEmpty()
                            || changes.replacedBetween(
                                            group.start(), evidence.cloudInit().finishedUptime())
                                    .isEmpty()
                    ? Finding.DOUBTFUL
                    : Finding.LOST;
        }
    }

    static List<String> names(List<FailedUnit> units) {
        return units.stream().map(FailedUnit::unit).toList();
    }
}
