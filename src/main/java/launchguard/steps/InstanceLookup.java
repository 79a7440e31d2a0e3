package launchguard.steps;

import java.util.List;
import java.util.Optional;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.guard.GroupState.Member;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/** Reads what EC2 and Auto Scaling say of a case's instance now. */
public final class InstanceLookup {
    private final Groups groups;
    private final Instances instances;

    public InstanceLookup(Groups groups, Instances instances) {
        this.groups = groups;
        this.instances = instances;
    }

    /** What EC2 says of the instance; null where its answer leaves it out. */
    Instances.@Nullable Facts facts(Case current) {
        InstanceId instance = current.id().instance();
        return instances.describe(List.of(instance)).get(instance);
    }

    /** The instance's own entry in its group; null when the answer has none. */
    @Nullable
    Member member(Case current) {
        return group(current)
                .flatMap(group -> group.members().stream()
                        .filter(candidate ->
                                candidate.instance().equals(current.id().instance()))
                        .findFirst())
                .orElse(null);
    }

    /** The case's group; empty where there is none of that name. */
    Optional<ScalingGroup> group(Case current) {
        return groups.describe(current.group());
    }

    /** Whether Auto Scaling knows the instance, in a group or in a warm pool. */
    boolean known(Case current) {
        InstanceId instance = current.id().instance();
        return groups.of(List.of(instance)).containsKey(instance);
    }
}
