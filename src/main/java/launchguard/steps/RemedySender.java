package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.InstancesRefusedException;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.Gate;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.RedeployGroup;
import launchguard.guard.Action.Replace;
import launchguard.guard.Action.Restart;
import launchguard.guard.Attempt.End;
import launchguard.guard.GroupBudget;
import launchguard.guard.Refusal;
import launchguard.model.CommandId;
import launchguard.model.DeploymentId;
import launchguard.notify.Notifier;
import launchguard.probe.Evidence;
import launchguard.store.CaseClock;
import launchguard.store.Ledgers;
import launchguard.store.StepStore;
import launchguard.store.StoredEvidence;

/**
 * Carries out an intent, once. AWS takes no idempotency token for commands and deployments, so each carries a
 * marker by which it is found again.
 */
public final class RemedySender {
    /** A late delivery must not act on an old diagnosis. */
    private static final int DELIVERY_SECONDS = 60;

    /** Delivery, the agent's own queue, and what two clocks may differ by since the look. */
    private static final Duration BEGINS_WITHIN = Duration.ofMinutes(10);

    /** The documents take twelve digits. */
    private static final long LAST_MOMENT = 1_000_000_000_000L;

    private static final Duration REPLACE_TIMER = Duration.ofMinutes(1);

    private final CaseClock clock;
    private final StepStore store;
    private final Commands commands;
    private final GroupDeployments groupDeployments;
    private final Groups groups;
    private final Notifier notifier;
    private final RemedyOutcome outcome;
    private final Gatekeeper gatekeeper;
    private final Ledgers ledgers;

    public RemedySender(
            CaseClock clock,
            StepStore store,
            Commands commands,
            GroupDeployments groupDeployments,
            Groups groups,
            Notifier notifier,
            RemedyOutcome outcome,
            Gatekeeper gatekeeper,
            Ledgers ledgers) {
        this.clock = clock;
        this.store = store;
        this.commands = commands;
        this.groupDeployments = groupDeployments;
        this.groups = groups;
        this.notifier = notifier;
        this.outcome = outcome;
        this.gatekeeper = gatekeeper;
        this.ledgers = ledgers;
    }

    /** Does what was just stored as intended. */
    Case carryOut(Case current, Intended intended) {
        return switch (intended.action()) {
            case Restart restart -> send(current, intended, Document.RESTART, parameters(restart, notAfter(current)));
            case Redeploy redeploy ->
                send(current, intended, Document.REDEPLOY, parameters(redeploy, notAfter(current)));
            case RedeployGroup deploy -> deploy(current, intended, deploy);
            case Replace ignored -> replace(current, intended);
        };
    }

    private Case send(Case current, Intended intended, Document document, Map<String, String> parameters) {
        try {
            CommandId command = commands.send(
                    document,
                    List.of(current.id().instance()),
                    parameters,
                    marker(current, intended),
                    DELIVERY_SECONDS);
            return running(current, intended, command);
        } catch (InstancesRefusedException refused) {
            return end(current, intended, RemedyEnd.touchedNothing(End.BUSY, refused.why(), null));
        } catch (AwsFailureException fault) {
            if (!fault.code().equals("InvalidParameters")) {
                throw fault;
            }
            return end(
                    current,
                    intended,
                    RemedyEnd.touchedNothing(End.NOT_POSSIBLE, "its parameters are refused each time", null));
        }
    }

    private Case end(Case current, Intended intended, RemedyEnd how) {
        return outcome.of(current, intended.attempt(), intended.action(), how);
    }

    /**
     * The last moment at which the script may begin, in epoch seconds on the instance's clock: SSM bounds the delivery
     * alone. That clock showed {@code now} when the evidence was taken. Empty, which is no limit, where either is unknown.
     */
    private String notAfter(Case current) {
        Evidence evidence = StoredEvidence.last(current);
        Instant takenAt = current.memory().takenAt();
        if (evidence == null || takenAt == null) {
            return "";
        }
        double passed =
                Duration.between(takenAt, clock.now()).plus(BEGINS_WITHIN).toMillis() / 1000.0;
        long moment = Math.round(evidence.now() + passed);
        return moment > 0 && moment < LAST_MOMENT ? String.valueOf(moment) : "";
    }

    private static Map<String, String> parameters(Restart restart, String notAfter) {
        return Map.of(
                "pid", String.valueOf(restart.pid()),
                "startTicks", String.valueOf(restart.startTicks()),
                "notAfter", notAfter);
    }

    private static Map<String, String> parameters(Redeploy redeploy, String notAfter) {
        return Map.of(
                "notAfter", notAfter,
                "units", String.join(",", redeploy.units()),
                "groupId", redeploy.group().id(),
                "deploymentId", redeploy.deployment().value(),
                "groupName", redeploy.group().name(),
                "applicationName", redeploy.group().application(),
                "pids",
                        redeploy.processes().stream()
                                .map(process -> process.pid() + ":" + process.startTicks())
                                .collect(Collectors.joining(",")),
                "expect", redeploy.onlyStale() ? "stale" : "missing");
    }

    Case running(Case current, Intended intended, CommandId command) {
        return store.save(sent(
                current,
                new Running(intended.action(), intended.attempt(), command, clock.now()),
                RecheckQueue.LONGEST,
                DecisionStep.word(intended.action()) + " sent as command " + command));
    }

    private Case deploy(Case current, Intended intended, RedeployGroup action) {
        return groupDeployments
                .redeploy(action.group(), action.deployment(), marker(current, intended))
                .map(deployment -> deploying(current, intended, action, deployment))
                .orElseGet(() -> end(
                        current,
                        intended,
                        RemedyEnd.touchedNothing(
                                End.BUSY, "CodeDeploy is deploying to the group", Refusal.Name.DEPLOYMENT_RUNNING)));
    }

    Case deploying(Case current, Intended intended, RedeployGroup action, DeploymentId deployment) {
        Case next = sent(
                current,
                new Deploying(action, intended.attempt(), deployment, clock.now()),
                RecheckQueue.LONGEST,
                "deployed again to the whole group as " + deployment);
        // Other cases of the group wait for this deployment by its id.
        GroupBudget own = store.ledger(current.group());
        return store.save(
                next,
                Stream.of(own, ledgers.shared(own, action.group()))
                        .distinct()
                        .map(ledger -> ledger.deployed(
                                current.id(), intended.at(), action.group().id(), deployment))
                        .toList());
    }

    private Case replace(Case current, Intended intended) {
        Gate gate = current.gate();
        if (gate != null && gate.open()) {
            return abandon(current, intended, gate);
        }
        if (!groups.markUnhealthy(current.id().instance())) {
            return end(
                    current,
                    intended,
                    RemedyEnd.touchedNothing(End.OUTDATED, "Auto Scaling does not know the instance", null));
        }
        return replacing(current, intended);
    }

    /** The instance is on its way out: marked unhealthy, or its launch abandoned where the gate held it. */
    Case replacing(Case current, Intended intended) {
        Gate gate = current.gate();
        if (gate != null && gate.open()) {
            return abandoned(current, intended, gate);
        }
        return store.save(sent(
                current,
                new Replacing(intended.action(), intended.attempt(), clock.now()),
                REPLACE_TIMER,
                "marked unhealthy"));
    }

    /** The rung of a held instance: its launch is abandoned, so it never goes in service. */
    private Case abandon(Case held, Intended intended, Gate gate) {
        if (!gatekeeper.abandon(held, gate)) {
            Case over =
                    gatekeeper.over(held, gate, "the wait at the gate was over before the launch could be abandoned");
            return end(
                    over,
                    intended,
                    RemedyEnd.touchedNothing(End.BUSY, "the instance no longer waits at the gate", null));
        }
        return abandoned(held, intended, gate);
    }

    private Case abandoned(Case held, Intended intended, Gate gate) {
        Instant now = clock.now();
        Gate abandoned = gate.answered(Gate.State.ABANDONED, false, now);
        Case stored = store.save(sent(
                held.change().gate(abandoned).done(),
                new Replacing(intended.action(), intended.attempt(), now),
                REPLACE_TIMER,
                "launch abandoned at the gate"));
        notifier.gateAnswered(now, stored, abandoned, false, false);
        return stored;
    }

    /** Tells of the remedy; the change is still to be stored. */
    private Case sent(Case current, CaseStep step, Duration timer, String what) {
        Instant now = clock.now();
        Case next =
                current.change().step(step, now.plus(timer)).noted(now, what).done();
        notifier.acting(now, next);
        return next;
    }

    /** At most 100 characters, which is what a command's comment may have. */
    static String marker(Case current, Intended intended) {
        return "launch-guard " + current.id() + "/" + intended.attempt();
    }
}
