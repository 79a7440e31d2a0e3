package launchguard.verdict;

import java.util.List;
import java.util.Objects;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import org.jspecify.annotations.Nullable;

/**
 * Matches CodeDeploy's records with the traces of deployments on the instance.
 *
 * @param evidence what the instance shows
 * @param all as CodeDeploy gave them
 */
record ServiceRecords(Evidence evidence, List<DeploymentRecord> all) {

    /** The record of a group's latest deployment; a record of a superseded deployment belongs to none. */
    @Nullable
    DeploymentRecord of(@Nullable DeploymentTrace latest) {
        return all.stream()
                .filter(this::mayBeOfThisBoot)
                .filter(record -> latest != null && isOf(record, latest))
                .findFirst()
                .orElse(null);
    }

    private boolean isOf(DeploymentRecord record, DeploymentTrace latest) {
        return record.deploymentId() != null
                ? record.deploymentId().value().equals(latest.deploymentId())
                : latest.equals(latestOrdinary());
    }

    /** The deployment that a record without an id is about. */
    private @Nullable DeploymentTrace latestOrdinary() {
        return DeploymentHistory.latest(DeploymentHistory.current(evidence).stream()
                .filter(trace -> !DeploymentHistory.isLocal(trace))
                .toList());
    }

    /** Deployments of this boot that only CodeDeploy knows of. */
    List<DeploymentRecord> withoutTrace() {
        return all.stream()
                .filter(this::mayBeOfThisBoot)
                .filter(record -> !traced(record))
                .toList();
    }

    private boolean traced(DeploymentRecord record) {
        List<DeploymentTrace> current = DeploymentHistory.current(evidence);
        if (record.deploymentId() == null) {
            return !current.isEmpty();
        }
        DeploymentTrace earlier = trace(record);
        if (earlier != null && !earlier.thisBoot()) {
            // If the clock was set since, files look older than this boot; CodeDeploy's clock is right.
            return record.startedAt() == null
                    || current.stream().anyMatch(trace -> sameGroup(trace, earlier.groupId()));
        }
        // The files of a deployment may be gone while those of a local redeployment that continues it are there.
        return earlier != null
                || current.stream()
                        .anyMatch(trace -> record.groupId() == null
                                ? DeploymentHistory.isLocal(trace)
                                : sameGroup(trace, record.groupId()));
    }

    private static boolean sameGroup(DeploymentTrace trace, @Nullable String groupId) {
        return Objects.equals(trace.groupId(), groupId);
    }

    private @Nullable DeploymentTrace trace(DeploymentRecord record) {
        return evidence.deployments().stream()
                .filter(DeploymentTrace::thisInstance)
                .filter(trace -> record.deploymentId() != null
                        && trace.deploymentId().equals(record.deploymentId().value()))
                .findFirst()
                .orElse(null);
    }

    @Nullable
    String groupId(DeploymentRecord record) {
        DeploymentTrace trace = trace(record);
        return record.groupId() != null || trace == null ? record.groupId() : trace.groupId();
    }

    /** Whether one of them shows a deployment that succeeded here before this boot. */
    boolean earlierBoot() {
        return all.stream()
                .anyMatch(record -> !mayBeOfThisBoot(record) && record.progress() != DeploymentRecord.Progress.FAILED);
    }

    private boolean mayBeOfThisBoot(DeploymentRecord record) {
        return record.progress() == DeploymentRecord.Progress.RUNNING
                || record.startedAt() == null
                || record.start(evidence) != null;
    }
}
