package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import launchguard.aws.Groups;
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
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.cases.TimelineKind;
import launchguard.cases.TooLargeException;
import launchguard.guard.GroupState;
import launchguard.guard.Refusal;
import launchguard.notify.Notifier;
import launchguard.report.CaseWording;
import launchguard.report.Wording;
import launchguard.settings.Settings;
import launchguard.store.CaseClock;
import launchguard.store.CurrentMessage;
import launchguard.store.Ledgers;
import launchguard.store.StepStore;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Lets a case wait with a timer, or ends it. */
public final class CaseCloser {
    private final Settings settings;
    private final CaseClock clock;
    private final StepStore store;
    private final Groups groups;
    private final Notifier notifier;
    private final Gatekeeper gatekeeper;
    private final Ledgers ledgers;

    public CaseCloser(
            Settings settings,
            CaseClock clock,
            StepStore store,
            Groups groups,
            Notifier notifier,
            Gatekeeper gatekeeper,
            Ledgers ledgers) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
        this.groups = groups;
        this.notifier = notifier;
        this.gatekeeper = gatekeeper;
        this.ledgers = ledgers;
    }

    /** Asks the instance again after that time. */
    Case ask(CaseChange change, Duration after) {
        Instant now = clock.now();
        Case current = change.done();
        Case next = change.step(new ToProbe(now.plus(after)), now.plus(after))
                .askedAgain()
                .noted(now, "asks again in " + after, new TimelineKind.AskedAgain())
                .done();
        // A remedy that is over gives its place back, also where another one is refused for now.
        Case asked = remedying(current)
                ? ledgers.inTurn(current.group(), () -> store.save(next, ledgers.released(next)))
                : store.save(next);
        notifier.step(now, asked, "asks again in " + after);
        return asked;
    }

    /** Holds an action back for now; people are notified of each reason once. */
    Case refuse(Case current, Refusal refusal, Duration after) {
        String name = refusal.name().name();
        Case held = told(
                current.change().finding(held(current, refusal)).done(),
                clock.now().plus(after));
        CaseChange change = name.equals(current.finding().refusal())
                ? held.change()
                : held.change()
                        .noted(
                                clock.now(),
                                "refused for now: " + name + ", " + refusal.reason(),
                                new TimelineKind.HeldBack(name));
        return counted(current, ask(change, after));
    }

    /** Announces a refusal and when the case is tried again, once for each refusal. */
    Case told(Case held, Instant next) {
        // As it is going to be stored: waiting for that moment.
        Case waiting = held.change().step(new ToProbe(next), next).done();
        return told(held, () -> notifier.refused(clock.now(), waiting, next));
    }

    private static Case told(Case held, Runnable telling) {
        String refusal = held.finding().refusal();
        if (refusal == null || held.told().contains(refusal)) {
            return held;
        }
        CurrentMessage.announceOnce(held.id(), List.of(held.id(), refusal), telling);
        return held.change().told(refusal).done();
    }

    /** Ends a case that a refusal holds back for good. */
    Case end(Case current, Status status, Refusal refusal) {
        return end(current, status, held(current, refusal));
    }

    /** Ends a case; its claim on the group, if it had one, ends with it in the same write. */
    Case end(Case current, Status status, Finding finding) {
        Instant now = clock.now();
        Gate gate = current.gate();
        // Whatever ends the case, its instance is not to wait at the gate until the hook's timeout.
        Gate after = gate != null && gate.open() ? gate.releasing(false) : gate;
        Case closed = current.change()
                .finding(finding)
                .gate(after)
                .ended(status, now)
                .noted(now, "ended: " + status, new TimelineKind.CaseEnded(status))
                .done();
        Case ended = told(closed, () -> notifier.refused(now, closed, null));
        CurrentMessage.announceOnce(
                current.id(),
                List.of(current.id(), status, current.attempts().size()),
                () -> notifier.ended(now, ended));
        boolean claims = !current.attempts().isEmpty()
                || current.finding().action() != null
                || settings.limits().wholeGroup();
        Case stored = claims
                ? ledgers.inTurn(current.group(), () -> store.save(ended, ledgers.ended(ended, status)))
                : store.save(ended);
        if (!stored.attempts().isEmpty()) {
            notifier.metrics().remediation(now, status.name());
        }
        return gatekeeper.release(counted(current, stored));
    }

    /** An announced refusal is counted once, by the invocation that stored it as announced. */
    Case counted(Case before, Case stored) {
        String refusal = stored.finding().refusal();
        if (refusal != null && stored.told().contains(refusal) && !before.told().contains(refusal)) {
            notifier.metrics().skipped(clock.now(), refusal);
        }
        return stored;
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

    /** Ends a case whose instance no longer runs, or is leaving its group where nothing else is said. */
    Case gone(Case current, @Nullable String how) {
        Gate gate = current.gate();
        Gate over = gate == null || !gate.open() ? null : gate.answered(Gate.State.GONE, false, clock.now());
        Case left = over == null ? current : current.change().gate(over).done();
        Case ended = end(left, Status.CLOSED, free(left).because(CaseWording.gone(current, how, checks(current))));
        if (over != null) {
            notifier.gateAnswered(clock.now(), ended, over, false, false);
        }
        return ended;
    }

    /** The health checks of the group that look at the application; asked for only where a remedy may have alarmed them. */
    private Set<String> checks(Case current) {
        return current.attempts().isEmpty() || current.held()
                ? Set.of()
                : groups.describe(current.group())
                        .map(group -> GroupState.applicationChecks(group.healthChecks()))
                        .orElse(Set.of());
    }

    /** Ends a case whose next step the table does not take: what was decided can't be kept, so it is not done. */
    Case unstorable(Case current, TooLargeException fault) {
        Case less = current.change().forgetting(true).done();
        return end(
                less,
                Status.UNRESOLVED,
                free(less)
                        .because("The case could not be stored: " + fault.getMessage()
                                + ", with all cut that may be cut. Look at what the probe prints on the instance."));
    }

    /** The finding of a verdict; action and refusal stay until the next decision. */
    static Finding found(Case current, Verdict verdict) {
        return new Finding(
                verdict.name().name(),
                verdict.race().marginSeconds(),
                verdict.race().uncertain(),
                Wording.reason(verdict),
                current.finding().action(),
                current.finding().refusal());
    }

    /** What is known, with no refusal that holds any longer. */
    static Finding free(Case current) {
        Finding finding = current.finding();
        return new Finding(
                finding.verdict(),
                finding.marginSeconds(),
                finding.marginUncertain(),
                finding.reason(),
                finding.action(),
                null);
    }

    private static Finding held(Case current, Refusal refusal) {
        return current.finding().refused(refusal.name().name(), CaseWording.notActedOn(current, refusal.reason()));
    }
}
