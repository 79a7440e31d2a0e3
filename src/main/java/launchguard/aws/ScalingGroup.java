package launchguard.aws;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import launchguard.guard.GroupState.Member;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateOverrides;
import software.amazon.awssdk.services.autoscaling.model.LaunchTemplateSpecification;

/**
 * An Auto Scaling group as it is now.
 *
 * @param desired desired capacity
 * @param inUnits whether desired capacity counts units (weights, vCPUs, MiB) instead of instances
 * @param warmPool whether it has a warm pool, whose instances are not among the members
 * @param healthChecks its health checks, as in HealthCheckType: EC2, ELB, EBS, VPC_LATTICE
 */
public record ScalingGroup(
        GroupName name,
        int desired,
        boolean inUnits,
        boolean warmPool,
        List<Member> members,
        Set<String> suspended,
        Set<String> healthChecks,
        Map<String, String> tags) {
    private static final Set<String> OTHER_UNITS = Set.of("vcpu", "memory-mib");

    /** Copies its collections. */
    public ScalingGroup {
        members = List.copyOf(members);
        healthChecks = Set.copyOf(healthChecks);
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
                        template(instance.launchTemplate(), instance.launchConfigurationName())))
                .toList();
        return new ScalingGroup(
                new GroupName(group.autoScalingGroupName()),
                group.desiredCapacity(),
                inUnits(group),
                group.warmPoolConfiguration() != null,
                members,
                suspended,
                healthChecks(group),
                tags(group));
    }

    /** A weight of 1 on every side is the same as none. */
    private static boolean inUnits(AutoScalingGroup group) {
        Stream<@Nullable String> ofTypes = group.mixedInstancesPolicy() == null
                        || group.mixedInstancesPolicy().launchTemplate() == null
                ? Stream.empty()
                : group.mixedInstancesPolicy().launchTemplate().overrides().stream()
                        .map(LaunchTemplateOverrides::weightedCapacity);
        return OTHER_UNITS.contains(String.valueOf(group.desiredCapacityType()))
                || Stream.concat(ofTypes, group.instances().stream().map(Instance::weightedCapacity))
                        .anyMatch(weight -> weight != null && !weight.equals("1"));
    }

    private static Set<String> healthChecks(AutoScalingGroup group) {
        Set<String> checks = new TreeSet<>();
        for (String check :
                Objects.requireNonNullElse(group.healthCheckType(), "").split(",", -1)) {
            if (!check.isBlank()) {
                checks.add(check.strip().toUpperCase(Locale.ROOT));
            }
        }
        return checks;
    }

    static Map<String, String> tags(AutoScalingGroup group) {
        Map<String, String> tags = new HashMap<>();
        group.tags().forEach(tag -> tags.put(tag.key(), tag.value()));
        return tags;
    }

    /** The launch template's id and version, or the launch configuration's name; null where Auto Scaling names neither. */
    static @Nullable String template(
            @Nullable LaunchTemplateSpecification template, @Nullable String launchConfiguration) {
        return template == null ? launchConfiguration : template.launchTemplateId() + ":" + template.version();
    }
}
