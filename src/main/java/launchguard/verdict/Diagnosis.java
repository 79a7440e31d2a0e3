package launchguard.verdict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.CloudInit;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.verdict.Verdict.BootStuck;
import launchguard.verdict.Verdict.DeploymentFailed;
import launchguard.verdict.Verdict.Healthy;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.LuckyRace;
import launchguard.verdict.Verdict.NotDeployed;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;
import launchguard.verdict.Verdict.StillBooting;
import launchguard.verdict.Verdict.Unfinished;
import org.jspecify.annotations.Nullable;

/** From evidence to verdict: the rules in the order of {@link VerdictName}, judged per deployment group. */
public final class Diagnosis {
    private final Evidence evidence;
    private final Question question;
    private final Stories stories;

    private Diagnosis(Evidence evidence, Question question) {
        this.evidence = evidence;
        this.question = question;
        this.stories = Stories.of(evidence, question);
    }

    /** Judges the evidence; the same arguments give the same verdict. */
    public static Verdict of(Evidence evidence, Question question) {
        return new Diagnosis(evidence, question).verdict();
    }

    private Verdict verdict() {
        String doubt = Doubts.of(evidence, question, stories);
        if (doubt != null) {
            return new Inconclusive(doubt);
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (GroupStory group : stories.groups()) {
            verdicts.add(verdict(group));
        }
        verdicts.add(withoutGroup());
        // A doubt about one group does not hide what is certain about another.
        return verdicts.stream()
                .filter(StaleJdk.class::isInstance)
                .findFirst()
                .orElseGet(() -> verdicts.stream()
                        .min(Comparator.comparing(Verdict::name))
                        .orElseThrow());
    }

    private Verdict verdict(GroupStory group) {
        List<Jvm> jvms = stories.of(group);
        List<Jvm> stale = jvms.stream().filter(Staleness::stale).toList();
        Race race = group.race(evidence.cloudInit().finishedUptime());
        CloudInit.State cloudInit = evidence.cloudInit().state();
        if (!stale.isEmpty() && cloudInit != CloudInit.State.RUNNING) {
            return new StaleJdk(group.subject(), race, Staleness.impact(stale), stale);
        }
        if (cloudInit == CloudInit.State.RUNNING) {
            return unfinished(Unfinished.CLOUD_INIT);
        }
        if (cloudInit == CloudInit.State.UNKNOWN) {
            return new Inconclusive("whether cloud-init has finished can't be told" + Doubts.because(evidence));
        }
        if (stillDeploying(group)) {
            return unfinished(Unfinished.DEPLOYMENT);
        }
        List<JdkPackage> installed = race.raced() ? installedAfter(group) : List.of();
        boolean failed = group.record() != null && group.record().progress() == DeploymentRecord.Progress.FAILED;
        List<JdkPackage> underIt =
                installed.stream().filter(jdk -> installedBeforeEnd(jdk, group)).toList();
        if (failed && !underIt.isEmpty()) {
            return new DeploymentFailed(group.subject(), race, underIt);
        }
        if (!installed.isEmpty() && jvms.isEmpty()) {
            FailedUnit unit = failedUnit();
            if (unit != null || question.jvmSeen() || !evidence.symptoms().isEmpty()) {
                return new JdkReplaced(group.subject(), race, installed, unit);
            }
        }
        if (failed) {
            return new NotDeployed(group.subject(), true);
        }
        if (race.raced()) {
            boolean upgraded = Boolean.TRUE.equals(evidence.cloudInit().upgradedPackages()) || !installed.isEmpty();
            return new LuckyRace(group.subject(), race, upgraded, jvms.size());
        }
        return new Healthy(group.subject(), race, jvms.size());
    }

    /** What the instance as a whole says; the lowest verdicts are for an instance without a deployment of this boot. */
    private Verdict withoutGroup() {
        if (evidence.cloudInit().state() == CloudInit.State.RUNNING) {
            return unfinished(Unfinished.CLOUD_INIT);
        }
        if (stories.groups().isEmpty() && !evidence.agent().ongoing().isEmpty()) {
            return unfinished(Unfinished.DEPLOYMENT);
        }
        List<Jvm> stale = stories.bystanders().stream().filter(Staleness::stale).toList();
        if (!stale.isEmpty()) {
            return new StaleBystander(Staleness.impact(stale), stale);
        }
        boolean earlierBoot = evidence.deployments().stream().anyMatch(DeploymentTrace::thisInstance);
        return stories.groups().isEmpty() && !earlierBoot
                ? new NotDeployed(null, false)
                : new Healthy(null, Race.UNKNOWN, stories.bystanders().size());
    }

    private Verdict unfinished(Unfinished what) {
        return evidence.uptime() > question.bootDeadline().toMillis() / 1000.0
                ? new BootStuck(what, evidence.uptime())
                : new StillBooting(what, evidence.uptime());
    }

    private boolean stillDeploying(GroupStory group) {
        DeploymentRecord record = group.record();
        if (record == null || record.progress() == DeploymentRecord.Progress.UNKNOWN) {
            return !evidence.agent().ongoing().isEmpty();
        }
        return record.progress() == DeploymentRecord.Progress.RUNNING;
    }

    private List<JdkPackage> installedAfter(GroupStory group) {
        Double start = group.start();
        return evidence.packages().stream()
                .filter(jdk -> start != null && jdk.installedUptime() != null && jdk.installedUptime() >= start)
                .toList();
    }

    private boolean installedBeforeEnd(JdkPackage installed, GroupStory group) {
        if (group.record() == null || group.record().endedAt() == null || installed.installedUptime() == null) {
            return true;
        }
        return installed.installedUptime()
                <= evidence.uptimeOf(group.record().endedAt().toEpochMilli() / 1000.0);
    }

    /**
     * The unit whose java is gone: systemd's 203 and the shell's 127 say that the program was not there to be started;
     * any other unit counts only where earlier evidence saw a JVM of the deployment in it.
     */
    private @Nullable FailedUnit failedUnit() {
        return evidence.failedUnits().stream()
                .filter(unit -> question.jvmUnits().contains(unit.unit())
                        || (unit.exitStatus() != null && (unit.exitStatus() == 203 || unit.exitStatus() == 127)))
                .findFirst()
                .orElse(null);
    }
}
