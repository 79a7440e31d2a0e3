package launchguard.intake;

import java.util.List;
import launchguard.cases.Case;
import launchguard.report.Outcome;

/**
 * What an event about one instance has led to.
 *
 * @param toProbe the case, where its probe is still to be sent
 */
record Arrival(Outcome outcome, List<Case> toProbe) {
    /** Copies its list. */
    Arrival {
        toProbe = List.copyOf(toProbe);
    }

    SignalResult result() {
        return new SignalResult(new Reply.One(outcome), toProbe);
    }
}
