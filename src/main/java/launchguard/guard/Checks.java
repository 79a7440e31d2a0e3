package launchguard.guard;

import java.util.ArrayList;
import java.util.List;
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
    /** A replacement whose replacement raced again shows that the template itself races. */
    private static final int LAST_GENERATION = 2;

    /** Launch suspended: terminated without replacement; the other two: marked, and nothing happens. */
    private static final List<String> NEEDED_PROCESSES = List.of("Launch", "Terminate", "ReplaceUnhealthy");

    @Nullable
    Refusal refusal(Action action) {
        List<@Nullable Refusal> refusals = new ArrayList<>();
        refusals.add(inService());
        refusals.add(deploying());
        if (action instanceof Replace) {
            refusals.addAll(replacing());
        }
        if (action instanceof RedeployGroup deploy
                && ledger.recent(
                                deploy.group().id(),
                                situation.now(),
                                situation.limits().replacementWindow())
                        == null) {
            refusals.addAll(deployingGroup());
        }
        refusals.add(share());
        return refusals.stream().filter(refusal -> refusal != null).findFirst().orElse(null);
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

    private List<@Nullable Refusal> replacing() {
        return Stream.of(refreshing(), suspended(), single(), recurring(), budget())
                .toList();
    }

    private List<@Nullable Refusal> deployingGroup() {
        return Stream.of(budget(), outnumbered(), outdated()).toList();
    }

    private @Nullable Refusal refreshing() {
        return group.refreshing()
                ? new Refusal(
                        Refusal.Name.INSTANCE_REFRESH_RUNNING,
                        "an instance refresh is replacing instances of the group")
                : null;
    }

    private @Nullable Refusal suspended() {
        return NEEDED_PROCESSES.stream()
                .filter(group.suspended()::contains)
                .findFirst()
                .map(process -> new Refusal(Refusal.Name.PROCESS_SUSPENDED, process + " is suspended in the group"))
                .orElse(null);
    }

    private @Nullable Refusal single() {
        return group.desired() > 1 || situation.limits().replaceSingle()
                ? null
                : new Refusal(
                        Refusal.Name.SINGLE_INSTANCE_GROUP,
                        "it is the group's only instance; LAUNCH_GUARD_REPLACE_SINGLE=true would allow it");
    }

    private @Nullable Refusal recurring() {
        int generation =
                ledger.generation(member.templateVersion(), situation.caseId().launchedAt());
        return generation <= LAST_GENERATION
                ? null
                : new Refusal(
                        Refusal.Name.RECURRING,
                        "replacements from " + member.templateVersion()
                                + " race again: mend the image or the user data, see prevention/");
    }

    private @Nullable Refusal budget() {
        long spent = ledger.spent(
                situation.caseId(), situation.now(), situation.limits().replacementWindow());
        return spent < situation.limits().maxReplacements()
                ? null
                : new Refusal(
                        Refusal.Name.REPLACEMENT_BUDGET,
                        spent + " of " + situation.limits().maxReplacements() + " replacements within "
                                + situation.limits().replacementWindow() + " are spent");
    }

    private @Nullable Refusal outnumbered() {
        long broken = ledger.broken().stream()
                .filter(held -> held.expires().isAfter(situation.now()))
                .count();
        long healthy = group.members().stream().filter(Member::available).count() - broken;
        return healthy <= broken
                ? null
                : new Refusal(
                        Refusal.Name.UNAVAILABLE_SHARE,
                        "a deployment to the whole group would restart " + healthy + " healthy instances for " + broken
                                + " broken ones");
    }

    private @Nullable Refusal outdated() {
        return group.revisionCurrent()
                ? null
                : new Refusal(
                        Refusal.Name.LADDER_EXHAUSTED, "the revision here is not the group's last successful one");
    }

    private @Nullable Refusal share() {
        Set<String> unavailable = new TreeSet<>();
        group.members().stream()
                .filter(other -> !other.available() && !other.instance().equals(member.instance()))
                .map(other -> other.instance().value())
                .forEach(unavailable::add);
        ledger.reservedByOthers(situation.caseId(), situation.now()).stream()
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
