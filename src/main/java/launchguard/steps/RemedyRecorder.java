package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Deploying;
import launchguard.model.DeploymentGroup;
import launchguard.notify.Notifier;
import launchguard.store.CaseClock;
import launchguard.store.GroupBudgets;
import launchguard.store.StepStore;

/** Stores that a remedy was sent, and announces it first. */
public final class RemedyRecorder {
    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;
    private final GroupBudgets budgets;

    public RemedyRecorder(StepStore store, Notifier notifier, GroupBudgets budgets) {
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
        this.budgets = budgets;
    }

    /** Stores the case with the step in which the remedy is under way. */
    Case sent(Case current, CaseStep step, Duration timer, String what) {
        return store.save(announced(current, step, timer, what));
    }

    /** As {@link #sent}, of a deployment to a whole group: other cases of the group wait for it by its id. */
    Case deploying(Case current, Deploying step, Instant decidedAt, DeploymentGroup group) {
        Case next = announced(
                current, step, RecheckQueue.LONGEST, "deployed again to the whole group as " + step.deployment());
        return budgets.saveDeploying(next, decidedAt, group, step.deployment());
    }

    private Case announced(Case current, CaseStep step, Duration timer, String what) {
        Instant now = clock.now();
        Case next =
                current.change().step(step, now.plus(timer)).noted(now, what).done();
        notifier.acting(now, next);
        return next;
    }
}
