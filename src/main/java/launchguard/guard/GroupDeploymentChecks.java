package launchguard.guard;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.guard.GroupState.Member;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/** What holds back a deployment to the whole group. */
record GroupDeploymentChecks(SafetyChecks checks) {

    Stream<@Nullable Refusal> all() {
        return Stream.of(unreachable(), checks.budgetSpent(), outnumbered(), outdated());
    }

    /** Some groups can't be counted, and some deployments would not redeploy but launch a new fleet. */
    private @Nullable Refusal unreachable() {
        String why = checks.group().reach().refused();
        return why == null ? null : new Refusal(Refusal.Name.LADDER_EXHAUSTED, why);
    }

    private Stream<Member> reached() {
        Map<InstanceId, Member> all = new LinkedHashMap<>();
        Stream.of(checks.group().reach().others(), checks.group().members())
                .flatMap(List::stream)
                .forEach(member -> all.putIfAbsent(member.instance(), member));
        return all.values().stream();
    }

    /** Counts instances, and only those that are still there: a case may have left its reservation behind. */
    private @Nullable Refusal outnumbered() {
        Set<InstanceId> reserved = new HashSet<>(Set.of(checks.member().instance()));
        Reservation.open(checks.shared().broken(), checks.situation().now())
                .forEach(reservation -> reserved.add(reservation.caseId().instance()));
        long broken = reached()
                .filter(member -> reserved.contains(member.instance()) && !member.ending())
                .count();
        long healthy = reached()
                .filter(Member::available)
                .filter(member -> !reserved.contains(member.instance()))
                .count();
        return healthy <= broken
                ? null
                : new Refusal(
                        Refusal.Name.UNAVAILABLE_SHARE,
                        "a deployment to the whole group would restart " + healthy + " healthy instances for " + broken
                                + " broken ones");
    }

    private @Nullable Refusal outdated() {
        return checks.group().revisionCurrent()
                ? null
                : new Refusal(
                        Refusal.Name.LADDER_EXHAUSTED, "the revision here is not the group's last successful one");
    }
}
