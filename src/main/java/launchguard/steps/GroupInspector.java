package launchguard.steps;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
    private final RecentGroups recent;
    private final Instances instances;

    public GroupInspector(
            Settings settings,
            Deployments deployments,
            GroupDeployments groupDeployments,
            Groups groups,
            RecentGroups recent,
            Instances instances) {
        this.settings = settings;
        this.deployments = deployments;
        this.groupDeployments = groupDeployments.lowPriority();
        this.groups = groups;
        this.recent = recent;
        this.instances = instances;
    }

    /**
     * The deployment group that the verdict is about, as CodeDeploy names it for this instance: the word of the
     * instance, or of an event that any caller may have sent, is not enough.
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

    /**
     * The deployment group of the verdict's deployment: with several groups on an instance it may be another than the
     * case's.
     */
    private @Nullable DeploymentGroup other(Case current, JudgedDeployment subject) {
        try {
            DeploymentId id = new DeploymentId(String.valueOf(subject.deploymentId()));
            DeploymentGroup group = id.local() ? null : groupOf(current, id);
            return group != null && group.id().equals(subject.groupId()) ? group : null;
        } catch (IllegalArgumentException hostile) {
            return null;
        }
    }

    /**
     * The group of a deployment, only if CodeDeploy itself says that it reached this instance: the id may come from the
     * instance.
     */
    private @Nullable DeploymentGroup groupOf(Case current, DeploymentId deployment) {
        return deployments.cameTo(deployment, current.id().instance())
                ? deployments.group(deployment).orElse(null)
                : null;
    }

    /** The group as Auto Scaling and EC2 show it now; a group that no longer exists has no members. */
    GroupState members(Case current) {
        Instances.Facts facts = instances
                .describe(List.of(current.id().instance()))
                .get(current.id().instance());
        boolean gone = facts == null || !facts.running();
        return members(
                current, groups.describe(current.group()).orElse(null), gone, facts != null && optedIn(facts.tags()));
    }

    /**
     * The group as Auto Scaling showed it within the last seconds, by one answer for many cases; EC2 is not asked. It
     * is enough to refuse a remedy, never to allow one.
     */
    GroupState recentMembers(Case current) {
        return members(current, recent.find(current.group()), false, true);
    }

    private GroupState members(Case current, @Nullable ScalingGroup group, boolean gone, boolean instanceOptedIn) {
        if (group == null) {
            return new GroupState(
                    0, false, List.of(), Set.of(), false, List.of(), true, false, false, Reach.OWN_GROUP, Set.of());
        }
        return new GroupState(
                group.desired(),
                group.inUnits(),
                gone ? List.of() : group.members(),
                group.suspended(),
                false,
                List.of(),
                gone || (instanceOptedIn && settings.selects(current.group()) && optedIn(group.tags())),
                Settings.observed(group.tags()),
                false,
                Reach.OWN_GROUP,
                group.healthChecks());
    }

    private boolean optedIn(Map<String, String> tags) {
        return settings.optInValue().equals(tags.get(Settings.OPT_IN_KEY));
    }

    /** The same with deployments and instance refreshes, which can hold a remedy back and take calls of their own. */
    GroupState withDeployments(Case current, @Nullable DeploymentGroup deploymentGroup, GroupState members) {
        boolean revisionCurrent = revisionCurrent(current, deploymentGroup);
        return members.members().isEmpty()
                ? members.with(false, List.of(), revisionCurrent, Reach.OWN_GROUP)
                : members.with(
                        groups.refreshing(current.group()),
                        deploymentGroup == null ? List.of() : deploying(current, deploymentGroup),
                        revisionCurrent,
                        reach(current, deploymentGroup));
    }

    private List<DeploymentId> deploying(Case current, DeploymentGroup deploymentGroup) {
        InstanceId instance = current.id().instance();
        if (current.held()) {
            return groupDeployments.comingTo(deploymentGroup, instance);
        }
        DeploymentId own = current.deployment();
        return groupDeployments.holding(
                deploymentGroup,
                instance,
                own == null ? null : deployments.launchCreatedAt(own).orElse(null));
    }

    /** What a deployment to the whole group would reach besides the case's own Auto Scaling group. */
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
        // A deployment by tag reaches an instance whatever its state in Auto Scaling.
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
