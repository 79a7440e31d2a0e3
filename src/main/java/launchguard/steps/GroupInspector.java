package launchguard.steps;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import launchguard.aws.DeploymentReach;
import launchguard.aws.DeploymentReach.InstanceTag;
import launchguard.aws.Deployments;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.guard.GroupState;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Reach;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.settings.Settings;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Reads what the guard must know about a group before it allows a remedy. */
public final class GroupInspector {
    private final Settings settings;
    private final Deployments deployments;
    private final GroupDeployments groupDeployments;
    private final Groups groups;
    private final Instances instances;

    public GroupInspector(
            Settings settings,
            Deployments deployments,
            GroupDeployments groupDeployments,
            Groups groups,
            Instances instances) {
        this.settings = settings;
        this.deployments = deployments;
        this.groupDeployments = groupDeployments.modest();
        this.groups = groups;
        this.instances = instances;
    }

    /**
     * The deployment group that the verdict is about, as CodeDeploy names it for this instance: neither the instance's word
     * nor that of an event, which may have been handed to the function by a caller, is enough.
     */
    @Nullable
    DeploymentGroup deploymentGroup(Case current, Verdict verdict) {
        DeploymentGroup known =
                current.deployment() == null || current.deployment().local()
                        ? null
                        : groupOf(current, current.deployment());
        JudgedDeployment subject = verdict.subject();
        if (known == null
                || subject == null
                || subject.groupId() == null
                || subject.groupId().equals(known.id())) {
            return known;
        }
        return other(current, subject);
    }

    /** With several deployment groups on an instance, the verdict may be about another than the case's. */
    private @Nullable DeploymentGroup other(Case current, JudgedDeployment subject) {
        try {
            DeploymentId id = new DeploymentId(String.valueOf(subject.deploymentId()));
            DeploymentGroup group = id.local() ? null : groupOf(current, id);
            return group != null && group.id().equals(subject.groupId()) ? group : null;
        } catch (IllegalArgumentException hostile) {
            return null;
        }
    }

    /** Only if CodeDeploy itself says that this deployment came to this instance: it may have been read there. */
    private @Nullable DeploymentGroup groupOf(Case current, DeploymentId deployment) {
        return deployments.cameTo(deployment, current.id().instance())
                ? deployments.group(deployment).orElse(null)
                : null;
    }

    /** The group as it is now; one that no longer exists has no members. */
    GroupState group(Case current, @Nullable DeploymentGroup deploymentGroup) {
        Optional<ScalingGroup> group = groups.describe(current.group());
        Instances.Facts facts = instances
                .describe(List.of(current.id().instance()))
                .get(current.id().instance());
        String value = settings.optInValue();
        boolean optedIn = facts != null
                && settings.looksAt(current.group())
                && value.equals(facts.tags().get(Settings.OPT_IN_KEY))
                && group.filter(there -> value.equals(there.tags().get(Settings.OPT_IN_KEY)))
                        .isPresent();
        boolean gone = facts == null || !facts.running() || group.isEmpty();
        return new GroupState(
                group.map(ScalingGroup::desired).orElse(0),
                group.map(ScalingGroup::inUnits).orElse(false),
                gone ? List.of() : group.get().members(),
                group.map(ScalingGroup::suspended).orElse(Set.of()),
                !gone && groups.refreshing(current.group()),
                gone || deploymentGroup == null
                        ? List.of()
                        : current.held()
                                ? groupDeployments.comingTo(
                                        deploymentGroup, current.id().instance())
                                : groupDeployments.holding(
                                        deploymentGroup, current.id().instance()),
                gone || optedIn,
                group.map(ScalingGroup::tags).filter(Settings::observed).isPresent(),
                revisionCurrent(current, deploymentGroup),
                gone ? Reach.OWN_GROUP : reach(current, deploymentGroup),
                group.map(ScalingGroup::healthChecks).orElse(Set.of()));
    }

    /** What a deployment to the whole group would come to beside the case's own Auto Scaling group. */
    private Reach reach(Case current, @Nullable DeploymentGroup deploymentGroup) {
        if (deploymentGroup == null || !settings.limits().wholeGroup()) {
            return Reach.OWN_GROUP;
        }
        DeploymentReach reach = groupDeployments.reach(deploymentGroup);
        if (reach.refused() != null) {
            return Reach.refused(reach.refused());
        }
        List<GroupName> others = reach.scalingGroups().stream()
                .filter(name -> !name.equals(current.group()))
                .toList();
        List<Member> members = new ArrayList<>();
        // A deployment by tag comes to an instance whatever Auto Scaling makes of it.
        tagged(reach.tags()).forEach(instance -> members.add(new Member(instance, Member.IN_SERVICE, true, null)));
        if (!others.isEmpty()) {
            groups.describe(others).values().forEach(other -> members.addAll(other.members()));
        }
        return new Reach(members, null);
    }

    /** Instances that carry a tag of every list. */
    private Set<InstanceId> tagged(List<List<InstanceTag>> lists) {
        Set<InstanceId> all = new HashSet<>();
        boolean first = true;
        for (List<InstanceTag> tags : lists) {
            Set<InstanceId> some = new HashSet<>();
            tags.forEach(tag -> some.addAll(instances.tagged(tag.key(), tag.value())));
            if (first) {
                all.addAll(some);
            } else {
                all.retainAll(some);
            }
            first = false;
        }
        return all;
    }

    private boolean revisionCurrent(Case current, @Nullable DeploymentGroup group) {
        return settings.limits().wholeGroup()
                && group != null
                && current.deployment() != null
                && groupDeployments.revisionCurrent(group, current.deployment());
    }
}
