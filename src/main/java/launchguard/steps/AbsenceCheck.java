package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import launchguard.aws.Instances.Facts;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.guard.GroupState;
import launchguard.guard.GroupState.Member;
import launchguard.notify.Notifier;
import launchguard.report.CaseWording;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an instance is gone, or only missing in one answer of AWS. EC2 and Auto Scaling are eventually
 * consistent, so only a state that EC2 reports ends a case at once; otherwise two answers without the instance, a
 * minute apart, do.
 */
public final class AbsenceCheck {
    private static final Duration APART = Duration.ofMinutes(1);

    /** Longer than a minute, since timers may ring a little early. */
    static final Duration AGAIN = APART.plusSeconds(20);

    private final CaseClock clock;
    private final Notifier notifier;
    private final InstanceLookup lookup;
    private final CaseCloser closer;
    private final CaseScheduler scheduler;

    public AbsenceCheck(
            CaseClock clock, Notifier notifier, InstanceLookup lookup, CaseCloser closer, CaseScheduler scheduler) {
        this.clock = clock;
        this.notifier = notifier;
        this.lookup = lookup;
        this.closer = closer;
        this.scheduler = scheduler;
    }

    /** Whether this is the second answer without the instance, at least a minute after the first. */
    boolean twice(Case current) {
        Instant since = current.memory().unknownSince();
        return since != null && !clock.now().isBefore(since.plus(APART));
    }

    /** Stores when the instance was first missing. */
    Case remembered(Case current) {
        return current.memory().unknownSince() != null
                ? current
                : current.change().unknownSince(clock.now()).done();
    }

    /** Ends the case, or probes once more, if neither service shows the instance; empty if one does. */
    Optional<Case> of(Case current, @Nullable Facts facts) {
        if (facts != null) {
            return facts.running() ? Optional.empty() : Optional.of(gone(current, "no longer runs"));
        }
        return lookup.known(current)
                ? Optional.empty()
                : Optional.of(unlessTwice(current, "is known neither to EC2 nor to Auto Scaling"));
    }

    /** What follows if the guard found no such member of the group: it is leaving, has left, or was missing once. */
    Case fromGroup(Case current) {
        return of(current, lookup.facts(current)).orElseGet(() -> {
            Member member = lookup.member(current);
            if (member == null) {
                return unlessTwice(current, "has left its group");
            }
            return member.ending() ? gone(current, null) : again(current, "EC2 leaves it out at the moment");
        });
    }

    private Case unlessTwice(Case current, String how) {
        return twice(current) ? gone(current, how) : again(remembered(current), how + ", by one answer");
    }

    private Case again(Case current, String why) {
        if (!clock.now().isBefore(current.windowEnds())) {
            Status status = current.attempts().isEmpty() ? Status.UNRESOLVED : Status.ESCALATED;
            return closer.end(
                    current,
                    status,
                    CaseCloser.free(current).because("The instance could not be judged: " + why + "."));
        }
        return scheduler.ask(
                current.change().finding(CaseCloser.free(current)).noted(clock.now(), "the instance " + why), AGAIN);
    }

    /**
     * Ends a case whose instance is gone; {@code how} completes "The instance …", and is null if it is leaving its
     * group.
     */
    Case gone(Case current, @Nullable String how) {
        Gate gate = current.gate();
        Gate over = gate == null || !gate.open() ? null : gate.answered(Gate.State.GONE, false, clock.now());
        Case left = over == null ? current : current.change().gate(over).done();
        Case ended = closer.end(
                left, Status.CLOSED, CaseCloser.free(left).because(CaseWording.gone(current, how, checks(current))));
        if (over != null) {
            notifier.gateAnswered(clock.now(), ended, over, false, false);
        }
        return ended;
    }

    /** The health checks of the group that look at the application; read only if a remedy may have made them fail. */
    private Set<String> checks(Case current) {
        return current.attempts().isEmpty() || current.held()
                ? Set.of()
                : lookup.group(current)
                        .map(group -> GroupState.applicationChecks(group.healthChecks()))
                        .orElse(Set.of());
    }
}
