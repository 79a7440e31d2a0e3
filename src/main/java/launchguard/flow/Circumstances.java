package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.guard.GroupState;
import launchguard.guard.Ledger;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.verdict.Subject;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** What the guard must know about a group before it lets anything happen to one of its instances. */
final class Circumstances {
    private static final Duration BROKEN_FOR = Duration.ofHours(2);

    private final Rooms rooms;

    Circumstances(Rooms rooms) {
        this.rooms = rooms;
    }

    /** The deployment group that the verdict is about, as CodeDeploy names it; the instance's word alone is not enough. */
    @Nullable
    DeploymentGroup deploymentGroup(Case one, Verdict verdict) {
        DeploymentGroup known = one.deploymentGroup();
        if (known == null && one.deployment() != null && !one.deployment().local()) {
            known = groupOf(one, one.deployment());
        }
        Subject subject = verdict.subject();
        if (known == null
                || subject == null
                || subject.groupId() == null
                || subject.groupId().equals(known.id())) {
            return known;
        }
        return other(one, subject);
    }

    /** With several deployment groups on an instance, the verdict may be about another than the case's. */
    private @Nullable DeploymentGroup other(Case one, Subject subject) {
        try {
            DeploymentId id = new DeploymentId(String.valueOf(subject.deploymentId()));
            DeploymentGroup group = id.local() ? null : groupOf(one, id);
            return group != null && group.id().equals(subject.groupId()) ? group : null;
        } catch (IllegalArgumentException hostile) {
            return null;
        }
    }

    /** Only if CodeDeploy itself says that this deployment came to this instance: it may have been read there. */
    private @Nullable DeploymentGroup groupOf(Case one, DeploymentId deployment) {
        return rooms.deployments()
                .record(deployment, one.id().instance(), null)
                .flatMap(ignored -> rooms.deployments().group(deployment))
                .orElse(null);
    }

    /** The group's ledger; where whole groups are deployed to, with this case counted among the broken ones. */
    Ledger ledger(Case one, Instant now) {
        Ledger ledger = rooms.store().ledger(one.group());
        boolean counts = rooms.settings().limits().wholeGroup()
                && ledger.broken().stream().noneMatch(held -> held.caseId().equals(one.id()));
        return counts ? rooms.store().save(ledger.broken(one.id(), now.plus(BROKEN_FOR))) : ledger;
    }

    /** The group as it is now; one that no longer exists has no members. */
    GroupState group(Case one, @Nullable DeploymentGroup deploymentGroup) {
        Optional<ScalingGroup> group = rooms.groups().describe(one.group());
        Instances.Facts facts = rooms.instances()
                .describe(List.of(one.id().instance()))
                .get(one.id().instance());
        String value = rooms.settings().optInValue();
        boolean optedIn = facts != null
                && value.equals(facts.tags().get(Settings.OPT_IN_KEY))
                && group.filter(there -> value.equals(there.tags().get(Settings.OPT_IN_KEY)))
                        .isPresent();
        boolean gone = facts == null || !facts.running() || group.isEmpty();
        return new GroupState(
                group.map(ScalingGroup::desired).orElse(0),
                gone ? List.of() : group.get().members(),
                group.map(ScalingGroup::suspended).orElse(Set.of()),
                !gone && rooms.groups().refreshing(one.group()),
                gone || deploymentGroup == null
                        ? List.of()
                        : rooms.groupDeployments().underWay(deploymentGroup),
                gone || optedIn,
                current(one, deploymentGroup));
    }

    private boolean current(Case one, @Nullable DeploymentGroup group) {
        return rooms.settings().limits().wholeGroup()
                && group != null
                && one.deployment() != null
                && rooms.groupDeployments().revisionCurrent(group, one.deployment());
    }
}
