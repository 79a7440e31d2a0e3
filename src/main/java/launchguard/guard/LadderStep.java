package launchguard.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Decision.Act;
import launchguard.guard.Decision.Escalate;
import launchguard.guard.Decision.Join;
import launchguard.guard.Decision.RefuseForNow;
import launchguard.guard.GroupState.Member;
import launchguard.verdict.Verdict.StaleBystander;
import org.jspecify.annotations.Nullable;

/** Takes the first rung that is possible and allowed. */
record LadderStep(Situation situation, GroupState group, GroupBudget budget, GroupBudget shared, Member member) {
    /** Longer than the documents' own time limits, so that a reservation outlives what it is for. */
    private static final Duration LOCAL_REPAIR = Duration.ofMinutes(70);

    private static final Duration REPLACEMENT = Duration.ofMinutes(15);

    Decision decide() {
        List<String> why = new ArrayList<>();
        Refusal last = null;
        for (Rung rung : rungs()) {
            RungOption candidate = RungOption.of(rung, situation);
            Action action = candidate.action();
            if (action == null) {
                why.add(candidate.why());
                continue;
            }
            GroupDeployment recent = recent(action);
            if (recent != null && recent.deployment() != null && !beforeLaunch(recent)) {
                return new Join(action, recent);
            }
            Refusal refusal = recent != null
                    ? taken(recent)
                    : new SafetyChecks(situation, group, budget, shared, member).refusal(action);
            if (refusal == null) {
                return act(action);
            }
            if (refusal.name().temporary()) {
                return RetryWindow.retry(situation, refusal)
                        .<Decision>map(after -> new RefuseForNow(refusal, after))
                        .orElseGet(() -> new Escalate(refusal));
            }
            last = refusal;
        }
        return new Escalate(
                last != null
                        ? last
                        : new Refusal(Refusal.Name.LADDER_EXHAUSTED, "no rung is left: " + String.join("; ", why)));
    }

    /** A setting that lets bystanders be acted on asks for this one rung, whatever the ladder for deployments. */
    private List<Rung> rungs() {
        return situation.verdict() instanceof StaleBystander
                ? List.of(Rung.RESTART)
                : situation.limits().ladder();
    }

    private Decision act(Action action) {
        GroupBudget held = budget.reserve(
                situation.caseId(), situation.now().plus(action instanceof Replace ? REPLACEMENT : LOCAL_REPAIR));
        return new Act(
                action,
                switch (action) {
                    case Replace ignored ->
                        held.replaced(
                                situation.caseId(),
                                situation.now(),
                                member.templateVersion(),
                                budget.generation(
                                        member.templateVersion(),
                                        situation.caseId().launchedAt()));
                    case RedeployGroup deploy ->
                        held.deployed(
                                situation.caseId(),
                                situation.now(),
                                deploy.group().id(),
                                null);
                    case Action.Restart ignored -> held;
                    case Action.Redeploy ignored -> held;
                },
                action instanceof RedeployGroup deploy
                        ? shared.deployed(
                                situation.caseId(),
                                situation.now(),
                                deploy.group().id(),
                                null)
                        : null);
    }

    private @Nullable GroupDeployment recent(Action action) {
        return action instanceof RedeployGroup deploy
                ? shared.recent(
                        situation.caseId(),
                        deploy.group().id(),
                        situation.now(),
                        situation.limits().replacementWindow())
                : null;
    }

    /** Such a deployment never came to this instance: waiting for it would prove nothing. */
    private boolean beforeLaunch(GroupDeployment recent) {
        return recent.at().isBefore(situation.caseId().launchedAt());
    }

    private Refusal taken(GroupDeployment recent) {
        return recent.deployment() == null
                ? new Refusal(
                        Refusal.Name.DEPLOYMENT_RUNNING, "case " + recent.caseId() + " is deploying to the whole group")
                : new Refusal(
                        Refusal.Name.REPLACEMENT_BUDGET,
                        "the deployment group's one deployment within "
                                + situation.limits().replacementWindow()
                                + " was " + recent.deployment() + ", before this instance was launched");
    }
}
