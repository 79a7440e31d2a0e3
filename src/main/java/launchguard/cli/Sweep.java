package launchguard.cli;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.aws.Groups;
import launchguard.aws.Inventory;
import launchguard.aws.ScalingGroup;
import launchguard.aws.Session;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sweep}: what all instances of a group or fleet show now; reads only. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Diagnoses every instance of Auto Scaling groups, or all that have a tag, with"
                + " at most 50 instances in one command. Changes nothing.",
        footer = {
            Answer.EXIT_CODES,
            "The worst instance's code wins: 10 before 12, 11, 13 and 0.",
            "",
            "Permissions it needs: those of diagnose, and",
            "  autoscaling:DescribeAutoScalingGroups for --asg, ec2:DescribeInstances for --tag",
            "",
            "Example:",
            "  java -jar target/launch-guard.jar sweep --asg MY-GROUP --format csv"
        })
final class Sweep extends ProbeCommand {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Which which;

    @Mixin
    private FormatOption.Rows printing = new FormatOption.Rows();

    /** Either a group or a tag. */
    static final class Which {
        @Option(
                names = "--asg",
                paramLabel = "NAME",
                required = true,
                description = "An Auto Scaling group; may be given several times.")
        private List<String> groups = new ArrayList<>();

        @Option(
                names = "--tag",
                paramLabel = "KEY=VALUE",
                required = true,
                description = "Running instances with this tag.")
        private @Nullable String tag;
    }

    @Override
    void check() {
        super.check();
        if (which.tag != null && which.tag.indexOf('=') < 1) {
            throw usage("--tag takes KEY=VALUE, not '" + which.tag + "'");
        }
        which.groups.forEach(this::group);
    }

    private GroupName group(String name) {
        try {
            return new GroupName(name);
        } catch (IllegalArgumentException notOne) {
            throw usage("--asg: " + notOne.getMessage());
        }
    }

    @Override
    int run(@Nullable Session session) throws InterruptedException {
        Set<InstanceId> instances = instances(required(session));
        if (instances.isEmpty()) {
            throw new IllegalArgumentException(
                    which.tag == null
                            ? "no instance is in " + which.groups + " now"
                            : "no running instance carries the tag " + which.tag + " in "
                                    + required(session).region()
                                    + " for these credentials; look at the tag, --region and --profile");
        }
        Map<InstanceId, ProbeResult> seen = probeRunner(required(session)).probe(List.copyOf(instances));
        Progress progress = Progress.on(err());
        List<Examination> found = new ArrayList<>();
        for (Map.Entry<InstanceId, ProbeResult> result : seen.entrySet()) {
            progress.show("asking CodeDeploy about " + (found.size() + 1) + " of " + seen.size() + " instances");
            found.add(Examination.of(required(session), result.getKey(), result.getValue(), false));
        }
        progress.clear();
        return ExaminationRows.print(out(), printing.format, paint(), found);
    }

    private Set<InstanceId> instances(Session session) {
        if (which.tag != null) {
            String[] tag = which.tag.split("=", 2);
            return new LinkedHashSet<>(new Inventory(session.clients()).running(tag[0], tag[1]));
        }
        Set<InstanceId> instances = new LinkedHashSet<>();
        Groups groups = new Groups(session.clients());
        for (String name : which.groups) {
            ScalingGroup group = groups.describe(group(name))
                    .orElseThrow(() -> new IllegalArgumentException("there is no Auto Scaling group " + name + " in "
                            + session.region() + " for these credentials; look at the name, --region and --profile"));
            group.members().stream()
                    .filter(member -> !member.lifecycle().startsWith("Warmed") && !member.ending())
                    .forEach(member -> instances.add(member.instance()));
        }
        return instances;
    }
}
