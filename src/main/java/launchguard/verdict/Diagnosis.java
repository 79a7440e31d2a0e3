package launchguard.verdict;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import launchguard.probe.CloudInit;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.verdict.Verdict.Healthy;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.NotDeployed;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;

/** Makes a verdict from evidence, by the rules in the order of {@link VerdictName}, for each deployment group. */
public final class Diagnosis {
    /** Puts first what allows the strongest remedy: files gone before files replaced, raced before not raced. */
    private static final Comparator<StaleJdk> WORST_FIRST = Comparator.comparing(StaleJdk::impact)
            .thenComparing(stale -> !stale.race().raced());

    /** A doubt about one group or unit ranks below what is certain of another, and above every good verdict. */
    private static final Comparator<Verdict> BY_RANK =
            Comparator.comparing(Diagnosis::rank).thenComparing(Verdict::name);

    private final Evidence evidence;
    private final Question question;
    private final DeploymentHistories histories;

    private Diagnosis(Evidence evidence, Question question) {
        this.evidence = evidence;
        this.question = question;
        this.histories = DeploymentHistories.of(evidence, question);
    }

    /** Judges the evidence; the same arguments give the same verdict. */
    public static Verdict of(Evidence evidence, Question question) {
        return new Diagnosis(evidence, question).verdict();
    }

    private Verdict verdict() {
        String doubt = EvidenceDoubts.of(evidence, question, histories);
        if (doubt != null) {
            return new Inconclusive(doubt);
        }
        List<Verdict> verdicts = Stream.concat(
                        histories.groups().stream()
                                .map(group -> GroupRules.of(evidence, question, histories, group)
                                        .verdict()),
                        Stream.of(withoutGroup()))
                .toList();
        Verdict decisive = verdicts.stream()
                .filter(StaleJdk.class::isInstance)
                .map(StaleJdk.class::cast)
                .min(WORST_FIRST)
                .map(Verdict.class::cast)
                .orElseGet(() -> verdicts.stream().min(BY_RANK).orElseThrow());
        String gap = rank(decisive) == Rank.BENIGN ? EvidenceGaps.of(evidence) : null;
        return gap == null ? decisive : new Inconclusive(gap);
    }

    private enum Rank {
        CERTAIN,
        DOUBT,
        BENIGN
    }

    private static Rank rank(Verdict verdict) {
        return switch (verdict.name()) {
            case UNREACHABLE, INCONCLUSIVE -> Rank.DOUBT;
            case STALE_JDK, STILL_BOOTING, BOOT_STUCK, DEPLOYMENT_FAILED, JDK_REPLACED -> Rank.CERTAIN;
            case STALE_BYSTANDER, NOT_DEPLOYED, LUCKY_RACE, HEALTHY -> Rank.BENIGN;
        };
    }

    /**
     * The verdict of the instance as a whole; the lowest verdicts are for an instance without a deployment in this
     * boot.
     */
    private Verdict withoutGroup() {
        if (evidence.cloudInit().state() == CloudInit.State.RUNNING) {
            return UnfinishedBoot.unfinished(Unfinished.CLOUD_INIT, evidence, question);
        }
        if (evidence.cloudInit().state() == CloudInit.State.UNKNOWN) {
            return UnfinishedBoot.unknown(evidence);
        }
        if (histories.ownershipUnknown()) {
            return new Inconclusive(
                    "a JVM is stale, but its start or the deployment's is not known, so whose it is can't be determined"
                            + EvidenceDoubts.because(evidence));
        }
        if (evidence.agent().ongoing().stream().anyMatch(this::withoutTrace)) {
            return UnfinishedBoot.unfinished(Unfinished.DEPLOYMENT, evidence, question);
        }
        Verdict atWork = UnfinishedBoot.packageManager(evidence, question);
        if (atWork != null) {
            return atWork;
        }
        if (!histories.staleBystanders().isEmpty()) {
            return new StaleBystander(Staleness.impact(histories.staleBystanders()), histories.staleBystanders());
        }
        boolean earlierBoot = evidence.deployments().stream().anyMatch(DeploymentTrace::thisInstance)
                || new ServiceRecords(evidence, question.records()).earlierBoot();
        return histories.groups().isEmpty() && !earlierBoot
                ? new NotDeployed(null, false)
                : new Healthy(null, Race.UNKNOWN, histories.bystanders().size());
    }

    /** Whether a deployment under way has left nothing else on the instance yet; the others are judged with their group. */
    private boolean withoutTrace(String ongoing) {
        return DeploymentHistory.current(evidence).stream()
                        .noneMatch(trace -> trace.deploymentId().equals(ongoing))
                && question.records().stream()
                        .noneMatch(record -> record.deploymentId() != null
                                && record.deploymentId().value().equals(ongoing));
    }
}
