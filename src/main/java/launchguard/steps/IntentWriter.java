package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.TimelineKind;
import launchguard.guard.Action;
import launchguard.guard.Decision;
import launchguard.guard.GroupBudget;
import launchguard.model.DeploymentId;
import launchguard.report.CaseWording;
import launchguard.settings.Settings;
import launchguard.store.StepStore;

/** Stores a remedy as intended before it is sent, or that the case waits for another case's remedy. */
public final class IntentWriter {
    private final Settings settings;
    private final StepStore store;
    private final CaseScheduler scheduler;

    public IntentWriter(Settings settings, StepStore store, CaseScheduler scheduler) {
        this.settings = settings;
        this.store = store;
        this.scheduler = scheduler;
    }

    /** Waits for the deployment of the whole group that another case began; until it has a name, asks again. */
    Case join(Case current, Decision.Join join, Instant now) {
        DeploymentId deployment = join.deployment().deployment();
        if (deployment == null) {
            return scheduler.ask(current.change(), CaseScheduler.INTENT_TIMER);
        }
        return store.save(current.change()
                .finding(current.finding().acting(word(join.action())))
                .step(
                        new Deploying(join.action(), current.nextAttempt(), deployment, now),
                        now.plus(RecheckQueue.LONGEST))
                .noted(now, "waits for the group's deployment " + deployment)
                .done());
    }

    Case intend(Case current, Decision.Act act, Set<String> checks, Instant now) {
        Case intended = current.change()
                .finding(CaseWording.announced(
                                current.finding(), act.action().rung(), current.held() ? Set.of() : checks)
                        .acting(word(act.action())))
                .step(
                        new Intended(act.action(), current.nextAttempt(), now, null),
                        now.plus(CaseScheduler.INTENT_TIMER))
                .noted(now, "decided: " + word(act.action()), new TimelineKind.Decided(word(act.action())))
                .done();
        Duration window = settings.limits().replacementWindow();
        GroupBudget shared = act.shared();
        GroupBudget own = act.budget().tidied(now, window);
        return store.save(
                intended,
                shared == null || shared.group().equals(own.group())
                        ? List.of(own)
                        : List.of(own, shared.tidied(now, window)));
    }

    static String word(Action action) {
        return action.rung().name().toLowerCase(Locale.ROOT);
    }
}
