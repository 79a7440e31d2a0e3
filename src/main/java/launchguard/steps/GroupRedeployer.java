package launchguard.steps;

import launchguard.aws.GroupDeployments;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Attempt.End;
import launchguard.guard.Refusal;
import launchguard.model.DeploymentId;
import launchguard.store.CaseClock;

/** Deploys the last revision again to a whole deployment group. */
public final class GroupRedeployer {
    private final CaseClock clock;
    private final GroupDeployments groupDeployments;
    private final RemedyRecorder recorder;
    private final RemedyOutcome outcome;

    public GroupRedeployer(
            CaseClock clock, GroupDeployments groupDeployments, RemedyRecorder recorder, RemedyOutcome outcome) {
        this.clock = clock;
        this.groupDeployments = groupDeployments;
        this.recorder = recorder;
        this.outcome = outcome;
    }

    Case deploy(Case current, Intended intended, RedeployGroup action) {
        return groupDeployments
                .redeploy(action.group(), action.deployment(), intended.marker(current.id()))
                .map(deployment -> deploying(current, intended, action, deployment))
                .orElseGet(() -> outcome.of(
                        current,
                        intended.attempt(),
                        intended.action(),
                        RemedyEnd.touchedNothing(
                                End.BUSY, "CodeDeploy is deploying to the group", Refusal.Name.DEPLOYMENT_RUNNING)));
    }

    /** Stores that the deployment was created. */
    Case deploying(Case current, Intended intended, RedeployGroup action, DeploymentId deployment) {
        return recorder.deploying(
                current,
                new Deploying(action, intended.attempt(), deployment, clock.now()),
                intended.at(),
                action.group());
    }
}
