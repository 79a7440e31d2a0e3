package launchguard.steps;

import launchguard.cases.Case;
import launchguard.cases.CaseStep.Intended;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.model.CommandId;
import launchguard.model.DeploymentId;

/**
 * Carries out an intent, once. AWS takes no idempotency token for commands and deployments, so each carries a
 * marker by which it is found again.
 */
public final class RemedySender {
    private final CommandRemedySender commands;
    private final GroupRedeployer redeployer;
    private final InstanceReplacer replacer;

    public RemedySender(CommandRemedySender commands, GroupRedeployer redeployer, InstanceReplacer replacer) {
        this.commands = commands;
        this.redeployer = redeployer;
        this.replacer = replacer;
    }

    /** Carries out what was just stored as intended. */
    Case carryOut(Case current, Intended intended) {
        return switch (intended.action()) {
            case Restart restart -> commands.restart(current, intended, restart);
            case Redeploy redeploy -> commands.redeploy(current, intended, redeploy);
            case RedeployGroup deploy -> redeployer.deploy(current, intended, deploy);
            case Replace ignored -> replacer.replace(current, intended);
        };
    }

    /** Stores that this command carries the intent out. */
    Case running(Case current, Intended intended, CommandId command) {
        return commands.running(current, intended, command);
    }

    /** Stores that this deployment carries the intent out. */
    Case deploying(Case current, Intended intended, RedeployGroup action, DeploymentId deployment) {
        return redeployer.deploying(current, intended, action, deployment);
    }

    /**
     * Stores that the replacement was sent: the instance was marked unhealthy, or its launch abandoned if the gate held
     * it.
     */
    Case replacing(Case current, Intended intended) {
        return replacer.replacing(current, intended);
    }
}
