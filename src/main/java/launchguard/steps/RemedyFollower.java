package launchguard.steps;

import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;

/** Follows remedies to their end. */
public final class RemedyFollower {
    private final CommandFollower commands;
    private final DeploymentFollower deployments;
    private final ReplacementFollower replacements;

    public RemedyFollower(CommandFollower commands, DeploymentFollower deployments, ReplacementFollower replacements) {
        this.commands = commands;
        this.deployments = deployments;
        this.replacements = replacements;
    }

    Case follow(Case current, Running running) {
        return commands.follow(current, running);
    }

    Case follow(Case current, Deploying deploying) {
        return deployments.follow(current, deploying);
    }

    Case follow(Case current, Replacing replacing) {
        return replacements.follow(current, replacing);
    }
}
