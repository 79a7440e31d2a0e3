package launchguard.flow;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.cases.Memory;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.ShownDeployment;
import launchguard.verdict.Sighting;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import org.jspecify.annotations.Nullable;

/** Turns what a probe printed, and CodeDeploy's own record, into a verdict. */
final class Judge {
    private final Rooms rooms;

    Judge(Rooms rooms) {
        this.rooms = rooms;
    }

    /**
     * A verdict, and what is remembered of the evidence behind it.
     *
     * @param records what CodeDeploy said of the deployment
     * @param finishedAt when cloud-init finished, on the instance's clock; null when unknown
     */
    record Judgement(
            Verdict verdict,
            Memory memory,
            @Nullable DeploymentId deployment,
            List<DeploymentRecord> records,
            @Nullable Instant finishedAt) {}

    Judgement judge(Case one, String printed) {
        try {
            return judge(one, printed, EvidenceReader.read(printed));
        } catch (UnreadableEvidenceException unreadable) {
            return new Judgement(new Inconclusive(unreadable.why()), one.memory(), one.deployment(), List.of(), null);
        }
    }

    private Judgement judge(Case one, String printed, Evidence evidence) {
        boolean sameBoot = one.memory().bootId() == null
                || one.memory().bootId().equals(evidence.host().bootId());
        Memory before = sameBoot ? one.memory() : Memory.NONE;
        DeploymentId deployment = one.deployment() != null ? one.deployment() : ShownDeployment.of(evidence);
        List<DeploymentRecord> records = records(one, deployment, evidence);
        Question question = new Question(
                one.id().instance(),
                null,
                one.deployment(),
                records,
                before.sightings(),
                false,
                rooms.settings().bootDeadline());
        Verdict verdict = Diagnosis.of(evidence, question);
        if (verdict instanceof Inconclusive) {
            // What is of another instance or deployment is not to be remembered as this one's.
            return new Judgement(verdict, one.memory(), one.deployment(), records, null);
        }
        Double finished = evidence.cloudInit().finishedUptime();
        return new Judgement(
                verdict,
                remembered(before, Sighting.in(evidence, question), evidence, printed),
                deployment,
                records,
                finished == null ? null : evidence.at(finished));
    }

    private List<DeploymentRecord> records(Case one, @Nullable DeploymentId deployment, Evidence evidence) {
        if (deployment == null || deployment.local()) {
            return List.of();
        }
        if (one.deployedWell() && deployment.equals(one.deployment()) && showsStart(evidence, deployment)) {
            // All that the record would add is told: by CodeDeploy's event how it ended, by the instance when it began.
            DeploymentGroup group = one.deploymentGroup();
            return List.of(new DeploymentRecord(
                    deployment, group == null ? null : group.id(), DeploymentRecord.Progress.SUCCEEDED, null, null));
        }
        Optional<DeploymentRecord> record =
                rooms.deployments().record(deployment, one.id().instance(), one.deploymentGroup());
        return record.stream().toList();
    }

    private static boolean showsStart(Evidence evidence, DeploymentId deployment) {
        return evidence.deployments().stream()
                .filter(trace -> trace.thisBoot() && trace.thisInstance())
                .anyMatch(trace ->
                        trace.startedUptime() != null && trace.deploymentId().equals(deployment.value()));
    }

    private static Memory remembered(Memory before, Set<Sighting> seen, Evidence evidence, String printed) {
        Set<String> units = new HashSet<>(before.jvmUnits());
        for (Sighting sighting : seen) {
            if (sighting.unit() != null) {
                units.add(sighting.unit());
            }
        }
        return new Memory(evidence.host().bootId(), before.jvmSeen() || !seen.isEmpty(), units, printed);
    }
}
