package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import launchguard.aws.Instances;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.guard.Attempt;
import launchguard.guard.Attempt.End;
import launchguard.guard.GroupState;
import launchguard.guard.GroupState.Member;
import launchguard.guard.Refusal;
import launchguard.store.CaseClock;

/** Follows a replacement, which Auto Scaling carries out. */
public final class ReplacementFollower {
    private static final Duration REPLACE_TIMER = Duration.ofMinutes(2);

    /** Auto Scaling terminates a marked instance within minutes; if it stays, it was marked healthy again. */
    private static final Duration REPLACE_PATIENCE = Duration.ofMinutes(20);

    /** If an instance stays unhealthy for this long, its group can't launch a replacement. */
    private static final Duration SUCCESSOR_PATIENCE = Duration.ofDays(1);

    private final CaseClock clock;
    private final InstanceLookup lookup;
    private final CaseCloser closer;
    private final AbsenceCheck absence;
    private final CaseScheduler scheduler;

    public ReplacementFollower(
            CaseClock clock, InstanceLookup lookup, CaseCloser closer, AbsenceCheck absence, CaseScheduler scheduler) {
        this.clock = clock;
        this.lookup = lookup;
        this.closer = closer;
        this.absence = absence;
        this.scheduler = scheduler;
    }

    Case follow(Case current, Replacing replacing) {
        Instant now = clock.now();
        Member member = lookup.member(current);
        if (member == null) {
            return left(current, replacing);
        }
        if (member.ending()) {
            return replaced(current, replacing);
        }
        if (now.isBefore(replacing.sentAt().plus(REPLACE_PATIENCE))) {
            return scheduler.waitOn(current, REPLACE_TIMER);
        }
        // A group may launch the replacement first, and its launch deployment alone may take an hour.
        boolean coming = !member.healthy()
                && lookup.group(current)
                        .filter(there -> !Collections.disjoint(there.suspended(), GroupState.REPLACING_PROCESSES))
                        .isEmpty();
        if (coming && now.isBefore(replacing.sentAt().plus(SUCCESSOR_PATIENCE))) {
            return scheduler.waitOn(current, RecheckQueue.LONGEST);
        }
        Case failed = current.change()
                .attempted(new Attempt(replacing.attempt(), replacing.action(), End.BROKE))
                .done();
        Finding finding = failed.finding()
                .refused(
                        Refusal.Name.LADDER_EXHAUSTED.name(),
                        "Marked unhealthy "
                                + Duration.between(replacing.sentAt(), now).toMinutes()
                                + " minutes ago, and Auto Scaling still keeps it " + member.lifecycle()
                                + ": look at the group's health checks and suspended processes.");
        return closer.end(failed, Status.ESCALATED, finding);
    }

    /** Auto Scaling's answer has no such member: it was terminated or detached, or is missing in this one answer. */
    private Case left(Case current, Replacing replacing) {
        Instances.Facts facts = lookup.facts(current);
        if (facts != null && !facts.running()) {
            return replaced(current, replacing);
        }
        if (!absence.twice(current)) {
            return scheduler.waitAnew(absence.remembered(current), AbsenceCheck.AGAIN);
        }
        return facts == null ? replaced(current, replacing) : absence.gone(current, "has left its group, and runs on");
    }

    private Case replaced(Case current, Replacing replacing) {
        Case done = current.change()
                .attempted(new Attempt(replacing.attempt(), replacing.action(), End.PROVED))
                .done();
        return closer.end(done, Status.REPLACED, done.finding());
    }
}
