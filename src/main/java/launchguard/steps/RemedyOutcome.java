package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.cases.TimelineKind;
import launchguard.guard.Action;
import launchguard.guard.Action.Restart;
import launchguard.guard.Attempt;
import launchguard.guard.Refusal;
import launchguard.notify.Notifier;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.store.CaseClock;
import launchguard.store.Ledgers;
import launchguard.store.StepStore;
import launchguard.verdict.Ownership;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/** Decides what follows a remedy's end: proved, tried later, or the next rung. */
public final class RemedyOutcome {
    /** An older diagnosis is not acted on, and the claim on the group lasts no longer. */
    static final Duration FRESH = Duration.ofMinutes(15);

    private static final Duration BUSY_TIMER = Duration.ofMinutes(2);

    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final Ledgers ledgers;
    private final Diagnoser diagnoser;
    private final DecisionStep decisionStep;
    private final CaseCloser closer;

    public RemedyOutcome(
            CaseClock clock,
            StepStore store,
            Notifier notifier,
            Diagnoser diagnoser,
            DecisionStep decisionStep,
            CaseCloser closer,
            Ledgers ledgers) {
        this.clock = clock;
        this.store = store;
        this.notifier = notifier;
        this.ledgers = ledgers;
        this.diagnoser = diagnoser;
        this.decisionStep = decisionStep;
        this.closer = closer;
    }

    /** Stores how the remedy with this number ended, and goes on. */
    Case of(Case current, int number, Action action, RemedyEnd how) {
        Instant now = clock.now();
        String said = DecisionStep.word(action) + " ended: " + how.words();
        Case after = current.change()
                .attempted(new Attempt(number, action, how.end()))
                .noted(now, said, new TimelineKind.RemedyEnded(how.end() == Attempt.End.PROVED))
                .done();
        notifier.step(now, after, said);
        return switch (how.end()) {
            case PROVED, OUTDATED -> probeNow(after);
            case BUSY -> later(after, how.words(), how.refusal(), now);
            case NOT_POSSIBLE, NOT_STOPPED -> old(after, now) ? probeNow(after) : nextRung(after);
            case BROKE -> looksFirst(after, action, how) ? look(after) : nextRung(after);
        };
    }

    /** Asks the instance at once; the claim on the group's availability ends here. */
    Case probeNow(Case current) {
        return probe(current, Duration.ZERO, DecisionStep.INTENT_TIMER, false);
    }

    /** As {@link #probeNow}, but the application may be down: it counts as unavailable still. */
    private Case look(Case current) {
        return probe(current, Duration.ZERO, DecisionStep.INTENT_TIMER, true);
    }

    /**
     * A restart that failed half-way leaves its JVM stale, or none: only a probe shows what a redeployment must repair.
     * And a script that came to no end of its own may have ended with its boot.
     */
    private static boolean looksFirst(Case current, Action action, RemedyEnd how) {
        boolean bystander =
                VerdictName.STALE_BYSTANDER.name().equals(current.finding().verdict());
        return !how.byItself() || (action instanceof Restart && !bystander);
    }

    /** Whether the evidence is older than anything may be decided by that was not begun at once. */
    private static boolean old(Case current, Instant now) {
        Instant takenAt = current.memory().takenAt();
        return takenAt != null && now.isAfter(takenAt.plus(FRESH));
    }

    /** The next rung follows at once from the evidence that led to this one. */
    private Case nextRung(Case current) {
        Judgement last = diagnoser.again(current);
        if (last == null) {
            return probeNow(current);
        }
        // Only a new probe shows whether the redeployment left untouched what was its own by the time of its start
        // alone.
        boolean perhapsUntouched = last.verdict().ownership() == Ownership.TIME
                && current.attempts().getLast().action() instanceof Action.Redeploy;
        return perhapsUntouched ? probeNow(current) : decisionStep.decide(current, last.verdict(), last.loss());
    }

    private Case later(Case current, String words, Refusal.@Nullable Name refusal, Instant now) {
        Finding finding = refusal == null
                ? current.finding().because(words)
                : current.finding().refused(refusal.name(), words);
        if (!now.plus(BUSY_TIMER).isBefore(current.windowEnds())) {
            return closer.end(
                    current, Status.ESCALATED, finding.because(current.finding().reason() + " " + words));
        }
        Case told = closer.told(current.change().finding(finding).done(), now.plus(BUSY_TIMER));
        return closer.counted(current, probe(told, BUSY_TIMER, BUSY_TIMER, false));
    }

    private Case probe(Case current, Duration after, Duration timer, boolean keepsPlace) {
        Instant now = clock.now();
        Case next = current.change()
                .step(new ToProbe(now.plus(after)), now.plus(timer))
                .done();
        return keepsPlace
                ? store.save(next)
                : ledgers.inTurn(current.group(), () -> store.save(next, ledgers.released(current)));
    }
}
