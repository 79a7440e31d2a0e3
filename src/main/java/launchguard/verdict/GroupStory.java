package launchguard.verdict;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.Jvm;
import launchguard.probe.Millis;
import org.jspecify.annotations.Nullable;

/**
 * One deployment group in this boot: its deployments here, the latest of them, and CodeDeploy's record of that one.
 *
 * @param traces what its deployments of this boot left here; empty when only CodeDeploy knows of one
 * @param record CodeDeploy's record of the latest; null when there is none, or the latest is a local one
 * @param start of the latest, seconds since boot; null when nothing shows it
 */
record GroupStory(
        @Nullable String groupId,
        List<DeploymentTrace> traces,
        @Nullable DeploymentRecord record,
        @Nullable Double start,
        boolean startOnServiceClock) {
    /** The kernel's boot time has whole seconds, so starts from file times and from process ticks differ by up to this. */
    private static final double TOLERANCE_SECONDS = 2;

    private static final Comparator<DeploymentTrace> BY_START = Comparator.comparingDouble(
                    (DeploymentTrace trace) -> trace.startedUptime() == null ? -1.0 : trace.startedUptime())
            .thenComparing(DeploymentTrace::lastInstalled);

    static GroupStory of(
            Evidence evidence,
            @Nullable String groupId,
            List<DeploymentTrace> traces,
            @Nullable DeploymentRecord record) {
        DeploymentTrace latest = latest(traces);
        Double own = latest == null ? null : latest.startedUptime();
        if (own != null) {
            return new GroupStory(groupId, traces, record, own, false);
        }
        Double service = record == null ? null : startOf(evidence, record);
        return new GroupStory(groupId, traces, record, service, service != null);
    }

    /** The start in CodeDeploy's record, seconds since boot; null when unknown or before this boot. */
    static @Nullable Double startOf(Evidence evidence, DeploymentRecord record) {
        if (record.startedAt() == null) {
            return null;
        }
        double start = evidence.uptimeOf(record.startedAt().toEpochMilli() / 1000.0);
        return start < -TOLERANCE_SECONDS ? null : start;
    }

    static @Nullable DeploymentTrace latest(List<DeploymentTrace> traces) {
        return traces.stream().max(BY_START).orElse(null);
    }

    static boolean isLocal(DeploymentTrace trace) {
        return trace.deploymentId().endsWith("-local") || trace.deploymentId().startsWith("local-");
    }

    Subject subject() {
        DeploymentTrace latest = latest(traces);
        if (latest != null) {
            return new Subject(groupId, latest.deploymentId());
        }
        return new Subject(
                groupId,
                record == null || record.deploymentId() == null
                        ? null
                        : record.deploymentId().value());
    }

    /**
     * Start of the deployment of this group that the JVM may belong to: the latest, or for a stale JVM, which may be left
     * over, the last one before it; null when there is none.
     */
    @Nullable
    Double startOf(Jvm jvm) {
        if (jvm.startedUptime() == null) {
            return null;
        }
        double latestPossible = jvm.startedUptime() + TOLERANCE_SECONDS;
        Stream<@Nullable Double> earlier =
                Staleness.stale(jvm) ? traces.stream().map(DeploymentTrace::startedUptime) : Stream.empty();
        return Stream.concat(Stream.of(start == null ? Double.POSITIVE_INFINITY : start), earlier)
                .filter(Objects::nonNull)
                .filter(candidate -> candidate <= latestPossible)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    Race race(@Nullable Double finish) {
        if (start == null || finish == null) {
            return Race.UNKNOWN;
        }
        double margin = Millis.rounded(start - finish);
        return new Race(margin, startOnServiceClock && margin >= 0 && margin < TOLERANCE_SECONDS);
    }
}
