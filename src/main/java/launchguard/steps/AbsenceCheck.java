package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.Instances.Facts;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.guard.GroupState.Member;
import launchguard.model.InstanceId;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an instance is gone, or only missing in one answer of AWS: EC2 and Auto Scaling are eventually consistent,
 * so only a state that EC2 itself states ends a case at once. Two answers without the instance, a minute apart, do as well.
 */
public final class AbsenceCheck {
    private static final Duration APART = Duration.ofMinutes(1);

    /** Longer than a minute, since timers may ring a little early. */
    static final Duration AGAIN = APART.plusSeconds(20);

    private final CaseClock clock;
    private final Groups groups;
    private final Instances instances;
    private final CaseCloser closer;

    public AbsenceCheck(CaseClock clock, Groups groups, Instances instances, CaseCloser closer) {
        this.clock = clock;
        this.groups = groups;
        this.instances = instances;
        this.closer = closer;
    }

    /** What EC2 says of the instance; null where its answer leaves it out. */
    @Nullable
    Facts facts(Case current) {
        InstanceId instance = current.id().instance();
        return instances.describe(List.of(instance)).get(instance);
    }

    /** Whether this is the second answer without the instance, at least a minute after the first. */
    boolean twice(Case current) {
        Instant since = current.memory().unknownSince();
        return since != null && !clock.now().isBefore(since.plus(APART));
    }

    /** Remembers when the instance was first left out. */
    Case remembered(Case current) {
        return current.memory().unknownSince() != null
                ? current
                : current.change().unknownSince(clock.now()).done();
    }

    /** Ends the case, or asks once more, where neither service knows the instance as there; empty where one does. */
    Optional<Case> of(Case current, @Nullable Facts facts) {
        if (facts != null) {
            return facts.running() ? Optional.empty() : Optional.of(closer.gone(current, "no longer runs"));
        }
        InstanceId instance = current.id().instance();
        return groups.of(List.of(instance)).containsKey(instance)
                ? Optional.empty()
                : Optional.of(unlessTwice(current, "is known neither to EC2 nor to Auto Scaling"));
    }

    /** What follows where the guard found no such member of the group: it is leaving, has left, or was left out. */
    Case fromGroup(Case current) {
        return of(current, facts(current)).orElseGet(() -> {
            Member member = member(current);
            if (member == null) {
                return unlessTwice(current, "has left its group");
            }
            return member.ending() ? closer.gone(current, null) : again(current, "EC2 leaves it out at the moment");
        });
    }

    /** The instance's own entry in its group; null when the answer has none. */
    @Nullable
    Member member(Case current) {
        return groups.describe(current.group())
                .flatMap(group -> group.members().stream()
                        .filter(candidate ->
                                candidate.instance().equals(current.id().instance()))
                        .findFirst())
                .orElse(null);
    }

    private Case unlessTwice(Case current, String how) {
        return twice(current) ? closer.gone(current, how) : again(remembered(current), how + ", by one answer");
    }

    private Case again(Case current, String why) {
        if (!clock.now().isBefore(current.windowEnds())) {
            Status status = current.attempts().isEmpty() ? Status.UNRESOLVED : Status.ESCALATED;
            return closer.end(
                    current,
                    status,
                    CaseCloser.free(current).because("The instance could not be judged: " + why + "."));
        }
        return closer.ask(
                current.change().finding(CaseCloser.free(current)).noted(clock.now(), "the instance " + why), AGAIN);
    }
}
