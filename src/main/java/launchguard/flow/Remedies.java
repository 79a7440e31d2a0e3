package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Document;
import launchguard.aws.InstancesRefusedException;
import launchguard.aws.Timers;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.guard.Attempt.End;
import launchguard.guard.Ledger;
import launchguard.guard.Refusal;
import launchguard.model.CommandId;
import launchguard.model.DeploymentId;

/**
 * Carries out what was intended, once. AWS takes no idempotency token for commands and deployments, so each carries a
 * marker by which it is found again.
 */
final class Remedies {
    /** A late delivery must not act on an old diagnosis. */
    private static final int DELIVERY_SECONDS = 60;

    private static final Duration REPLACE_TIMER = Duration.ofMinutes(1);

    private final Rooms rooms;
    private final Aftermath aftermath;

    Remedies(Rooms rooms, Aftermath aftermath) {
        this.rooms = rooms;
        this.aftermath = aftermath;
    }

    /** Does what was just stored as intended. */
    Case carryOut(Case one, Intended intended) {
        return switch (intended.action()) {
            case Restart restart -> send(one, intended, Document.RESTART, parameters(restart));
            case Redeploy redeploy -> send(one, intended, Document.REDEPLOY, parameters(redeploy));
            case RedeployGroup deploy -> deploy(one, intended, deploy);
            case Replace ignored -> replace(one, intended);
        };
    }

    private Case send(Case one, Intended intended, Document document, Map<String, String> parameters) {
        try {
            CommandId command = rooms.commands()
                    .send(document, List.of(one.id().instance()), parameters, marker(one, intended), DELIVERY_SECONDS);
            return running(one, intended, command);
        } catch (InstancesRefusedException refused) {
            return aftermath.of(one, intended.ended(End.BUSY), refused.why(), null);
        } catch (AwsFailureException fault) {
            if (!fault.code().equals("InvalidParameters")) {
                throw fault;
            }
            return aftermath.of(one, intended.ended(End.NOT_POSSIBLE), "its parameters are refused each time", null);
        }
    }

    private static Map<String, String> parameters(Restart restart) {
        return Map.of("pid", String.valueOf(restart.pid()), "startTicks", String.valueOf(restart.startTicks()));
    }

    private static Map<String, String> parameters(Redeploy redeploy) {
        return Map.of(
                "groupId", redeploy.group().id(),
                "deploymentId", redeploy.deployment().value(),
                "groupName", redeploy.group().name(),
                "applicationName", redeploy.group().application(),
                "pids",
                        redeploy.processes().stream()
                                .map(process -> process.pid() + ":" + process.startTicks())
                                .collect(Collectors.joining(",")),
                "expect", redeploy.processes().isEmpty() ? "missing" : "stale");
    }

    Case running(Case one, Intended intended, CommandId command) {
        return rooms.store()
                .save(sent(
                        one,
                        new Running(intended.action(), intended.attempt(), command, rooms.now()),
                        Timers.LONGEST,
                        Decider.word(intended.action()) + " sent as command " + command));
    }

    private Case deploy(Case one, Intended intended, RedeployGroup action) {
        return rooms.groupDeployments()
                .redeploy(action.group(), action.deployment(), marker(one, intended))
                .map(deployment -> deploying(one, intended, action, deployment))
                .orElseGet(() -> aftermath.of(
                        one,
                        intended.ended(End.BUSY),
                        "CodeDeploy is deploying to the group",
                        Refusal.Name.DEPLOYMENT_RUNNING));
    }

    Case deploying(Case one, Intended intended, RedeployGroup action, DeploymentId deployment) {
        Case next = sent(
                one,
                new Deploying(action, intended.attempt(), deployment, rooms.now()),
                Timers.LONGEST,
                "deployed again to the whole group as " + deployment);
        // Other cases of the group wait for this deployment by its id.
        Ledger own = rooms.store().ledger(one.group());
        return rooms.store()
                .save(
                        next,
                        Stream.of(own, new Ledgers(rooms).shared(own, action.group()))
                                .distinct()
                                .map(ledger -> ledger.deployed(
                                        one.id(), intended.at(), action.group().id(), deployment))
                                .toList());
    }

    private Case replace(Case one, Intended intended) {
        return rooms.groups().markUnhealthy(one.id().instance())
                ? rooms.store()
                        .save(sent(
                                one,
                                new Replacing(intended.action(), intended.attempt(), rooms.now()),
                                REPLACE_TIMER,
                                "marked unhealthy"))
                : aftermath.of(
                        one, intended.ended(End.NOT_POSSIBLE), "Auto Scaling no longer knows the instance", null);
    }

    /** Tells of the remedy; the change is still to be stored. */
    private Case sent(Case one, CaseStep step, Duration timer, String what) {
        Instant now = rooms.now();
        Case next = one.change().step(step, now.plus(timer)).noted(now, what).done();
        rooms.teller().acting(now, next);
        return next;
    }

    /** At most 100 characters, which is what a command's comment may have. */
    static String marker(Case one, Intended intended) {
        return "launch-guard " + one.id() + "/" + intended.attempt();
    }
}
