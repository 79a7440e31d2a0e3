package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.InstancesRefusedException;
import launchguard.aws.RecheckQueue;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Running;
import launchguard.guard.Action.Redeploy;
import launchguard.guard.Action.Restart;
import launchguard.guard.Attempt.End;
import launchguard.model.CommandId;
import launchguard.probe.Evidence;
import launchguard.store.CaseClock;
import launchguard.store.StoredEvidence;

/** Sends the remedies that are commands: a restart, or a redeployment on the instance. */
public final class CommandRemedySender {
    /** A late delivery must not act on an old diagnosis. */
    private static final int DELIVERY_SECONDS = 60;

    /** For the delivery, the agent's own queue, and the difference of two clocks since the probe. */
    private static final Duration BEGINS_WITHIN = Duration.ofMinutes(10);

    /** The documents take twelve digits. */
    private static final long LAST_MOMENT = 1_000_000_000_000L;

    private final CaseClock clock;
    private final Commands commands;
    private final RemedyRecorder recorder;
    private final RemedyOutcome outcome;

    public CommandRemedySender(CaseClock clock, Commands commands, RemedyRecorder recorder, RemedyOutcome outcome) {
        this.clock = clock;
        this.commands = commands;
        this.recorder = recorder;
        this.outcome = outcome;
    }

    Case restart(Case current, Intended intended, Restart restart) {
        return send(current, intended, Document.RESTART, parameters(restart, notAfter(current)));
    }

    Case redeploy(Case current, Intended intended, Redeploy redeploy) {
        return send(current, intended, Document.REDEPLOY, parameters(redeploy, notAfter(current)));
    }

    private Case send(Case current, Intended intended, Document document, Map<String, String> parameters) {
        try {
            CommandId command = commands.send(
                    document,
                    List.of(current.id().instance()),
                    parameters,
                    intended.marker(current.id()),
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

    /** Stores that the command was sent. */
    Case running(Case current, Intended intended, CommandId command) {
        return recorder.sent(
                current,
                new Running(intended.action(), intended.attempt(), command, clock.now()),
                RecheckQueue.LONGEST,
                IntentWriter.word(intended.action()) + " sent as command " + command);
    }

    private Case end(Case current, Intended intended, RemedyEnd how) {
        return outcome.of(current, intended.attempt(), intended.action(), how);
    }

    /**
     * The last moment at which the script may begin, in epoch seconds on the instance's clock: SSM bounds only the
     * delivery. That clock showed {@code now} when the evidence was taken. Empty, which means no limit, if either is
     * unknown.
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
}
