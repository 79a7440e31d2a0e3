package launchguard.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.Jvm;

/**
 * What the units that are down say about one group, each judged for itself: a healthy neighbour hides none of them.
 *
 * @param lost units whose JVM the change of a JDK took away
 * @param doubtful units that may be down for that reason
 * @param ownFault units of the group that are down for a reason of their own, as far as is known
 */
record DownUnits(List<FailedUnit> lost, List<FailedUnit> doubtful, List<FailedUnit> ownFault) {
    /** What systemd and the shell end with when the program is not there. */
    private static final Set<Integer> NO_PROGRAM = Set.of(203, 127);

    /** How a JVM ends that ran and was then hit; an exit status of its own says no more than that it failed. */
    private static final Set<String> CRASHED = Set.of("signal", "core-dump", "watchdog");

    static DownUnits of(
            Evidence evidence, Question question, DeploymentHistories histories, DeploymentHistory group, JdkChanges changes) {
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

        /** Units of the boot itself are no application, and one that starts no java never had a JVM to lose. */
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
                // A JDK that is unpacked without a package manager may have replaced another: nothing records that.
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

        /** Stopped, or a job that is done; not where its unit file calls a failure a success. */
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

        /** A java that was there and is gone needs no package that says so. */
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

        /** Package stamps have whole seconds, so a try within the second before one may have come after it. */
        private boolean triedBefore(double began) {
            return unit.startedUptime() != null && unit.startedUptime() < began - 1;
        }

        private boolean endedBefore(double began) {
            return unit.endedUptime() != null && unit.endedUptime() < began - 1;
        }

        /** The only try came before any change: what failed at once has its own fault, what ran until then may not. */
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

        /** Down in another way than by a program that was not there. */
        private Finding otherwise() {
            if (unit.javaGone() == null) {
                boolean java = Boolean.TRUE.equals(unit.java()) || noProgram();
                return java ? Finding.DOUBTFUL : Finding.OWN_FAULT;
            }
            if (unit.javaGone() || noProgram()) {
                return Finding.DOUBTFUL;
            }
            // Its java is there now: a loop, or a try after the upgrade, fails in spite of it.
            Double finish = evidence.cloudInit().finishedUptime();
            boolean triedMeanwhile = unit.startedUptime() == null || finish == null || unit.startedUptime() <= finish;
            return triedMeanwhile && !unit.state().equals("auto-restart") ? Finding.DOUBTFUL : Finding.OWN_FAULT;
        }

        /** Evidence of before November 2026 says neither when a unit was tried nor whether its java is there. */
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
