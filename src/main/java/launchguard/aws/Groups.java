package launchguard.aws;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.Filter;
import software.amazon.awssdk.services.autoscaling.model.InstanceRefreshStatus;

/** Reads Auto Scaling groups and their instances, and marks an instance unhealthy. */
public final class Groups {
    private static final int A_CALL = 50;
    private static final Set<InstanceRefreshStatus> REFRESHING = Set.of(
            InstanceRefreshStatus.PENDING,
            InstanceRefreshStatus.IN_PROGRESS,
            InstanceRefreshStatus.CANCELLING,
            InstanceRefreshStatus.ROLLBACK_IN_PROGRESS,
            InstanceRefreshStatus.BAKING);

    /** Auto Scaling has one error code for an unknown instance and for an invalid call; only the message differs. */
    private static final String UNKNOWN = "not found";

    private final Clients clients;

    /** Uses their Auto Scaling client. */
    public Groups(Clients clients) {
        this.clients = clients;
    }

    /**
     * An instance's place in its group.
     *
     * @param lifecycle Auto Scaling's LifecycleState
     * @param template what it was launched from, in the words of {@link ScalingGroup#template}; null when unknown
     */
    public record Place(
            GroupName group, String lifecycle, @Nullable String template) {
        /** Whether Auto Scaling has not put it in service yet: what is deployed there is the launch's own deployment. */
        public boolean launching() {
            return lifecycle.startsWith("Pending");
        }

        /** Whether a launch lifecycle hook may hold it; Auto Scaling's answers lag behind its events. */
        public boolean mayWait() {
            String entered = lifecycle.replaceFirst("^Warmed:", "");
            return entered.equals("Pending") || entered.equals("Pending:Wait");
        }

        /**
         * Whether it is about to be in service: no lifecycle hook holds it any more, and Auto Scaling takes some
         * seconds.
         */
        public boolean proceeding() {
            return lifecycle.equals("Pending:Proceed");
        }

        /** Whether Auto Scaling is terminating it, in its group or in the warm pool. */
        public boolean terminating() {
            return lifecycle.replaceFirst("^Warmed:", "").startsWith("Terminat");
        }

        /** Whether it is in the group's warm pool, or on its way into it. */
        public boolean warmed() {
            return lifecycle.startsWith("Warmed");
        }
    }

    /** The place of each instance that is in a group or in its warm pool. */
    public Map<InstanceId, Place> of(Collection<InstanceId> ids) {
        Map<InstanceId, Place> known = new HashMap<>();
        for (List<String> some : calls(ids.stream().map(InstanceId::value).toList())) {
            Call.to("find the group of " + some, "autoscaling:DescribeAutoScalingInstances", () -> {
                autoScaling()
                        .describeAutoScalingInstances(request -> request.instanceIds(some))
                        .autoScalingInstances()
                        .stream()
                        .forEach(instance -> known.put(
                                new InstanceId(instance.instanceId()),
                                new Place(
                                        new GroupName(instance.autoScalingGroupName()),
                                        instance.lifecycleState(),
                                        ScalingGroup.template(
                                                instance.launchTemplate(), instance.launchConfigurationName()))));
                return known;
            });
        }
        return known;
    }

    /**
     * The instances that wait at a launch hook, by group; those on their way into a warm pool are in no group's own
     * list.
     */
    public Map<GroupName, List<InstanceId>> waiting() {
        return Call.to(
                "list the instances that wait at a launch hook",
                "autoscaling:DescribeAutoScalingInstances",
                () -> autoScaling().describeAutoScalingInstancesPaginator().autoScalingInstances().stream()
                        .filter(instance -> instance.lifecycleState().endsWith("Pending:Wait"))
                        .collect(Collectors.groupingBy(
                                instance -> new GroupName(instance.autoScalingGroupName()),
                                Collectors.mapping(
                                        instance -> new InstanceId(instance.instanceId()), Collectors.toList()))));
    }

    /** These groups, as far as they exist. */
    public Map<GroupName, ScalingGroup> describe(Collection<GroupName> names) {
        return read("describe ", names, true, ScalingGroup::of);
    }

    /** The tags of these groups, as far as they exist, without the lists of their instances, which may be thousands. */
    public Map<GroupName, Map<String, String>> tags(Collection<GroupName> names) {
        return read("read the tags of ", names, false, ScalingGroup::tags);
    }

    private <T> Map<GroupName, T> read(
            String what, Collection<GroupName> names, boolean instances, Function<AutoScalingGroup, T> as) {
        Map<GroupName, T> known = new HashMap<>();
        for (List<String> some : calls(names.stream().map(GroupName::value).toList())) {
            Call.to(what + some, "autoscaling:DescribeAutoScalingGroups", () -> {
                autoScaling()
                        .describeAutoScalingGroupsPaginator(
                                request -> request.autoScalingGroupNames(some).includeInstances(instances))
                        .autoScalingGroups()
                        .forEach(group -> known.put(new GroupName(group.autoScalingGroupName()), as.apply(group)));
                return known;
            });
        }
        return known;
    }

    /** One group; empty when it does not exist. */
    public Optional<ScalingGroup> describe(GroupName name) {
        return Optional.ofNullable(describe(List.of(name)).get(name));
    }

    /** Every group with this tag. */
    public List<ScalingGroup> tagged(String key, String value) {
        Filter tag = Filter.builder().name("tag:" + key).values(value).build();
        return Call.to(
                "list groups tagged " + key,
                "autoscaling:DescribeAutoScalingGroups",
                () ->
                        autoScaling()
                                .describeAutoScalingGroupsPaginator(request -> request.filters(tag))
                                .autoScalingGroups()
                                .stream()
                                .map(ScalingGroup::of)
                                .toList());
    }

    /** Whether an instance refresh is replacing the group's instances. */
    public boolean refreshing(GroupName name) {
        return Call.to(
                "look for an instance refresh of " + name,
                "autoscaling:DescribeInstanceRefreshes",
                () -> autoScaling()
                        .describeInstanceRefreshes(request ->
                                request.autoScalingGroupName(name.value()).maxRecords(10))
                        .instanceRefreshes()
                        .stream()
                        .anyMatch(refresh -> REFRESHING.contains(refresh.status())));
    }

    /**
     * Marks an instance unhealthy, inside its health check grace period too: a fresh instance is always within it.
     *
     * @return false when Auto Scaling does not know the instance any more
     */
    public boolean markUnhealthy(InstanceId instance) {
        return Call.to("mark " + instance + " unhealthy", "autoscaling:SetInstanceHealth", () -> {
            try {
                autoScaling()
                        .setInstanceHealth(request -> request.instanceId(instance.value())
                                .healthStatus("Unhealthy")
                                .shouldRespectGracePeriod(false));
                return true;
            } catch (AutoScalingException fault) {
                if (Call.code(fault, "ValidationError")
                        && String.valueOf(fault.getMessage()).contains(UNKNOWN)) {
                    return false;
                }
                throw fault;
            }
        });
    }

    /** The names in parts that one call takes. */
    private static List<List<String>> calls(List<String> all) {
        return IntStream.iterate(0, from -> from < all.size(), from -> from + A_CALL)
                .mapToObj(from -> all.subList(from, Math.min(all.size(), from + A_CALL)))
                .toList();
    }

    private AutoScalingClient autoScaling() {
        return clients.autoScaling.get();
    }
}
