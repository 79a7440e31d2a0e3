package launchguard.store;

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
import launchguard.guard.GroupState.Member;
import launchguard.model.DeploymentGroup;
import launchguard.model.GroupName;
import launchguard.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The ledgers in which a case has claims: its Auto Scaling group's and, where whole groups are deployed to, its deployment
 * group's, which may have several Auto Scaling groups.
 */
public final class Ledgers {
    private final Settings settings;
    private final StepStore store;
    private final Groups groups;
    private final Workers workers;

    public Ledgers(Settings settings, StepStore store, Groups groups, Workers workers) {
        this.settings = settings;
        this.store = store;
        this.groups = groups;
        this.workers = workers;
    }

    /** Does work that writes a group's ledger, one piece after the other: of several writers at a time, all but one would lose. */
    public <T> T inTurn(GroupName group, Supplier<T> work) {
        return workers.alone(group, work);
    }

    /** Under which name a deployment group's ledger is kept. */
    public static GroupName name(DeploymentGroup group) {
        return new GroupName("codedeploy-deployment-group/" + group.id());
    }

    /** The deployment group's ledger; the Auto Scaling group's own where there is no other. */
    public GroupBudget shared(GroupBudget own, @Nullable DeploymentGroup group) {
        return group == null || !settings.limits().wholeGroup() ? own : store.ledger(name(group));
    }

    /** The ledgers without the case's claims, as far as it has any. */
    public List<GroupBudget> released(Case current) {
        List<GroupBudget> changed = new ArrayList<>();
        for (GroupBudget ledger : all(current)) {
            GroupBudget without = ledger.release(current.id());
            if (!without.equals(ledger)) {
                changed.add(without);
            }
        }
        return changed;
    }

    /** As {@link #released}, and a replacement that never took effect leaves the budget. */
    public List<GroupBudget> ended(Case current, Status status) {
        List<GroupBudget> changed = new ArrayList<>();
        for (GroupBudget ledger : all(current)) {
            GroupBudget without = ledger.release(current.id());
            if (status != Status.REPLACED && without.replaces(current.id()) && ineffective(current, member(current))) {
                without = without.withdrawn(current.id());
            }
            if (!without.equals(ledger)) {
                changed.add(without);
            }
        }
        return changed;
    }

    private List<GroupBudget> all(Case current) {
        GroupBudget own = store.ledger(current.group());
        GroupBudget shared = shared(own, current.deploymentGroup());
        return Stream.of(own, shared).distinct().toList();
    }

    /** Whether a replacement of this instance that the ledger counts did not happen. */
    public static boolean ineffective(Case current, @Nullable Member member) {
        boolean refused = current.attempts().stream()
                .anyMatch(attempt -> attempt.action() instanceof Replace && attempt.end() != End.PROVED);
        return refused || (member != null && member.available());
    }

    private @Nullable Member member(Case current) {
        return groups.describe(current.group())
                .flatMap(group -> group.members().stream()
                        .filter(member -> member.instance().equals(current.id().instance()))
                        .findFirst())
                .orElse(null);
    }
}
