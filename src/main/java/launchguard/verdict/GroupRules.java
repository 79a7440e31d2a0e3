package launchguard.verdict;

import java.util.List;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
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
 * @param histories all groups, of which {@code group} is one
 */
record GroupRules(
        Evidence evidence,
        Question question,
        DeploymentHistories histories,
        DeploymentHistory group,
        JdkChanges changes,
        DownUnits down) {

    static GroupRules of(Evidence evidence, Question question, DeploymentHistories histories, DeploymentHistory group) {
        JdkChanges changes = JdkChanges.of(evidence);
        return new GroupRules(
                evidence,
                question,
                histories,
                group,
                changes,
                DownUnits.of(evidence, question, histories, group, changes));
    }

    Verdict verdict() {
        CloudInit.State cloudInit = evidence.cloudInit().state();
        List<Jvm> stale = own().stream().filter(Staleness::stale).toList();
        if (!stale.isEmpty() && cloudInit != CloudInit.State.RUNNING) {
            return new StaleJdk(group.subject(), race(), Staleness.impact(stale), stale);
        }
        if (cloudInit == CloudInit.State.RUNNING) {
            return UnfinishedBoot.unfinished(Unfinished.CLOUD_INIT, evidence, question);
        }
        if (cloudInit == CloudInit.State.UNKNOWN) {
            return UnfinishedBoot.unknown(evidence);
        }
        if (stillDeploying()) {
            return UnfinishedBoot.unfinished(Unfinished.DEPLOYMENT, evidence, question);
        }
        Verdict atWork = UnfinishedBoot.packageManager(evidence, question);
        return atWork == null ? afterTheEnd() : atWork;
    }

    private Verdict afterTheEnd() {
        List<JdkPackage> under =
                race().raced() ? changes.replacedBetween(group.start(), group.end(evidence)) : List.of();
        if (failed() && !under.isEmpty()) {
            return new DeploymentFailed(group.subject(), race(), under);
        }
        Verdict replaced = replaced();
        if (replaced != null) {
            return replaced;
        }
        if (failed()) {
            String doubt = changes.doubt(group, race());
            return doubt == null
                    ? new NotDeployed(group.subject(), true, upgradedMeanwhile())
                    : new Inconclusive(doubt);
        }
        Verdict doubt = new GroupDoubts(this).verdict();
        return doubt == null ? good() : doubt;
    }

    private Verdict good() {
        List<String> ownFault = DownUnits.names(down.ownFault());
        if (!race().raced()) {
            return new Healthy(group.subject(), race(), own().size(), ownFault);
        }
        boolean upgraded = Boolean.TRUE.equals(evidence.cloudInit().upgradedPackages())
                || !changes.replacedBetween(group.start(), null).isEmpty();
        return new LuckyRace(group.subject(), race(), upgraded, own().size(), ownFault);
    }

    /** JDK_REPLACED: a JVM that is known to have run is gone since a JDK was replaced; null if that is not so. */
    private @Nullable Verdict replaced() {
        List<JdkPackage> installed = race().raced() ? changes.replacedWhileBooting() : List.of();
        if (installed.isEmpty() || evidence.truncated().contains("jvms")) {
            return null;
        }
        if (!down.lost().isEmpty()) {
            return new JdkReplaced(group.subject(), race(), installed, down.lost(), lostBy());
        }
        boolean gone = !failed() && own().isEmpty() && seen(Ownership.SIGN);
        return gone ? new JdkReplaced(group.subject(), race(), installed, List.of(), Ownership.SIGN) : null;
    }

    private Ownership lostBy() {
        boolean signed = down.lost().stream().anyMatch(unit -> group.ownership(unit) == Ownership.SIGN);
        boolean seenBySign = question.seen().stream()
                .filter(sighting -> sighting.of(group) && sighting.ownership() == Ownership.SIGN)
                .anyMatch(sighting -> DownUnits.names(down.lost()).contains(sighting.unit()));
        return signed || seenBySign ? Ownership.SIGN : Ownership.TIME;
    }

    /** Whether earlier evidence of this case saw a JVM of the group, known by this. */
    boolean seen(Ownership by) {
        return question.seen().stream().anyMatch(sighting -> sighting.of(group) && sighting.ownership() == by);
    }

    List<Jvm> own() {
        return histories.of(group);
    }

    Race race() {
        return group.race(evidence.cloudInit().finishedUptime());
    }

    boolean failed() {
        return group.record() != null && group.record().progress() == DeploymentRecord.Progress.FAILED;
    }

    /** Whether an upgrade may have held the package manager's lock, or taken java away for a time, while it ran. */
    private boolean upgradedMeanwhile() {
        return race().raced()
                && (!Boolean.FALSE.equals(evidence.cloudInit().upgradedPackages())
                        || !changes.whileBooting().isEmpty());
    }

    private boolean stillDeploying() {
        DeploymentRecord record = group.record();
        if (record == null || record.progress() == DeploymentRecord.Progress.UNKNOWN) {
            return !evidence.agent().ongoing().isEmpty();
        }
        return record.progress() == DeploymentRecord.Progress.RUNNING;
    }
}
