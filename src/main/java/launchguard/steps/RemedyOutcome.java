package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import launchguard.cases.Case;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.cases.TimelineKind;
import launchguard.guard.Action;
import launchguard.guard.Action.Restart;
import launchguard.guard.Attempt;
import launchguard.guard.Refusal;
import launchguard.notify.Notifier;
import launchguard.store.CaseClock;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/** Decides what follows a remedy's end: proved, tried later, or the next rung. */
public final class RemedyOutcome {
    /** An older diagnosis is not acted on, and the reservation on the group lasts no longer. */
    static final Duration FRESH = Duration.ofMinutes(15);

    private static final Duration BUSY_TIMER = Duration.ofMinutes(2);

    private final CaseClock clock;
    private final Notifier notifier;
    private final RepeatedDecision repeatedDecision;
    private final CaseCloser closer;
    private final CaseScheduler scheduler;

    public RemedyOutcome(
            CaseClock clock,
            Notifier notifier,
            RepeatedDecision repeatedDecision,
            CaseCloser closer,
            CaseScheduler scheduler) {
        this.clock = clock;
        this.notifier = notifier;
        this.repeatedDecision = repeatedDecision;
        this.closer = closer;
        this.scheduler = scheduler;
    }

    /** Stores how the remedy with this number ended, and continues the case. */
    Case of(Case current, int number, Action action, RemedyEnd how) {
        Instant now = clock.now();
        String said = IntentWriter.word(action) + " ended: " + how.words();
        Case after = current.change()
                .attempted(new Attempt(number, action, how.end()))
                .noted(now, said, new TimelineKind.RemedyEnded(how.end() == Attempt.End.PROVED))
                .done();
        notifier.step(now, after, said);
        return switch (how.end()) {
            case PROVED, OUTDATED -> scheduler.probeNow(after);
            case BUSY -> later(after, how.words(), how.refusal(), now);
            case NOT_POSSIBLE, NOT_STOPPED ->
                old(after, now) ? scheduler.probeNow(after) : repeatedDecision.nextRung(after);
            case BROKE ->
                probesFirst(after, action, how) ? scheduler.probeUnavailable(after) : repeatedDecision.nextRung(after);
        };
    }

    /**
     * Whether the instance is probed first. A restart that failed half-way leaves a stale JVM or none, and only a probe
     * shows what a redeployment must repair. A script that did not end by itself may have been ended by a reboot.
     */
    private static boolean probesFirst(Case current, Action action, RemedyEnd how) {
        boolean bystander =
                VerdictName.STALE_BYSTANDER.name().equals(current.finding().verdict());
        return !how.byItself() || (action instanceof Restart && !bystander);
    }

    /** Whether the evidence is too old to decide anything new by it. */
    private static boolean old(Case current, Instant now) {
        Instant takenAt = current.memory().takenAt();
        return takenAt != null && now.isAfter(takenAt.plus(FRESH));
    }

    private Case later(Case current, String words, Refusal.@Nullable Name refusal, Instant now) {
        Finding finding = refusal == null
                ? current.finding().because(words)
                : current.finding().refused(refusal.name(), words);
        if (!now.plus(BUSY_TIMER).isBefore(current.windowEnds())) {
            return closer.end(
                    current, Status.ESCALATED, finding.because(current.finding().reason() + " " + words));
        }
        return scheduler.tryLater(current, finding, BUSY_TIMER);
    }
}
