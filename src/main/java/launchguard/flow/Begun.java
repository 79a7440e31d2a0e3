package launchguard.flow;

import java.util.List;
import launchguard.cases.Case;
import launchguard.report.Outcome;

/**
 * What a signal set going so far.
 *
 * @param toProbe cases whose probe is still to be sent: those of one batch go in one command
 */
public record Begun(Reply reply, List<Case> toProbe) {
    /** Copies its list. */
    public Begun {
        toProbe = List.copyOf(toProbe);
    }

    static Begun done(Outcome outcome) {
        return new Begun(new Reply.One(outcome), List.of());
    }
}
