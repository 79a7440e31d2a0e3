package launchguard.verdict;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.Jvm;
import org.jspecify.annotations.Nullable;

/**
 * The deployment groups of this boot, and which JVM belongs to which.
 *
 * @param jvms the JVMs of each story, in the order of {@code groups}
 * @param bystanders JVMs that no deployment of this boot started
 */
record Stories(List<GroupStory> groups, Map<GroupStory, List<Jvm>> jvms, List<Jvm> bystanders) {
    /** The kernel's boot time has whole seconds, so starts from file times and from process ticks differ by up to this. */
    private static final double START_TOLERANCE_SECONDS = 2;

    static Stories of(Evidence evidence, Question question) {
        Map<String, List<DeploymentTrace>> traces = new LinkedHashMap<>();
        for (DeploymentTrace trace : evidence.deployments()) {
            if (trace.thisBoot() && trace.thisInstance()) {
                traces.computeIfAbsent(trace.groupId(), id -> new ArrayList<>()).add(trace);
            }
        }
        List<GroupStory> groups = new ArrayList<>();
        traces.forEach((groupId, own) -> groups.add(GroupStory.of(evidence, groupId, own, question.records())));
        for (DeploymentRecord record : question.records()) {
            if (onlyTheServiceKnows(evidence, record)) {
                groups.add(GroupStory.of(evidence, record.groupId(), List.of(), List.of(record)));
            }
        }
        return assign(evidence, groups);
    }

    /** A deployment of this boot that left no trace here; one of an earlier boot left a trace of that boot. */
    private static boolean onlyTheServiceKnows(Evidence evidence, DeploymentRecord record) {
        boolean traced = evidence.deployments().stream()
                .anyMatch(trace -> record.deploymentId() == null
                        ? trace.thisBoot()
                        : trace.deploymentId().equals(record.deploymentId().value())
                                || (trace.thisBoot() && trace.groupId().equals(record.groupId())));
        boolean ofThisBoot = record.startedAt() == null
                || evidence.uptimeOf(record.startedAt().toEpochMilli() / 1000.0) >= -START_TOLERANCE_SECONDS;
        return !traced && ofThisBoot;
    }

    private static Stories assign(Evidence evidence, List<GroupStory> groups) {
        Map<GroupStory, List<Jvm>> jvms = new LinkedHashMap<>();
        groups.forEach(group -> jvms.put(group, new ArrayList<>()));
        List<Jvm> bystanders = new ArrayList<>();
        for (Jvm jvm : evidence.jvms() == null ? List.<Jvm>of() : evidence.jvms()) {
            GroupStory owner = owner(jvm, groups);
            List<Jvm> theirs = owner == null ? null : jvms.get(owner);
            (theirs == null ? bystanders : theirs).add(jvm);
        }
        return new Stories(List.copyOf(groups), jvms, List.copyOf(bystanders));
    }

    private static @Nullable GroupStory owner(Jvm jvm, List<GroupStory> groups) {
        if (jvm.container()) {
            return null;
        }
        GroupStory owner = null;
        Double ownerStart = null;
        for (GroupStory group : groups) {
            // A stale JVM may be left over from an earlier deployment of the same group in this boot.
            Double start = Staleness.stale(jvm) ? group.firstStart() : group.start();
            if (start == null || jvm.startedUptime() == null || start > jvm.startedUptime() + START_TOLERANCE_SECONDS) {
                continue;
            }
            if (jvm.groupId() != null && jvm.groupId().equals(group.groupId())) {
                return group;
            }
            if (ownerStart == null || start > ownerStart) {
                owner = group;
                ownerStart = start;
            }
        }
        return owner;
    }

    List<Jvm> of(GroupStory group) {
        return jvms.getOrDefault(group, List.of());
    }
}
