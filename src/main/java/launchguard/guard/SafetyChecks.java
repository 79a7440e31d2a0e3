package launchguard.guard;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.GroupState.Member;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * Checks the limits one after the other.
 *
 * @param budget of the Auto Scaling group
 * @param shared of the deployment group, where whole groups are deployed to
 */
record SafetyChecks(Situation situation, GroupState group, GroupBudget budget, GroupBudget shared, Member member) {

    @Nullable
    Refusal refusal(Action action) {
        Stream<@Nullable Refusal> first = Stream.of(inService(), deploying());
        Stream<@Nullable Refusal> own = action instanceof Replace
                ? new ReplacementChecks(this).all()
                : action instanceof RedeployGroup ? new GroupDeploymentChecks(this).all() : Stream.empty();
        // A local remedy of a held instance takes nothing out of service.
        Stream<@Nullable Refusal> last = held() && !(action instanceof Replace) ? Stream.empty() : Stream.of(share());
        return Stream.of(first, own, last)
                .flatMap(refusals -> refusals)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Whether the launch gate keeps it out of service, and Auto Scaling says so too. */
    boolean held() {
        return situation.hold() != null && member.waits();
    }

    private @Nullable Refusal inService() {
        return member.inService() || held()
                ? null
                : new Refusal(Refusal.Name.NOT_IN_SERVICE, "the instance is " + member.lifecycle());
    }

    private @Nullable Refusal deploying() {
        return group.deploying().isEmpty()
                ? null
                : new Refusal(
                        Refusal.Name.DEPLOYMENT_RUNNING,
                        "CodeDeploy is deploying: " + group.deploying().getFirst());
    }

    /** Replacements and deployments to the whole group share one budget. */
    @Nullable
    Refusal budgetSpent() {
        long spent = budget.spent(
                situation.caseId(), situation.now(), situation.limits().replacementWindow());
        return spent < situation.limits().maxReplacements()
                ? null
                : new Refusal(
                        Refusal.Name.REPLACEMENT_BUDGET,
                        spent + " of " + situation.limits().maxReplacements() + " replacements within "
                                + situation.limits().replacementWindow() + " are spent");
    }

    private @Nullable Refusal share() {
        Set<InstanceId> unavailable = group.counted()
                .filter(other -> !other.available() && !other.instance().equals(member.instance()))
                .map(Member::instance)
                .collect(Collectors.toCollection(HashSet::new));
        // A reservation on an instance that has left the group and the gap that it left are counted once.
        Set<InstanceId> departed = new HashSet<>();
        for (InstanceId reserved : budget.othersReserved(member.instance(), situation.now())) {
            (group.member(reserved) == null ? departed : unavailable).add(reserved);
        }
        int others = unavailable.size() + Math.max(departed.size(), group.missing());
        int allowed = situation.limits().unavailable(group.size());
        return others + 1 <= allowed
                ? null
                : new Refusal(
                        Refusal.Name.UNAVAILABLE_SHARE,
                        others + " of " + group.size() + " instances are unavailable, missing or under repair, "
                                + allowed + " may be");
    }
}
