package launchguard.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.Jvm;
import org.jspecify.annotations.Nullable;

/**
 * The deployment groups of this boot, and which JVM belongs to which.
 *
 * @param jvms the JVMs of each group, in the order of {@code groups}
 * @param bystanders JVMs that no deployment of this boot is known to have started
 */
record DeploymentHistories(
        List<DeploymentHistory> groups, Map<DeploymentHistory, List<Jvm>> jvms, List<Jvm> bystanders) {

    static DeploymentHistories of(Evidence evidence, Question question) {
        Map<String, List<DeploymentTrace>> traces = new LinkedHashMap<>();
        for (DeploymentTrace trace : DeploymentHistory.current(evidence)) {
            traces.computeIfAbsent(trace.groupId(), id -> new ArrayList<>()).add(trace);
        }
        ServiceRecords records = new ServiceRecords(evidence, question.records());
        List<DeploymentHistory> groups = new ArrayList<>();
        traces.forEach((groupId, own) ->
                groups.add(DeploymentHistory.of(evidence, groupId, own, records.of(DeploymentHistory.latest(own)))));
        for (DeploymentRecord record : records.withoutTrace()) {
            groups.add(DeploymentHistory.of(evidence, records.groupId(record), List.of(), record));
        }
        return assign(evidence, groups);
    }

    private static DeploymentHistories assign(Evidence evidence, List<DeploymentHistory> groups) {
        Map<DeploymentHistory, List<Jvm>> jvms = new LinkedHashMap<>();
        groups.forEach(group -> jvms.put(group, new ArrayList<>()));
        List<Jvm> bystanders = new ArrayList<>();
        for (Jvm jvm : evidence.jvms() == null ? List.<Jvm>of() : evidence.jvms()) {
            DeploymentHistory owner = owner(jvm, groups);
            List<Jvm> theirs = owner == null ? null : jvms.get(owner);
            (theirs == null ? bystanders : theirs).add(jvm);
        }
        jvms.forEach((group, own) -> {
            List<Jvm> untouched =
                    own.stream().filter(jvm -> group.leftUntouched(jvm, own)).toList();
            own.removeAll(untouched);
            bystanders.addAll(untouched);
        });
        return new DeploymentHistories(List.copyOf(groups), jvms, List.copyOf(bystanders));
    }

    /** The group that owns a JVM: by a sign, else by the latest start at or before the JVM's. */
    private static @Nullable DeploymentHistory owner(Jvm jvm, List<DeploymentHistory> groups) {
        if (jvm.container()) {
            return null;
        }
        for (DeploymentHistory group : groups) {
            if (jvm.groupId() != null && jvm.groupId().equals(group.groupId())) {
                return group;
            }
        }
        DeploymentHistory owner = null;
        Double ownerStart = null;
        for (DeploymentHistory group : groups) {
            Double start = mayOwn(group, jvm) ? group.startOf(jvm) : null;
            if (start != null && (ownerStart == null || start > ownerStart)) {
                owner = group;
                ownerStart = start;
            }
        }
        return owner;
    }

    /** Whether a group may own a JVM: not one in a container, nor one that lies under the files of another group. */
    private static boolean mayOwn(DeploymentHistory group, Jvm jvm) {
        return !jvm.container() && !group.excludes(jvm.groupId());
    }

    List<Jvm> of(DeploymentHistory group) {
        return jvms.getOrDefault(group, List.of());
    }

    /** The group that something without a sign and with this start belongs to: the one deployed last before it. */
    boolean ownsByTime(DeploymentHistory group, @Nullable Double started) {
        if (!group.mayHaveStarted(started)) {
            return false;
        }
        Double start = group.start();
        return start == null
                || started == null
                || groups.stream()
                        .map(DeploymentHistory::start)
                        .filter(Objects::nonNull)
                        .noneMatch(other -> other > start && other <= started);
    }

    List<Jvm> staleBystanders() {
        return bystanders.stream().filter(Staleness::stale).toList();
    }

    /** Whether a stale JVM may be of a deployment after all, because one of their starts is not known. */
    boolean ownershipUnknown() {
        return staleBystanders().stream()
                .anyMatch(jvm -> groups.stream()
                        .anyMatch(
                                group -> mayOwn(group, jvm) && (group.start() == null || jvm.startedUptime() == null)));
    }
}
