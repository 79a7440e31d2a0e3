package launchguard.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import launchguard.aws.Groups;
import launchguard.aws.Workers;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.guard.Action.Replace;
import launchguard.guard.Attempt.End;
import launchguard.guard.GroupBudget;
import launchguard.guard.GroupState;
import launchguard.guard.GroupState.Member;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The budgets in which a case has reservations: its Auto Scaling group's and, where whole groups are deployed to, its deployment
 * group's, which may have several Auto Scaling groups.
 */
public final class GroupBudgets {
    private static final Duration BROKEN_FOR = Duration.ofHours(2);

    private final Settings settings;
    private final StepStore store;
    private final Groups groups;
    private final Workers workers;

    public GroupBudgets(Settings settings, StepStore store, Groups groups, Workers workers) {
        this.settings = settings;
        this.store = store;
        this.groups = groups;
        this.workers = workers;
    }

    /**
     * Runs work that writes a group's budget one after the other: of several concurrent writers all but one would get a
     * conflict.
     */
    public <T> T inTurn(GroupName group, Supplier<T> work) {
        return workers.alone(group, work);
    }

    /** The name under which a deployment group's budget is stored. */
    public static GroupName name(DeploymentGroup group) {
        return new GroupName("codedeploy-deployment-group/" + group.id());
    }

    /** The Auto Scaling group's budget, without a replacement of this case that never took effect. */
    public GroupBudget own(Case current, GroupState group, boolean observing) {
        GroupBudget budget = store.budget(current.group());
        if (!budget.replaces(current.id())
                || !ineffective(current, group.member(current.id().instance()))) {
            return budget;
        }
        GroupBudget without = budget.withdrawn(current.id());
        return observing ? without : store.save(without);
    }

    /** The deployment group's budget, with this case counted among the broken ones. */
    public GroupBudget shared(
            Case current, GroupBudget own, @Nullable DeploymentGroup deploymentGroup, Instant now, boolean observing) {
        GroupBudget shared = shared(own, deploymentGroup);
        if (!settings.limits().wholeGroup()
                || shared.broken().stream().anyMatch(held -> held.caseId().equals(current.id()))) {
            return shared;
        }
        GroupBudget with = shared.broken(current.id(), now.plus(BROKEN_FOR));
        return observing ? with : store.save(with);
    }

    /** Stores the case, and with it that its reservations on the groups have ended. */
    public Case saveReleased(Case next) {
        return inTurn(next.group(), () -> store.save(next, released(next)));
    }

    /**
     * Stores the case as ended and releases its reservations in the same write, where it may have any. A replacement that never
     * took effect no longer counts.
     *
     * @param before the case before it ended
     */
    public Case saveEnded(Case before, Case ended, Status status) {
        boolean mayHaveReservations = !before.attempts().isEmpty()
                || before.finding().action() != null
                || settings.limits().wholeGroup();
        return mayHaveReservations
                ? inTurn(before.group(), () -> store.save(ended, ended(ended, status)))
                : store.save(ended);
    }

    /** Stores the case that deploys to a whole group, and with it that deployment's id: other cases of the group wait for it. */
    public Case saveDeploying(Case next, Instant decidedAt, DeploymentGroup group, DeploymentId deployment) {
        GroupBudget own = store.budget(next.group());
        return store.save(
                next,
                Stream.of(own, shared(own, group))
                        .distinct()
                        .map(budget -> budget.deployed(next.id(), decidedAt, group.id(), deployment))
                        .toList());
    }

    /** The deployment group's budget; the Auto Scaling group's own where there is no other. */
    private GroupBudget shared(GroupBudget own, @Nullable DeploymentGroup group) {
        return group == null || !settings.limits().wholeGroup() ? own : store.budget(name(group));
    }

    private List<GroupBudget> all(Case current) {
        GroupBudget own = store.budget(current.group());
        GroupBudget shared = shared(own, current.deploymentGroup());
        return Stream.of(own, shared).distinct().toList();
    }

    private @Nullable Member member(Case current) {
        return groups.describe(current.group())
                .flatMap(group -> group.members().stream()
                        .filter(member -> member.instance().equals(current.id().instance()))
                        .findFirst())
                .orElse(null);
    }

    /** The budgets without the case's reservations, as far as it has any. */
    private List<GroupBudget> released(Case current) {
        List<GroupBudget> changed = new ArrayList<>();
        for (GroupBudget budget : all(current)) {
            GroupBudget without = budget.release(current.id());
            if (!without.equals(budget)) {
                changed.add(without);
            }
        }
        return changed;
    }

    /** As {@link #released}, and a replacement that never took effect leaves the budget. */
    private List<GroupBudget> ended(Case current, Status status) {
        List<GroupBudget> changed = new ArrayList<>();
        for (GroupBudget budget : all(current)) {
            GroupBudget without = budget.release(current.id());
            if (status != Status.REPLACED && without.replaces(current.id()) && ineffective(current, member(current))) {
                without = without.withdrawn(current.id());
            }
            if (!without.equals(budget)) {
                changed.add(without);
            }
        }
        return changed;
    }

    /** Whether a replacement of this instance that the budget counts did not happen. */
    private static boolean ineffective(Case current, @Nullable Member member) {
        boolean refused = current.attempts().stream()
                .anyMatch(attempt -> attempt.action() instanceof Replace && attempt.end() != End.PROVED);
        return refused || (member != null && member.available());
    }
}
