package launchguard.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.aws.Groups;
import launchguard.aws.Inventory;
import launchguard.aws.ScalingGroup;
import launchguard.aws.Session;
import launchguard.guard.GroupState.Member;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Selects groups of a region, and finds how exposed each of them is. */
final class GroupQuery {
    @Option(names = "--asg", paramLabel = "NAME", description = "Only this group; may be given several times.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--tag",
            paramLabel = "KEY=VALUE",
            description = "Only groups with this tag; default: all of the region.")
    private @Nullable String tag;

    /** What is wrong with the tag as it was typed; empty where nothing is. */
    Optional<String> fault() {
        return tag != null && tag.indexOf('=') < 1
                ? Optional.of("--tag takes KEY=VALUE, not '" + tag + "'")
                : Optional.empty();
    }

    /** The region's groups by their names, each judged by one of its instances. */
    List<ExposureRow> exposed(Session session, ProbeRunner probeRunner) throws InterruptedException {
        List<ScalingGroup> groups = groups(session).stream()
                .sorted(Comparator.comparing(group -> group.name().value()))
                .toList();
        Map<GroupName, InstanceId> samples = new LinkedHashMap<>();
        groups.forEach(group -> sample(group).ifPresent(instance -> samples.put(group.name(), instance)));
        Map<InstanceId, ProbeResult> seen = probeRunner.probe(List.copyOf(samples.values()));
        List<ExposureRow> all = new ArrayList<>();
        for (ScalingGroup group : groups) {
            InstanceId instance = samples.get(group.name());
            ProbeResult result = instance == null ? null : seen.get(instance);
            ExposureRow exposed = result == null
                    ? ExposureRow.unknown("no instance of the group is in service")
                    : ExposureRow.of(result);
            exposed.row().put("autoScalingGroup", group.name().value());
            exposed.row().put("instances", group.members().size());
            if (instance != null) {
                exposed.row().put("instanceId", instance.value());
            }
            all.add(exposed);
        }
        return all;
    }

    private List<ScalingGroup> groups(Session session) {
        if (!names.isEmpty()) {
            return List.copyOf(new Groups(session.clients())
                    .describe(names.stream().map(GroupName::new).toList())
                    .values());
        }
        if (tag == null) {
            return new Inventory(session.clients()).groups();
        }
        String[] parts = tag.split("=", 2);
        return new Groups(session.clients()).tagged(parts[0], parts[1]);
    }

    /**
     * Probes only the last instance in Auto Scaling's list, since usually all instances of a group come from one image.
     */
    private static Optional<InstanceId> sample(ScalingGroup group) {
        return group.members().stream()
                .filter(Member::inService)
                .map(Member::instance)
                .reduce((earlier, later) -> later);
    }
}
