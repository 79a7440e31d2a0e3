package launchguard.steps;

import java.util.List;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Deploying;
import launchguard.cases.CaseStep.Ended;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.CaseStep.Probing;
import launchguard.cases.CaseStep.Replacing;
import launchguard.cases.CaseStep.Running;
import launchguard.cases.CaseStep.ToProbe;
import launchguard.cases.TooLargeException;
import launchguard.model.CommandId;

/** Moves a case on as far as it goes without waiting. */
public final class CaseRunner {
    private final Gatekeeper gatekeeper;
    private final ProbeFollower probes;
    private final RemedyRunner remedies;
    private final AbsenceCheck absence;
    private final CaseCloser closer;

    public CaseRunner(
            Gatekeeper gatekeeper,
            ProbeFollower probes,
            RemedyRunner remedies,
            AbsenceCheck absence,
            CaseCloser closer) {
        this.gatekeeper = gatekeeper;
        this.probes = probes;
        this.remedies = remedies;
        this.absence = absence;
        this.closer = closer;
    }

    /**
     * Continues a case whose timer is due or for which an event came; its wait at the launch gate comes first. A due
     * probe is left to the caller, who sends it together with others.
     *
     * @param toProbe receives the case if its probe is due
     */
    public Case advance(Case current, List<Case> toProbe) {
        try {
            return advanced(gatekeeper.attend(current), toProbe);
        } catch (TooLargeException fault) {
            return closer.unstorable(current, fault);
        }
    }

    private Case advanced(Case current, List<Case> toProbe) {
        return switch (current.step()) {
            case ToProbe next -> probed(current, next, toProbe);
            case Probing probing -> goOn(current, probes.follow(current, probing), toProbe);
            case Intended intended -> goOn(current, remedies.resume(current, intended), toProbe);
            case Running running -> goOn(current, remedies.follow(current, running), toProbe);
            case Deploying deploying -> goOn(current, remedies.follow(current, deploying), toProbe);
            case Replacing replacing -> goOn(current, remedies.follow(current, replacing), toProbe);
            case Ended ignored -> current;
        };
    }

    /**
     * Continues a case whose instance no longer runs, as EC2 says: a replacement may have taken effect; any other case
     * ends.
     */
    public Case gone(Case current, List<Case> toProbe) {
        return current.step() instanceof Replacing || current.step() instanceof Intended
                ? advance(current, toProbe)
                : absence.gone(current, "no longer runs");
    }

    /** Goes on with the answer of a probe whose completion event arrived before its command's id was stored. */
    public Case advanceByProbe(Case current, CommandId command, List<Case> toProbe) {
        try {
            return goOn(current, probes.follow(current, command), toProbe);
        } catch (TooLargeException fault) {
            return closer.unstorable(current, fault);
        }
    }

    /** Carries out at once what was decided; a due probe is left to the caller. */
    private Case goOn(Case from, Case to, List<Case> toProbe) {
        Case after = remedies.carryOut(from, to);
        return after.version() != from.version() && after.step() instanceof ToProbe next
                ? probed(after, next, toProbe)
                : after;
    }

    /** Gives the answer to the gate that a stored case still owes. */
    public Case answered(Case stored) {
        return gatekeeper.release(stored);
    }

    private Case probed(Case current, ToProbe next, List<Case> toProbe) {
        if (!probes.due(next)) {
            return current;
        }
        Case waiting = probes.waitsOn(current).orElse(null);
        if (waiting != null) {
            return waiting;
        }
        toProbe.add(current);
        return current;
    }
}
