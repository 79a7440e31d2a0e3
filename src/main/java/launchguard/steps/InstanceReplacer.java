package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import launchguard.aws.Groups;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.Gate;
import launchguard.guard.Attempt.End;
import launchguard.store.CaseClock;

/** Has Auto Scaling replace an instance: marks it unhealthy, or abandons its launch where the gate holds it. */
public final class InstanceReplacer {
    private static final Duration REPLACE_TIMER = Duration.ofMinutes(1);

    private final CaseClock clock;
    private final Groups groups;
    private final Gatekeeper gatekeeper;
    private final RemedyRecorder recorder;
    private final RemedyOutcome outcome;

    public InstanceReplacer(
            CaseClock clock, Groups groups, Gatekeeper gatekeeper, RemedyRecorder recorder, RemedyOutcome outcome) {
        this.clock = clock;
        this.groups = groups;
        this.gatekeeper = gatekeeper;
        this.recorder = recorder;
        this.outcome = outcome;
    }

    Case replace(Case current, Intended intended) {
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

    /**
     * Stores that the replacement was sent: the instance was marked unhealthy, or its launch abandoned if the gate held
     * it.
     */
    Case replacing(Case current, Intended intended) {
        Gate gate = current.gate();
        if (gate != null && gate.open()) {
            return abandoned(current, intended, gate);
        }
        return recorder.sent(
                current,
                new Replacing(intended.action(), intended.attempt(), clock.now()),
                REPLACE_TIMER,
                "marked unhealthy");
    }

    /** Replaces a held instance: its launch is abandoned, so it is never in service. */
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
        Case stored = recorder.sent(
                held.change().gate(abandoned).done(),
                new Replacing(intended.action(), intended.attempt(), now),
                REPLACE_TIMER,
                "launch abandoned at the gate");
        gatekeeper.announceAbandoned(now, stored, abandoned);
        return stored;
    }

    private Case end(Case current, Intended intended, RemedyEnd how) {
        return outcome.of(current, intended.attempt(), intended.action(), how);
    }
}
