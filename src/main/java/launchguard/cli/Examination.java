package launchguard.cli;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import launchguard.aws.Deployments;
import launchguard.aws.Session;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.ShownDeployment;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of a probe, and its verdict.
 *
 * @param evidence null where there is none that can be read
 * @param would the remedy that the function would take, or the refusal that would hold it back; null when nothing would be
 *     done, or when that could not be read
 */
record Examination(
        InstanceId instance,
        Verdict verdict,
        @Nullable Evidence evidence,
        @Nullable String would) {
    /** The function's default: the command line does not know a stack's settings. */
    static final Duration BOOT_DEADLINE = Duration.ofHours(1);

    /**
     * Judges the result of a probe, with CodeDeploy's own record of the deployment that the instance shows.
     *
     * @param rehearsed whether to say what the function would do, which takes some more calls for a broken instance
     */
    static Examination of(Session session, InstanceId instance, ProbeResult probed, boolean rehearsed) {
        return switch (probed) {
            case ProbeResult.Nothing nothing -> new Examination(instance, nothing.verdict(), null, null);
            case ProbeResult.Printed printed -> judge(session, instance, printed.text(), rehearsed);
        };
    }

    private static Examination judge(Session session, InstanceId instance, String printed, boolean rehearsed) {
        try {
            Evidence evidence = EvidenceReader.read(printed);
            DeploymentId shown = ShownDeployment.of(evidence);
            List<DeploymentRecord> records = shown == null
                    ? List.of()
                    : new Deployments(session.clients(), InstantSource.system())
                            .record(shown, instance, null).stream().toList();
            Verdict verdict =
                    Diagnosis.of(evidence, new Question(instance, null, null, records, Set.of(), false, BOOT_DEADLINE));
            String would = rehearsed
                    ? new DryRun(session.clients(), System.getenv()).would(instance, verdict, shown, !records.isEmpty())
                    : null;
            return new Examination(instance, verdict, evidence, would);
        } catch (UnreadableEvidenceException unreadable) {
            return new Examination(instance, new Inconclusive(unreadable.why()), null, null);
        }
    }
}
