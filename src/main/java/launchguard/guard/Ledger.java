package launchguard.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.model.CaseId;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * What all cases of an Auto Scaling group have done or are doing to it: the budgets are counted here.
 *
 * @param version counts the changes; a change is stored only on the version that it was made from
 */
public record Ledger(
        GroupName group,
        long version,
        List<Reservation> reservations,
        List<Replacement> replacements,
        List<GroupDeployment> deployments,
        List<Reservation> broken) {
    /** Copies its lists. */
    public Ledger {
        reservations = List.copyOf(reservations);
        replacements = List.copyOf(replacements);
        deployments = List.copyOf(deployments);
        broken = List.copyOf(broken);
    }

    /** A group to which nothing was done yet. */
    public static Ledger empty(GroupName group) {
        return new Ledger(group, 0, List.of(), List.of(), List.of(), List.of());
    }

    /** A case's claim, ignored once it has expired: a crash must not hold it for ever. */
    public record Reservation(CaseId caseId, Instant expires) {}

    /**
     * An instance that was given up.
     *
     * @param templateVersion what it was launched from; null when unknown
     * @param generation 1 for an instance whose template had no replacement before it was launched, else one more than theirs
     */
    public record Replacement(
            CaseId caseId, Instant at, @Nullable String templateVersion, int generation) {}

    /** A deployment of a whole deployment group; {@code deployment} is null until CodeDeploy has named it. */
    public record GroupDeployment(
            CaseId caseId,
            Instant at,
            String groupId,
            @Nullable DeploymentId deployment) {}

    /** Instances that other cases hold unavailable now. */
    List<InstanceId> reservedByOthers(CaseId own, Instant now) {
        return reservations.stream()
                .filter(held -> !held.caseId().equals(own) && held.expires().isAfter(now))
                .map(held -> held.caseId().instance())
                .toList();
    }

    /** Replacements and group deployments of other cases within the window. */
    long spent(CaseId own, Instant now, Duration window) {
        Instant since = now.minus(window);
        return replacements.stream()
                        .filter(done -> !done.caseId().equals(own) && done.at().isAfter(since))
                        .count()
                + deployments.stream()
                        .filter(done -> !done.caseId().equals(own) && done.at().isAfter(since))
                        .count();
    }

    /** Which generation of replacements an instance is that was launched then from this template. */
    int generation(@Nullable String templateVersion, Instant launchedAt) {
        return 1
                + replacements.stream()
                        .filter(done -> templateVersion != null
                                && templateVersion.equals(done.templateVersion())
                                && !done.at().isAfter(launchedAt))
                        .mapToInt(Replacement::generation)
                        .max()
                        .orElse(0);
    }

    /** The deployment of this deployment group that another case, or this one, began within the window. */
    @Nullable
    GroupDeployment recent(String groupId, Instant now, Duration window) {
        return deployments.stream()
                .filter(done -> done.groupId().equals(groupId) && done.at().isAfter(now.minus(window)))
                .findFirst()
                .orElse(null);
    }

    /** With this case's claim on the group's availability. */
    public Ledger reserve(CaseId own, Instant expires) {
        return new Ledger(group, version, with(reservations, own, expires), replacements, deployments, broken);
    }

    /** Without this case's claim. */
    public Ledger release(CaseId own) {
        return new Ledger(group, version, without(reservations, own), replacements, deployments, without(broken, own));
    }

    /** With this case among those whose instance is broken. */
    public Ledger broken(CaseId own, Instant expires) {
        return new Ledger(group, version, reservations, replacements, deployments, with(broken, own, expires));
    }

    /** With this case's instance given up. */
    public Ledger replaced(CaseId own, Instant at, @Nullable String templateVersion, int generation) {
        List<Replacement> more = new ArrayList<>(replacements);
        more.removeIf(done -> done.caseId().equals(own));
        more.add(new Replacement(own, at, templateVersion, generation));
        return new Ledger(group, version, reservations, more, deployments, broken);
    }

    /** With a deployment of the whole deployment group. */
    public Ledger deployed(CaseId own, Instant at, String groupId, @Nullable DeploymentId deployment) {
        List<GroupDeployment> more = new ArrayList<>(deployments);
        more.removeIf(done -> done.caseId().equals(own));
        more.add(new GroupDeployment(own, at, groupId, deployment));
        return new Ledger(group, version, reservations, replacements, more, broken);
    }

    /** Counted as the next version; done by the store. */
    public Ledger nextVersion() {
        return new Ledger(group, version + 1, reservations, replacements, deployments, broken);
    }

    /** Without what no limit looks back on any more. */
    public Ledger tidied(Instant now, Duration window) {
        Instant since = now.minus(window.multipliedBy(24));
        return new Ledger(
                group,
                version,
                reservations.stream()
                        .filter(held -> held.expires().isAfter(now))
                        .toList(),
                replacements.stream().filter(done -> done.at().isAfter(since)).toList(),
                deployments.stream().filter(done -> done.at().isAfter(since)).toList(),
                broken.stream().filter(held -> held.expires().isAfter(now)).toList());
    }

    private static List<Reservation> with(List<Reservation> held, CaseId own, Instant expires) {
        List<Reservation> more = new ArrayList<>(without(held, own));
        more.add(new Reservation(own, expires));
        return more;
    }

    private static List<Reservation> without(List<Reservation> held, CaseId own) {
        return held.stream().filter(one -> !one.caseId().equals(own)).toList();
    }
}
