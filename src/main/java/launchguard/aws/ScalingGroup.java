package launchguard.aws;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import launchguard.guard.GroupState.Member;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;

/** An Auto Scaling group as it is now. */
public record ScalingGroup(
        GroupName name, int desired, List<Member> members, Set<String> suspended, Map<String, String> tags) {
    /** Copies its collections. */
    public ScalingGroup {
        members = List.copyOf(members);
        suspended = Set.copyOf(suspended);
        tags = Map.copyOf(tags);
    }

    static ScalingGroup of(AutoScalingGroup group) {
        Set<String> suspended = new HashSet<>();
        group.suspendedProcesses().forEach(process -> suspended.add(process.processName()));
        List<Member> members = group.instances().stream()
                .map(instance -> new Member(
                        new InstanceId(instance.instanceId()),
                        instance.lifecycleStateAsString(),
                        "Healthy".equalsIgnoreCase(instance.healthStatus()),
                        template(instance)))
                .toList();
        return new ScalingGroup(
                new GroupName(group.autoScalingGroupName()), group.desiredCapacity(), members, suspended, tags(group));
    }

    static Map<String, String> tags(AutoScalingGroup group) {
        Map<String, String> tags = new HashMap<>();
        group.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
        return tags;
    }

    private static @Nullable String template(Instance instance) {
        LaunchTemplateSpecification template = instance.launchTemplate();
        return template == null
                ? instance.launchConfigurationName()
                : template.launchTemplateId() + ":" + template.version();
    }
}
