package launchguard.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import launchguard.report.Exposure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code exposure}: which groups could race, before anything has failed; reads only. */
@Command(
        name = "exposure",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Probes one running instance of each Auto Scaling group and says whether the group's next launch could"
                        + " race: the CodeDeploy agent starts at boot and not after cloud-init, and cloud-init upgrades packages."
                        + " Changes nothing.",
        footer = {
            "",
            "Exit codes: 0 no group is exposed, 10 one is, 12 none is, but of some it can't be determined, 2 wrong usage, 1 any"
                    + " other error.",
            "",
            "Permissions it needs: those of diagnose, and autoscaling:DescribeAutoScalingGroups",
            "",
            "Example:",
            "  java -jar target/launch-guard.jar exposure --tag launch-guard=on"
        })
final class ExposureCommand extends ProbeCommand {
    @Option(names = "--asg", paramLabel = "NAME", description = "Only this group; may be given several times.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--tag",
            paramLabel = "KEY=VALUE",
            description = "Only groups with this tag; default: all of the region.")
    private @Nullable String tag;

    @Mixin
    private Printing.Rows printing = new Printing.Rows();

    @Override
    void check() {
        super.check();
        if (tag != null && tag.indexOf('=') < 1) {
            throw usage("--tag takes KEY=VALUE, not '" + tag + "'");
        }
    }

    @Override
    int run(@Nullable Session session) throws InterruptedException {
        List<ScalingGroup> groups = groups(there(session)).stream()
                .sorted(Comparator.comparing(group -> group.name().value()))
                .toList();
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("there is no such Auto Scaling group in "
                    + there(session).region() + "; look at --asg, --tag, --region and --profile");
        }
        Map<GroupName, InstanceId> samples = new LinkedHashMap<>();
        groups.forEach(group -> sample(group).ifPresent(instance -> samples.put(group.name(), instance)));
        Map<InstanceId, ProbeResult> seen = probing(there(session)).look(List.copyOf(samples.values()));
        List<Exposure> all = new ArrayList<>();
        List<ObjectNode> rows = new ArrayList<>();
        for (ScalingGroup group : groups) {
            InstanceId instance = samples.get(group.name());
            ProbeResult sight = instance == null ? null : seen.get(instance);
            Exposed exposed =
                    sight == null ? Exposed.unknown("no instance of the group is in service") : Exposed.of(sight);
            all.add(exposed.exposure());
            exposed.row().put("autoScalingGroup", group.name().value());
            exposed.row().put("instances", group.members().size());
            if (instance != null) {
                exposed.row().put("instanceId", instance.value());
            }
            rows.add(exposed.row());
        }
        new Listing(
                        List.of("autoScalingGroup", "instances", "exposure", "reason"),
                        List.of(
                                "prevention",
                                "instanceId",
                                "os",
                                "osVersion",
                                "agentVersion",
                                "cloudInitVersion",
                                "startsAtBoot",
                                "afterCloudInit",
                                "upgradesAtBoot"),
                        rows)
                .print(out(), printing.format, paint());
        return all.contains(Exposure.EXPOSED) ? 10 : all.contains(Exposure.UNKNOWN) ? 12 : 0;
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

    /** All instances of a group come from one image as a rule; the last in Auto Scaling's list stands for them. */
    private static Optional<InstanceId> sample(ScalingGroup group) {
        return group.members().stream()
                .filter(Member::inService)
                .map(Member::instance)
                .reduce((earlier, later) -> later);
    }
}
