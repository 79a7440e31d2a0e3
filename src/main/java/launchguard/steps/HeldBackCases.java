package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.cases.Case;
import launchguard.guard.GroupState;
import launchguard.guard.Guard;
import launchguard.guard.Refusal;
import launchguard.guard.Situation;
import launchguard.settings.Settings;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.store.CaseClock;
import launchguard.store.GroupBudgets;

/** Keeps cases waiting whose remedy the group's state still holds back: no probe is sent for a remedy that would be refused. */
public final class HeldBackCases {
    /** After this the instance is probed again, since it may have changed. */
    private static final Duration PROBED_ANEW_AFTER = Duration.ofMinutes(5);

    private final Settings settings;
    private final CaseClock clock;
    private final GroupInspector inspector;
    private final GroupBudgets budgets;
    private final Diagnoser diagnoser;
    private final CaseScheduler scheduler;

    public HeldBackCases(
            Settings settings,
            CaseClock clock,
            GroupInspector inspector,
            GroupBudgets budgets,
            Diagnoser diagnoser,
            CaseScheduler scheduler) {
        this.settings = settings;
        this.clock = clock;
        this.inspector = inspector;
        this.budgets = budgets;
        this.diagnoser = diagnoser;
        this.scheduler = scheduler;
    }

    /** The case as it waits on; empty where its remedy may be allowed now, or where the last probe is too old. */
    Optional<Case> waitsOn(Case current) {
        Judgement last = mayWait(current) ? diagnoser.again(current) : null;
        return last == null ? Optional.empty() : waitsOn(current, last);
    }

    private Optional<Case> waitsOn(Case current, Judgement last) {
        Situation situation = GroupDecision.situation(
                current, last.verdict(), last.loss(), current.deploymentGroup(), settings.limits(), clock.now());
        if (Guard.settled(situation).isPresent()) {
            return Optional.empty();
        }
        GroupState members = inspector.recentMembers(current);
        return Guard.heldBack(situation, members, budgets.own(current, members, true))
                .map(held -> scheduler.refuseOn(
                        current.change()
                                .finding(CaseCloser.found(current, last.verdict()))
                                .done(),
                        held.refusal(),
                        held.after()));
    }

    private boolean mayWait(Case current) {
        String refusal = current.finding().refusal();
        Instant takenAt = current.memory().takenAt();
        return refusal != null
                && Refusal.Name.named(refusal).filter(Refusal.Name::ofGroup).isPresent()
                && takenAt != null
                && clock.now().isBefore(takenAt.plus(PROBED_ANEW_AFTER));
    }
}
