package launchguard.verdict;

import java.util.Comparator;
import java.util.List;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import org.jspecify.annotations.Nullable;

/**
 * One deployment group in this boot: its deployments here, the latest of them, and CodeDeploy's record of that one.
 *
 * @param traces what its deployments of this boot left here; empty when only CodeDeploy knows of one
 * @param record CodeDeploy's record of the latest; null when there is none, or the latest is a local one
 */
record GroupStory(
        @Nullable String groupId,
        List<DeploymentTrace> traces,
        @Nullable DeploymentRecord record,
        @Nullable Double start,
        boolean startOnServiceClock) {

    private static final Comparator<DeploymentTrace> BY_START = Comparator.comparingDouble(
                    (DeploymentTrace trace) -> trace.startedUptime() == null ? -1.0 : trace.startedUptime())
            .thenComparing(DeploymentTrace::lastInstalled);

    static GroupStory of(
            Evidence evidence, @Nullable String groupId, List<DeploymentTrace> traces, List<DeploymentRecord> records) {
        DeploymentTrace latest = latest(traces);
        DeploymentRecord record = records.stream()
                .filter(candidate -> isOf(candidate, latest))
                .findFirst()
                .orElse(null);
        Double own = latest == null ? null : latest.startedUptime();
        if (own != null) {
            return new GroupStory(groupId, traces, record, own, false);
        }
        Double service = record == null || record.startedAt() == null
                ? null
                : evidence.uptimeOf(record.startedAt().toEpochMilli() / 1000.0);
        return new GroupStory(groupId, traces, record, service, service != null);
    }

    static @Nullable DeploymentTrace latest(List<DeploymentTrace> traces) {
        return traces.stream().max(BY_START).orElse(null);
    }

    private static boolean isOf(DeploymentRecord record, @Nullable DeploymentTrace latest) {
        if (latest == null) {
            return true;
        }
        return record.deploymentId() == null
                ? !isLocal(latest)
                : record.deploymentId().value().equals(latest.deploymentId());
    }

    static boolean isLocal(DeploymentTrace trace) {
        return trace.deploymentId().endsWith("-local") || trace.deploymentId().startsWith("local-");
    }

    @Nullable
    DeploymentTrace latest() {
        return latest(traces);
    }

    Subject subject() {
        DeploymentTrace latest = latest();
        if (latest != null) {
            return new Subject(groupId, latest.deploymentId());
        }
        return new Subject(
                groupId,
                record == null || record.deploymentId() == null
                        ? null
                        : record.deploymentId().value());
    }

    /** The earliest start of any of its deployments in this boot; a JVM that began later may be left over from it. */
    @Nullable
    Double firstStart() {
        return traces.stream()
                .map(DeploymentTrace::startedUptime)
                .filter(start -> start != null)
                .min(Comparator.naturalOrder())
                .orElse(start);
    }

    Race race(@Nullable Double finish) {
        if (start == null || finish == null) {
            return Race.UNKNOWN;
        }
        double margin = start - finish;
        return new Race(margin, startOnServiceClock && margin >= 0 && margin < 2);
    }
}
