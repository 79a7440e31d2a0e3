package launchguard.steps;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import launchguard.aws.Deployments;
import launchguard.cases.Case;
import launchguard.cases.Memory;
import launchguard.cases.Observation;
import launchguard.guard.JvmLoss;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.settings.Settings;
import launchguard.store.StoredEvidence;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.SeenJvm;
import launchguard.verdict.ShownDeployment;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.JdkReplaced;
import org.jspecify.annotations.Nullable;

/** Turns what a probe printed, and CodeDeploy's own record, into a verdict. */
public final class Diagnoser {
    private final Settings settings;
    private final Deployments deployments;

    public Diagnoser(Settings settings, Deployments deployments) {
        this.settings = settings;
        this.deployments = deployments;
    }

    /**
     * A verdict, and what is remembered of the evidence behind it.
     *
     * @param loss the JVM or units that are missing since a remedy; null where none is, or the evidence can't show it
     * @param records what CodeDeploy said of the deployment
     * @param finishedAt when cloud-init finished, on the instance's clock; null when unknown
     */
    record Judgement(
            Verdict verdict,
            @Nullable JvmLoss loss,
            Memory memory,
            @Nullable DeploymentId deployment,
            List<DeploymentRecord> records,
            @Nullable Instant finishedAt) {}

    /** Judges a probe's output; {@code takenAt} is on AWS's clock. */
    Judgement judge(Case current, String printed, Instant takenAt) {
        try {
            return judge(current, printed, takenAt, EvidenceReader.read(printed));
        } catch (UnreadableEvidenceException unreadable) {
            return new Judgement(
                    new Inconclusive(unreadable.why()), null, current.memory(), current.deployment(), List.of(), null);
        }
    }

    private Judgement judge(Case current, String printed, Instant takenAt, Evidence evidence) {
        Memory before = JvmLossFinder.sameBoot(current, evidence) ? current.memory() : Memory.NONE;
        DeploymentId deployment = current.deployment() != null ? current.deployment() : ShownDeployment.of(evidence);
        List<DeploymentRecord> records = records(current, deployment, evidence);
        Question question = question(current, before, records);
        Verdict verdict = Diagnosis.of(evidence, question);
        JvmLoss loss = JvmLossFinder.of(current, evidence, question);
        if (verdict instanceof Inconclusive) {
            // Evidence of another instance or deployment is not stored as this one's.
            return new Judgement(verdict, loss, current.memory(), current.deployment(), records, null);
        }
        Double finished = evidence.cloudInit().finishedUptime();
        return new Judgement(
                verdict,
                loss,
                new Memory(
                        evidence.host().bootId() != null
                                ? evidence.host().bootId()
                                : current.memory().bootId(),
                        seen(evidence, question, verdict),
                        printed,
                        takenAt),
                deployment,
                records,
                finished == null ? null : evidence.at(finished));
    }

    /** The last probe judged again, by what was known then; null if its evidence is no longer stored. */
    @Nullable
    Judgement again(Case current) {
        Evidence evidence = StoredEvidence.last(current);
        Observation look = StoredEvidence.seen(current, true);
        if (evidence == null || look == null) {
            return null;
        }
        Question question = question(current, current.memory(), look.records());
        return new Judgement(
                Diagnosis.of(evidence, question),
                JvmLossFinder.of(current, evidence, question),
                current.memory(),
                current.deployment(),
                look.records(),
                null);
    }

    private Question question(Case current, Memory before, List<DeploymentRecord> records) {
        return new Question(
                current.id().instance(),
                null,
                current.deployment(),
                records,
                before.seen(),
                current.history().remedied(),
                settings.bootDeadline());
    }

    private List<DeploymentRecord> records(Case current, @Nullable DeploymentId deployment, Evidence evidence) {
        if (deployment == null || deployment.local()) {
            return List.of();
        }
        if (current.deployedWell() && deployment.equals(current.deployment()) && showsStart(evidence, deployment)) {
            // CodeDeploy's record would add nothing: its event says how the deployment ended, and the instance when it
            // began.
            DeploymentGroup group = current.deploymentGroup();
            return List.of(new DeploymentRecord(
                    deployment, group == null ? null : group.id(), DeploymentRecord.Progress.SUCCEEDED, null, null));
        }
        Optional<DeploymentRecord> record =
                deployments.record(deployment, current.id().instance(), current.deploymentGroup());
        return record.stream().toList();
    }

    private static boolean showsStart(Evidence evidence, DeploymentId deployment) {
        return evidence.deployments().stream()
                .filter(trace -> trace.thisBoot() && trace.thisInstance())
                .anyMatch(trace ->
                        trace.startedUptime() != null && trace.deploymentId().equals(deployment.value()));
    }

    /** The JVMs of the groups: those of bystanders say nothing about a deployment. */
    private static Set<SeenJvm> seen(Evidence evidence, Question question, Verdict verdict) {
        Set<SeenJvm> seen = new HashSet<>(question.seen());
        seen.addAll(SeenJvm.in(evidence, question));
        if (verdict instanceof JdkReplaced replaced) {
            // This diagnosis says that they ran, so a later probe without them is no good verdict.
            String group = replaced.subject().groupId();
            replaced.units().forEach(unit -> seen.add(new SeenJvm(group, unit, replaced.ownership())));
            if (replaced.units().isEmpty()) {
                seen.add(new SeenJvm(group, null, replaced.ownership()));
            }
        }
        return seen;
    }
}
