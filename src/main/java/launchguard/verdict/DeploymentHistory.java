package launchguard.verdict;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.Jvm;
import launchguard.probe.Millis;
import org.jspecify.annotations.Nullable;

/**
 * One deployment group in this boot: its deployments here, the latest of them, and CodeDeploy's record of that one.
 *
 * @param traces what its deployments of this boot left here; empty when only CodeDeploy knows of one
 * @param record CodeDeploy's record of the latest; null when there is none, or the latest is a local one
 * @param start of the latest, seconds since boot; null when nothing shows it
 * @param grace by how many seconds a process of the deployment may seem to start before it
 */
record DeploymentHistory(
        @Nullable String groupId,
        List<DeploymentTrace> traces,
        @Nullable DeploymentRecord record,
        @Nullable Double start,
        boolean startOnServiceClock,
        double grace) {
    /** CodeDeploy's clock and the instance's differ by up to this; so do times that are known by whole seconds only. */
    private static final double TOLERANCE_SECONDS = 2;

    private static final Comparator<DeploymentTrace> BY_START = Comparator.comparingDouble(
                    (DeploymentTrace trace) -> trace.startedUptime() == null ? -1.0 : trace.startedUptime())
            .thenComparing(DeploymentTrace::lastInstalled);

    static DeploymentHistory of(
            Evidence evidence,
            @Nullable String groupId,
            List<DeploymentTrace> traces,
            @Nullable DeploymentRecord record) {
        DeploymentTrace latest = latest(traces);
        // The clock was set since the files were written, and by how much is not known.
        Double own = latest == null || evidence.host().clockUncertain() ? null : latest.startedUptime();
        if (own != null) {
            return new DeploymentHistory(
                    groupId, traces, record, own, false, wholeSeconds(evidence) ? TOLERANCE_SECONDS : 0);
        }
        Double service = record == null ? null : record.start(evidence);
        return new DeploymentHistory(groupId, traces, record, service, service != null, TOLERANCE_SECONDS);
    }

    /** Whether the time of boot, by which file times become uptimes, is known in whole seconds only. */
    private static boolean wholeSeconds(Evidence evidence) {
        return whole(evidence.now()) || whole(evidence.now() - evidence.uptime());
    }

    private static boolean whole(double seconds) {
        return Math.abs(seconds - Math.rint(seconds)) < 0.0005;
    }

    /** What was deployed on this instance in this boot, or may have been, if file times can't be trusted. */
    static List<DeploymentTrace> current(Evidence evidence) {
        boolean uncertain = evidence.host().clockUncertain();
        return evidence.deployments().stream()
                .filter(trace -> trace.thisInstance() && (trace.thisBoot() || (uncertain && trace.lastInstalled())))
                .toList();
    }

    static @Nullable DeploymentTrace latest(List<DeploymentTrace> traces) {
        return traces.stream().max(BY_START).orElse(null);
    }

    static boolean isLocal(DeploymentTrace trace) {
        return trace.deploymentId().endsWith("-local") || trace.deploymentId().startsWith("local-");
    }

    /** Whether its latest deployment is one that was run on the instance itself, as a repair does. */
    boolean redeployed() {
        DeploymentTrace latest = latest(traces);
        return latest != null && isLocal(latest);
    }

    JudgedDeployment subject() {
        DeploymentTrace latest = latest(traces);
        if (latest != null) {
            return new JudgedDeployment(groupId, latest.deploymentId());
        }
        return new JudgedDeployment(
                groupId,
                record == null || record.deploymentId() == null
                        ? null
                        : record.deploymentId().value());
    }

    /** Whether its archive names java; null when unknown. */
    @Nullable
    Boolean namesJava() {
        DeploymentTrace latest = latest(traces);
        return latest == null ? null : latest.namesJava();
    }

    /** When its latest deployment ended, seconds since boot: by CodeDeploy's record, else by the traces of its hooks. */
    @Nullable
    Double end(Evidence evidence) {
        if (record != null && record.endedAt() != null) {
            return evidence.uptimeOf(record.endedAt().toEpochMilli() / 1000.0);
        }
        DeploymentTrace latest = latest(traces);
        Double lastTrace = latest == null || evidence.host().clockUncertain() ? null : latest.endedUptime();
        return lastTrace == null ? null : lastTrace + TOLERANCE_SECONDS;
    }

    /** How a JVM of this group is known to belong to it. */
    Ownership ownership(Jvm jvm) {
        return signed(jvm.groupId()) ? Ownership.SIGN : Ownership.TIME;
    }

    /** How a unit that is down is known to belong to this group. */
    Ownership ownership(FailedUnit unit) {
        return signed(unit.groupId()) ? Ownership.SIGN : Ownership.TIME;
    }

    private boolean signed(@Nullable String sign) {
        return sign != null && sign.equals(groupId);
    }

    /** Whether files of the group with this id can't belong to this one. */
    boolean excludes(@Nullable String sign) {
        return sign != null && groupId != null && !sign.equals(groupId);
    }

    /** Whether something with this start may be of its latest deployment, as far as both times are known. */
    boolean mayHaveStarted(@Nullable Double started) {
        return started == null || start == null || started + grace >= start;
    }

    /**
     * Start of the deployment of this group that the JVM may belong to by its time: the latest, or for a stale JVM, which
     * may be left over, the last one before it; null when there is none.
     */
    @Nullable
    Double startOf(Jvm jvm) {
        if (jvm.startedUptime() == null) {
            return null;
        }
        double latestPossible = jvm.startedUptime() + grace;
        Stream<@Nullable Double> earlier = Staleness.stale(jvm) && start != null
                ? traces.stream().map(DeploymentTrace::startedUptime)
                : Stream.empty();
        return Stream.concat(Stream.of(start == null ? Double.POSITIVE_INFINITY : start), earlier)
                .filter(Objects::nonNull)
                .filter(candidate -> candidate <= latestPossible)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /**
     * Whether a stale JVM that only its time gave to this group was left untouched by a redeployment that brought a
     * fresh JVM: then it never belonged to the group.
     */
    boolean leftUntouched(Jvm jvm, List<Jvm> own) {
        return redeployed()
                && start != null
                && ownership(jvm) == Ownership.TIME
                && Staleness.stale(jvm)
                && !mayHaveStarted(jvm.startedUptime())
                && own.stream()
                        .anyMatch(other -> !Staleness.stale(other)
                                && other.startedUptime() != null
                                && mayHaveStarted(other.startedUptime()));
    }

    Race race(@Nullable Double finish) {
        if (start == null || finish == null) {
            return Race.UNKNOWN;
        }
        double margin = Millis.rounded(start - finish);
        return new Race(margin, startOnServiceClock && margin >= 0 && margin < TOLERANCE_SECONDS);
    }
}
