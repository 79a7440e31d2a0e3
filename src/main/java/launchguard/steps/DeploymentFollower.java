package launchguard.steps;

import launchguard.aws.Deployments;
import launchguard.aws.GroupDeployments;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.guard.Attempt.End;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;

/** Follows a deployment to a whole group. */
public final class DeploymentFollower {
    private final Deployments deployments;
    private final GroupDeployments groupDeployments;
    private final RemedyOutcome outcome;
    private final CaseScheduler scheduler;

    public DeploymentFollower(
            Deployments deployments,
            GroupDeployments groupDeployments,
            RemedyOutcome outcome,
            CaseScheduler scheduler) {
        this.deployments = deployments;
        this.groupDeployments = groupDeployments;
        this.outcome = outcome;
        this.scheduler = scheduler;
    }

    Case follow(Case current, Deploying deploying) {
        GroupDeployments.State state = groupDeployments.state(deploying.deployment());
        // From now on the instance shows this deployment, even if the event of its end is lost.
        Case about = current.change()
                .deployment(deploying.deployment(), current.deploymentGroup())
                .done();
        return switch (state) {
            case UNDER_WAY -> scheduler.waitOn(current, RecheckQueue.LONGEST);
            case SUCCEEDED -> ended(about, deploying, "the group's deployment succeeded");
            case FAILED -> ended(about, deploying, "the group's deployment failed");
        };
    }

    /** A failed deployment may have succeeded on this instance, or have stopped before it reached it. */
    private Case ended(Case current, Deploying deploying, String words) {
        Progress here = deployments
                .record(deploying.deployment(), current.id().instance(), null)
                .map(DeploymentRecord::progress)
                .orElse(Progress.UNKNOWN);
        return outcome.of(
                current,
                deploying.attempt(),
                deploying.action(),
                switch (here) {
                    case SUCCEEDED -> RemedyEnd.proved(words);
                    case FAILED -> RemedyEnd.broke(words + ", on this instance it failed");
                    case RUNNING -> RemedyEnd.unknown(words + ", on this instance it was cut off");
                    case UNKNOWN ->
                        RemedyEnd.touchedNothing(End.OUTDATED, words + ", and it never came to this instance", null);
                });
    }
}
