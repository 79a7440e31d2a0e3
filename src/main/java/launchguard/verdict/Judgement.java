package launchguard.verdict;

import java.util.List;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict.DeploymentFailed;
import launchguard.verdict.Verdict.Healthy;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.LuckyRace;
import launchguard.verdict.Verdict.NotDeployed;
import launchguard.verdict.Verdict.StaleJdk;
import org.jspecify.annotations.Nullable;

/**
 * The rules for one deployment group.
 *
 * @param stories all groups, of which {@code group} is one
 */
record Judgement(Evidence evidence, Question question, Stories stories, GroupStory group) {

    Verdict verdict() {
        CloudInit.State cloudInit = evidence.cloudInit().state();
        List<Jvm> stale = stories.of(group).stream().filter(Staleness::stale).toList();
        if (!stale.isEmpty() && cloudInit != CloudInit.State.RUNNING) {
            return new StaleJdk(group.subject(), race(), Staleness.impact(stale), stale);
        }
        if (cloudInit == CloudInit.State.RUNNING) {
            return Boot.unfinished(Unfinished.CLOUD_INIT, evidence, question);
        }
        if (cloudInit == CloudInit.State.UNKNOWN) {
            return Boot.unknown(evidence);
        }
        return stillDeploying() ? Boot.unfinished(Unfinished.DEPLOYMENT, evidence, question) : afterTheEnd();
    }

    private Verdict afterTheEnd() {
        List<JdkPackage> installed = race().raced() ? Cause.installedSince(group.start(), evidence) : List.of();
        List<JdkPackage> underIt =
                installed.stream().filter(this::installedBeforeEnd).toList();
        if (failed() && !underIt.isEmpty()) {
            return new DeploymentFailed(group.subject(), race(), underIt);
        }
        FailedUnit unit = failedUnit();
        boolean gone = stories.of(group).isEmpty() && knownToHaveRun(unit);
        if (gone && !installed.isEmpty() && !evidence.truncated().contains("jvms")) {
            return new JdkReplaced(group.subject(), race(), installed, unit);
        }
        String doubt = failed() || gone ? Cause.doubt(evidence, group, race()) : null;
        if (doubt != null) {
            return new Inconclusive(doubt);
        }
        if (failed()) {
            return new NotDeployed(group.subject(), true);
        }
        int jvms = stories.of(group).size();
        if (race().raced()) {
            boolean upgraded = Boolean.TRUE.equals(evidence.cloudInit().upgradedPackages()) || !installed.isEmpty();
            return new LuckyRace(group.subject(), race(), upgraded, jvms);
        }
        return new Healthy(group.subject(), race(), jvms);
    }

    private Race race() {
        return group.race(evidence.cloudInit().finishedUptime());
    }

    private boolean failed() {
        return group.record() != null && group.record().progress() == DeploymentRecord.Progress.FAILED;
    }

    private boolean stillDeploying() {
        DeploymentRecord record = group.record();
        if (record == null || record.progress() == DeploymentRecord.Progress.UNKNOWN) {
            return !evidence.agent().ongoing().isEmpty();
        }
        return record.progress() == DeploymentRecord.Progress.RUNNING;
    }

    private boolean installedBeforeEnd(JdkPackage installed) {
        if (group.record() == null || group.record().endedAt() == null || installed.installedUptime() == null) {
            return true;
        }
        return installed.installedUptime()
                <= evidence.uptimeOf(group.record().endedAt().toEpochMilli() / 1000.0);
    }

    /**
     * Whether a JVM of the deployment was once there. A symptom comes from a file that some JVM has open, and what this
     * case saw earlier may have been of another group: each counts only where no other JVM explains it.
     */
    private boolean knownToHaveRun(@Nullable FailedUnit unit) {
        boolean noJvmAtAll = evidence.jvms() == null || evidence.jvms().isEmpty();
        return unit != null
                || (question.jvmSeen() && !stories.anyJvm())
                || (noJvmAtAll && !evidence.symptoms().isEmpty());
    }

    /**
     * The unit whose java is gone: systemd's 203 and the shell's 127 say that the program was not there to be started;
     * any other unit counts only where earlier evidence saw a JVM of the deployment in it. Units of the boot itself are
     * nobody's application, and one that starts no java, or lies under another group's files, is not this one's.
     */
    private @Nullable FailedUnit failedUnit() {
        return evidence.failedUnits().stream()
                .filter(unit -> !Stories.ofAnotherGroup(unit.groupId(), group))
                .filter(unit -> question.jvmUnits().contains(unit.unit()) || javaWasMissing(unit))
                .findFirst()
                .orElse(null);
    }

    private static boolean javaWasMissing(FailedUnit unit) {
        return !Boot.ownUnit(unit.unit())
                && !Boolean.FALSE.equals(unit.java())
                && unit.exitStatus() != null
                && (unit.exitStatus() == 203 || unit.exitStatus() == 127);
    }
}
