package launchguard.guard;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.GroupState.Member;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/** The limits, one after the other. */
record Checks(Situation situation, GroupState group, Ledger ledger, Member member) {

    @Nullable
    Refusal refusal(Action action) {
        Stream<@Nullable Refusal> first = Stream.of(inService(), deploying());
        Stream<@Nullable Refusal> own = action instanceof Replace
                ? new ReplacementChecks(this).all()
                : action instanceof RedeployGroup ? new GroupDeploymentChecks(this).all() : Stream.empty();
        return Stream.of(first, own, Stream.of(share()))
                .flatMap(refusals -> refusals)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private @Nullable Refusal inService() {
        return member.inService()
                ? null
                : new Refusal(Refusal.Name.NOT_IN_SERVICE, "the instance is " + member.lifecycle());
    }

    private @Nullable Refusal deploying() {
        return group.deploying().isEmpty()
                ? null
                : new Refusal(
                        Refusal.Name.DEPLOYMENT_RUNNING,
                        "CodeDeploy is deploying to the group: "
                                + group.deploying().getFirst());
    }

    /** Replacements and deployments to the whole group share one budget. */
    @Nullable
    Refusal budget() {
        long spent = ledger.spent(
                situation.caseId(), situation.now(), situation.limits().replacementWindow());
        return spent < situation.limits().maxReplacements()
                ? null
                : new Refusal(
                        Refusal.Name.REPLACEMENT_BUDGET,
                        spent + " of " + situation.limits().maxReplacements() + " replacements within "
                                + situation.limits().replacementWindow() + " are spent");
    }

    private @Nullable Refusal share() {
        Set<String> unavailable = new TreeSet<>();
        group.members().stream()
                .filter(other -> !other.available() && !other.instance().equals(member.instance()))
                .map(other -> other.instance().value())
                .forEach(unavailable::add);
        ledger.othersReserved(member.instance(), situation.now()).stream()
                .map(InstanceId::value)
                .forEach(unavailable::add);
        int allowed = situation.limits().unavailable(group.desired());
        return unavailable.size() + 1 <= allowed
                ? null
                : new Refusal(
                        Refusal.Name.UNAVAILABLE_SHARE,
                        unavailable.size() + " of " + group.desired() + " are unavailable or under repair, " + allowed
                                + " may be");
    }
}
