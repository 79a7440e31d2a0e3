package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
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
import launchguard.guard.Attempt;
import launchguard.guard.Attempt.End;
import launchguard.guard.Refusal;
import launchguard.model.CommandId;
import launchguard.model.DeploymentId;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what was intended, once. AWS takes no idempotency token for commands and deployments, so each carries a
 * marker by which it is found again.
 */
final class Remedies {
    /** A late delivery must not act on an old diagnosis. */
    private static final int DELIVERY_SECONDS = 60;

    private static final Duration REPLACE_TIMER = Duration.ofMinutes(1);
    private static final Duration CLOCKS_APART = Duration.ofMinutes(15);

    private final Rooms rooms;
    private final Attempts attempts;

    Remedies(Rooms rooms, Attempts attempts) {
        this.rooms = rooms;
        this.attempts = attempts;
    }

    /** Does what was just stored as intended. */
    Case carryOut(Case one, Intended intended) {
        return switch (intended.action()) {
            case Restart restart ->
                send(
                        one,
                        intended,
                        Document.RESTART,
                        Map.of(
                                "pid",
                                String.valueOf(restart.pid()),
                                "startTicks",
                                String.valueOf(restart.startTicks())));
            case Redeploy redeploy -> send(one, intended, Document.REDEPLOY, parameters(redeploy));
            case RedeployGroup deploy -> deploy(one, intended, deploy);
            case Replace ignored -> replace(one, intended);
        };
    }

    /** Goes on with an intent whose end nobody saw: it may or may not have been carried out. */
    Case resume(Case one, Intended intended) {
        if (intended.action() instanceof Replace) {
            return replace(one, intended);
        }
        Case found = find(one, intended);
        if (found != null) {
            return found;
        }
        Instant now = rooms.now();
        if (intended.lookedInVain() == null) {
            rooms.timers().ring(one.id(), Decider.INTENT_TIMER);
            return rooms.store()
                    .save(one.change()
                            .step(
                                    new Intended(intended.action(), intended.attempt(), intended.at(), now),
                                    now.plus(Decider.INTENT_TIMER))
                            .noted(now, "not found at AWS; looked for once more before it is sent")
                            .done());
        }
        return carryOut(one, intended);
    }

    private @Nullable Case find(Case one, Intended intended) {
        Instant since = intended.at().minus(CLOCKS_APART);
        String marker = marker(one, intended);
        if (intended.action() instanceof RedeployGroup deploy) {
            Optional<DeploymentId> deployment = rooms.groupDeployments().created(deploy.group(), marker, since);
            return deployment.map(id -> deploying(one, intended, deploy, id)).orElse(null);
        }
        Document document = intended.action() instanceof Restart ? Document.RESTART : Document.REDEPLOY;
        return rooms.commands()
                .sent(document, marker, since)
                .map(command -> running(one, intended, command))
                .orElse(null);
    }

    private Case send(Case one, Intended intended, Document document, Map<String, String> parameters) {
        try {
            CommandId command = rooms.commands()
                    .send(document, List.of(one.id().instance()), parameters, marker(one, intended), DELIVERY_SECONDS);
            return running(one, intended, command);
        } catch (InstancesRefusedException refused) {
            return attempts.ended(
                    one, new Attempt(intended.attempt(), intended.action(), End.BUSY), refused.why(), null);
        }
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

    private Case running(Case one, Intended intended, CommandId command) {
        return sent(
                one,
                new Running(intended.action(), intended.attempt(), command, rooms.now()),
                Timers.LONGEST,
                Decider.word(intended.action()) + " sent as command " + command);
    }

    private Case deploy(Case one, Intended intended, RedeployGroup action) {
        return rooms.groupDeployments()
                .redeploy(action.group(), action.deployment(), marker(one, intended))
                .map(deployment -> deploying(one, intended, action, deployment))
                .orElseGet(() -> attempts.ended(
                        one,
                        new Attempt(intended.attempt(), action, End.BUSY),
                        "CodeDeploy is deploying to the group",
                        Refusal.Name.DEPLOYMENT_RUNNING));
    }

    private Case deploying(Case one, Intended intended, RedeployGroup action, DeploymentId deployment) {
        // Other cases of the group wait for this deployment by its id.
        rooms.store()
                .save(rooms.store()
                        .ledger(one.group())
                        .deployed(one.id(), intended.at(), action.group().id(), deployment));
        return sent(
                one,
                new Deploying(action, intended.attempt(), deployment, rooms.now()),
                Timers.LONGEST,
                "deployed again to the whole group as " + deployment);
    }

    private Case replace(Case one, Intended intended) {
        boolean known = rooms.groups().markUnhealthy(one.id().instance());
        return sent(
                one,
                new Replacing(intended.action(), intended.attempt(), rooms.now()),
                REPLACE_TIMER,
                known ? "marked unhealthy" : "Auto Scaling no longer knows the instance");
    }

    private Case sent(Case one, CaseStep step, Duration timer, String what) {
        Instant now = rooms.now();
        rooms.timers().ring(one.id(), timer);
        Case next = one.change().step(step, now.plus(timer)).noted(now, what).done();
        rooms.teller().acting(now, next);
        return rooms.store().save(next);
    }

    /** At most 100 characters, which is what a command's comment may have. */
    private static String marker(Case one, Intended intended) {
        return "launch-guard " + one.id() + "/" + intended.attempt();
    }
}
