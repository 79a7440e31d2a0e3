package launchguard.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import launchguard.model.GroupName;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentType;
import software.amazon.awssdk.services.codedeploy.model.EC2TagFilter;
import software.amazon.awssdk.services.codedeploy.model.EC2TagFilterType;

/**
 * What a deployment to a whole deployment group would reach.
 *
 * @param scalingGroups its Auto Scaling groups
 * @param tags EC2 instances by tag: those that carry a tag of every list
 * @param refused why such a deployment is refused whatever it would reach; null when it is not
 */
public record DeploymentReach(
        List<GroupName> scalingGroups,
        List<List<InstanceTag>> tags,
        @Nullable String refused) {
    /** Copies its lists. */
    public DeploymentReach {
        scalingGroups = List.copyOf(scalingGroups);
        tags = tags.stream().map(List::copyOf).toList();
    }

    /** A tag of EC2 instances; any value where that is null. */
    public record InstanceTag(String key, @Nullable String value) {}

    static DeploymentReach of(DeploymentGroupInfo info) {
        List<GroupName> groups = new ArrayList<>();
        info.autoScalingGroups().forEach(group -> groups.add(new GroupName(group.name())));
        List<List<EC2TagFilter>> filters = new ArrayList<>();
        if (!info.ec2TagFilters().isEmpty()) {
            filters.add(info.ec2TagFilters());
        }
        if (info.ec2TagSet() != null) {
            info.ec2TagSet().ec2TagSetList().stream()
                    .filter(list -> !list.isEmpty())
                    .forEach(filters::add);
        }
        String refused = refused(info, filters);
        return new DeploymentReach(
                groups,
                refused == null ? filters.stream().map(DeploymentReach::tags).toList() : List.of(),
                refused);
    }

    private static @Nullable String refused(DeploymentGroupInfo info, List<List<EC2TagFilter>> filters) {
        if (info.deploymentStyle() != null && info.deploymentStyle().deploymentType() == DeploymentType.BLUE_GREEN) {
            return "the deployment group is blue/green: a deployment would launch a new fleet instead of redeploying";
        }
        boolean onPremises = !info.onPremisesInstanceTagFilters().isEmpty()
                || (info.onPremisesTagSet() != null
                        && !info.onPremisesTagSet().onPremisesTagSetList().isEmpty());
        if (onPremises) {
            return "a deployment to the whole group would reach on-premises instances, which can't be counted";
        }
        boolean byValue = filters.stream()
                .flatMap(List::stream)
                .anyMatch(filter -> filter.key() == null
                        || filter.type() == EC2TagFilterType.VALUE_ONLY
                        || filter.type() == EC2TagFilterType.UNKNOWN_TO_SDK_VERSION);
        return byValue
                ? "a deployment to the whole group would reach EC2 instances by the value of any tag, which can't be"
                        + " counted"
                : null;
    }

    private static List<InstanceTag> tags(List<EC2TagFilter> filters) {
        return filters.stream()
                .map(filter -> new InstanceTag(
                        filter.key(),
                        filter.type() == EC2TagFilterType.KEY_ONLY
                                ? null
                                : Objects.requireNonNullElse(filter.value(), "")))
                .toList();
    }
}
