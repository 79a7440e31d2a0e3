package launchguard.flow;

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
import org.jspecify.annotations.Nullable;

/**
 * Tells an instance that is gone from one that an answer of AWS left out: EC2 and Auto Scaling are eventually consistent,
 * so only a state that EC2 itself states ends a case at once. Two answers without the instance, a minute apart, do as well.
 */
final class Absence {
    private static final Duration APART = Duration.ofMinutes(1);

    /** Longer than a minute, since timers may ring a little early. */
    static final Duration AGAIN = APART.plusSeconds(20);

    private final CaseClock clock;
    private final Groups groups;
    private final Instances instances;
    private final CaseCloser closer;

    Absence(CaseClock clock, Groups groups, Instances instances, CaseCloser closer) {
        this.clock = clock;
        this.groups = groups;
        this.instances = instances;
        this.closer = closer;
    }

    /** What EC2 says of the instance; null where its answer leaves it out. */
    @Nullable
    Facts facts(Case one) {
        InstanceId instance = one.id().instance();
        return instances.describe(List.of(instance)).get(instance);
    }

    /** Whether this is the second look in vain, at least a minute after the first. */
    boolean twice(Case one) {
        Instant since = one.memory().unknownSince();
        return since != null && !clock.now().isBefore(since.plus(APART));
    }

    /** Remembers when the instance was first left out. */
    Case remembered(Case one) {
        return one.memory().unknownSince() != null
                ? one
                : one.change().unknownSince(clock.now()).done();
    }

    /** Ends the case, or asks once more, where neither service knows the instance as there; empty where one does. */
    Optional<Case> of(Case one, @Nullable Facts facts) {
        if (facts != null) {
            return facts.running() ? Optional.empty() : Optional.of(closer.gone(one, "no longer runs"));
        }
        InstanceId instance = one.id().instance();
        return groups.of(List.of(instance)).containsKey(instance)
                ? Optional.empty()
                : Optional.of(unlessTwice(one, "is known neither to EC2 nor to Auto Scaling"));
    }

    /** What follows where the guard found no such member of the group: it is leaving, has left, or was left out. */
    Case fromGroup(Case one) {
        return of(one, facts(one)).orElseGet(() -> {
            Member member = member(one);
            if (member == null) {
                return unlessTwice(one, "has left its group");
            }
            return member.ending() ? closer.gone(one, null) : again(one, "EC2 leaves it out at the moment");
        });
    }

    /** The instance's own entry in its group; null when the answer has none. */
    @Nullable
    Member member(Case one) {
        return groups.describe(one.group())
                .flatMap(group -> group.members().stream()
                        .filter(candidate ->
                                candidate.instance().equals(one.id().instance()))
                        .findFirst())
                .orElse(null);
    }

    private Case unlessTwice(Case one, String how) {
        return twice(one) ? closer.gone(one, how) : again(remembered(one), how + ", by one answer");
    }

    private Case again(Case one, String why) {
        if (!clock.now().isBefore(one.windowEnds())) {
            Status status = one.attempts().isEmpty() ? Status.UNRESOLVED : Status.ESCALATED;
            return closer.end(
                    one, status, CaseCloser.free(one).because("The instance could not be judged: " + why + "."));
        }
        return closer.ask(one.change().finding(CaseCloser.free(one)).noted(clock.now(), "the instance " + why), AGAIN);
    }
}
