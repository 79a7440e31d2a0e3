package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Ended;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.Finding;
import launchguard.cases.TimelineKind;
import launchguard.guard.Refusal;
import launchguard.notify.Notifier;
import launchguard.store.CaseClock;
import launchguard.store.GroupBudgets;
import launchguard.store.StepStore;

/** Stores that a case waits, and sets its timer: for the next probe, or for a remedy that is under way. */
public final class CaseScheduler {
    /** After this time a remedy that was perhaps never sent is looked up; AWS's lists are eventually consistent. */
    static final Duration INTENT_TIMER = Duration.ofSeconds(90);

    private static final String STUCK = "BOOT_STUCK";

    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final GroupBudgets budgets;
    private final RefusalNotices refusals;

    public CaseScheduler(StepStore store, Notifier notifier, GroupBudgets budgets, RefusalNotices refusals) {
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.budgets = budgets;
        this.refusals = refusals;
    }

    /** Probes the instance again after that time. */
    Case ask(CaseChange change, Duration after) {
        Instant now = clock.now();
        Case current = change.done();
        Case next = change.step(new ToProbe(now.plus(after)), now.plus(after))
                .askedAgain()
                .noted(now, "asks again in " + after, new TimelineKind.AskedAgain())
                .done();
        // A remedy that is over releases its reservation, even if another one is refused for now.
        Case asked = remedying(current) ? budgets.saveReleased(next) : store.save(next);
        notifier.step(now, asked, "asks again in " + after);
        return asked;
    }

    /** Holds an action back for now; people are notified of each reason once. */
    Case refuse(Case current, Refusal refusal, Duration after) {
        String name = refusal.name().name();
        Case held = refusals.announced(
                current.change().finding(RefusalNotices.held(current, refusal)).done(),
                clock.now().plus(after));
        CaseChange change = name.equals(current.finding().refusal())
                ? held.change()
                : held.change()
                        .noted(
                                clock.now(),
                                "refused for now: " + name + ", " + refusal.reason(),
                                new TimelineKind.HeldBack(name));
        return refusals.counted(current, ask(change, after));
    }

    /** As {@link #refuse}, where the refusal is the same as before: the instance was not probed, and no event is sent. */
    Case refuseOn(Case current, Refusal refusal, Duration after) {
        if (!refusal.name().name().equals(current.finding().refusal())) {
            return refuse(current, refusal, after);
        }
        Instant next = clock.now().plus(after);
        return store.save(current.change()
                .finding(RefusalNotices.held(current, refusal))
                .step(new ToProbe(next), next)
                .done());
    }

    /** Probes the instance again after that time, since its boot is stuck; people are notified of that once. */
    Case announceStuck(Case current, Duration after) {
        if (!current.announced().contains(STUCK)) {
            notifier.stuck(clock.now(), current);
        }
        return ask(current.change().finding(CaseCloser.free(current)).announced(STUCK), after);
    }

    /** Probes the instance at once, and releases the case's reservation. */
    Case probeNow(Case current) {
        return probe(current, Duration.ZERO, INTENT_TIMER, false);
    }

    /**
     * As {@link #probeNow}, but keeps the reservation: the application may be down, so the instance still counts as
     * unavailable.
     */
    Case probeUnavailable(Case current) {
        return probe(current, Duration.ZERO, INTENT_TIMER, true);
    }

    /** Probes the instance after that time, since its remedy could not begin; a refusal is announced once. */
    Case tryLater(Case current, Finding finding, Duration after) {
        Case announced = refusals.announced(
                current.change().finding(finding).done(), clock.now().plus(after));
        return refusals.counted(current, probe(announced, after, after, false));
    }

    private Case probe(Case current, Duration after, Duration timer, boolean keepsPlace) {
        Instant now = clock.now();
        Case next = current.change()
                .step(new ToProbe(now.plus(after)), now.plus(timer))
                .done();
        return keepsPlace ? store.save(next) : budgets.saveReleased(next);
    }

    /** Sets the timer again if it is due; after an early event it is still set. */
    Case waitOn(Case current, Duration timer) {
        if (!clock.hasCome(current.due())) {
            return current;
        }
        return waitAnew(current, timer);
    }

    /** Sets the timer of the same step again. */
    Case waitAnew(Case current, Duration timer) {
        return store.save(
                current.change().step(current.step(), clock.now().plus(timer)).done());
    }

    private static boolean remedying(Case current) {
        return switch (current.step()) {
            case Intended ignored -> true;
            case Running ignored -> true;
            case Deploying ignored -> true;
            case Replacing ignored -> true;
            case ToProbe ignored -> false;
            case Probing ignored -> false;
            case Ended ignored -> false;
        };
    }
}
