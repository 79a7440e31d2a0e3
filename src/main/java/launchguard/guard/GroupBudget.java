package launchguard.guard;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import launchguard.model.CaseId;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * What all cases of an Auto Scaling group have done or are doing to it, for counting budgets.
 *
 * @param version counts the changes; a change is stored only on the version that it was made from
 * @param reservations instances that cases hold unavailable
 * @param broken cases whose instance is broken, where whole groups are deployed to
 */
public record GroupBudget(
        GroupName group,
        long version,
        List<Reservation> reservations,
        List<Replacement> replacements,
        List<GroupDeployment> deployments,
        List<Reservation> broken) {
    /** Generations are remembered for so many windows, since an image that races is seldom fixed sooner. */
    private static final int REMEMBERED_WINDOWS = 24;

    /** Copies its lists. */
    public GroupBudget {
        reservations = List.copyOf(reservations);
        replacements = List.copyOf(replacements);
        deployments = List.copyOf(deployments);
        broken = List.copyOf(broken);
    }

    /** A group to which nothing was done yet. */
    public static GroupBudget empty(GroupName group) {
        return new GroupBudget(group, 0, List.of(), List.of(), List.of(), List.of());
    }

    /** Other instances that cases hold unavailable now. */
    List<InstanceId> othersReserved(InstanceId own, Instant now) {
        return Reservation.open(reservations, now).stream()
                .map(reservation -> reservation.caseId().instance())
                .filter(instance -> !instance.equals(own))
                .toList();
    }

    /**
     * Replacements and group deployments within the window, except what this case itself is about to decide again: its own
     * replacement, which it has only once, and a group deployment that it only intended.
     */
    long spent(CaseId own, Instant now, Duration window) {
        Instant since = now.minus(window);
        return replacements.stream()
                        .filter(done ->
                                done.counted().isAfter(since) && !done.caseId().equals(own))
                        .count()
                + deployments.stream()
                        .filter(done -> done.at().isAfter(since) && !done.onlyIntendedBy(own))
                        .count();
    }

    /** Which generation of replacements an instance is that was launched then from this template. */
    int generation(@Nullable String templateVersion, Instant launchedAt) {
        return Replacement.generation(replacements, templateVersion, launchedAt);
    }

    /** The deployment of this deployment group within the window, whichever case began it. */
    @Nullable
    GroupDeployment recent(CaseId own, String groupId, Instant now, Duration window) {
        return deployments.stream()
                .filter(done -> done.groupId().equals(groupId)
                        && done.at().isAfter(now.minus(window))
                        && !done.onlyIntendedBy(own))
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    /** With this case's reservation of the group's availability. */
    public GroupBudget reserve(CaseId own, Instant expires) {
        return new GroupBudget(
                group,
                version,
                Reservation.with(reservations, new Reservation(own, expires)),
                replacements,
                deployments,
                broken);
    }

    /** Without this case's reservations, and without a group deployment that it only intended: it was not begun. */
    public GroupBudget release(CaseId own) {
        return new GroupBudget(
                group,
                version,
                Reservation.without(reservations, own),
                replacements,
                deployments.stream().filter(done -> !done.onlyIntendedBy(own)).toList(),
                Reservation.without(broken, own));
    }

    /** With this case among those whose instance is broken. */
    public GroupBudget broken(CaseId own, Instant expires) {
        return new GroupBudget(
                group,
                version,
                reservations,
                replacements,
                deployments,
                Reservation.with(broken, new Reservation(own, expires.truncatedTo(ChronoUnit.SECONDS))));
    }

    /** Without the oldest eighth of the reservations of broken instances: more cannot be stored. */
    public GroupBudget withFewerBroken() {
        int dropped = Math.ceilDiv(broken.size(), 8);
        return new GroupBudget(
                group, version, reservations, replacements, deployments, broken.subList(dropped, broken.size()));
    }

    /** With a replacement of this case's instance; if it is decided again, it counts from the later time. */
    public GroupBudget replaced(CaseId own, Instant at, @Nullable String templateVersion, int generation) {
        if (replaces(own)) {
            return delayed(own, at);
        }
        List<Replacement> more = new ArrayList<>(replacements);
        more.add(new Replacement(own, at, null, templateVersion, generation));
        return new GroupBudget(group, version, reservations, more, deployments, broken);
    }

    /** Whether this case has replaced its instance, or intended to. */
    public boolean replaces(CaseId own) {
        return replacements.stream().anyMatch(done -> done.caseId().equals(own));
    }

    /** Without this case's replacement, which never took effect. */
    public GroupBudget withdrawn(CaseId own) {
        return new GroupBudget(
                group,
                version,
                reservations,
                replacements.stream().filter(done -> !done.caseId().equals(own)).toList(),
                deployments,
                broken);
    }

    /** With this case's newest replacement counted from then on: it takes effect later than it was decided. */
    public GroupBudget delayed(CaseId own, Instant effect) {
        List<Replacement> moved = new ArrayList<>(replacements);
        for (int index = moved.size() - 1; index >= 0; index--) {
            if (moved.get(index).caseId().equals(own)) {
                moved.set(index, moved.get(index).delayed(effect));
                break;
            }
        }
        return new GroupBudget(group, version, reservations, moved, deployments, broken);
    }

    /** Whether this case's own replacement is within the group's budget beside all others of the window. */
    public boolean within(Limits limits, CaseId own, Instant now) {
        return spent(own, now, limits.replacementWindow()) < limits.maxReplacements();
    }

    /** With a deployment of the whole deployment group; the same one again once it has a name. */
    public GroupBudget deployed(CaseId own, Instant at, String groupId, @Nullable DeploymentId deployment) {
        List<GroupDeployment> more = new ArrayList<>(deployments);
        more.removeIf(done -> done.caseId().equals(own) && done.groupId().equals(groupId));
        more.add(new GroupDeployment(own, at, groupId, deployment));
        return new GroupBudget(group, version, reservations, replacements, more, broken);
    }

    /** The next version; only the store calls this. */
    public GroupBudget nextVersion() {
        return new GroupBudget(group, version + 1, reservations, replacements, deployments, broken);
    }

    /** Without what no limit looks back on any more. */
    public GroupBudget tidied(Instant now, Duration window) {
        Instant counted = now.minus(window);
        return new GroupBudget(
                group,
                version,
                Reservation.open(reservations, now),
                Replacement.tidied(replacements, now, window, REMEMBERED_WINDOWS),
                deployments.stream().filter(done -> done.at().isAfter(counted)).toList(),
                Reservation.open(broken, now));
    }
}
