package launchguard.intake;

import java.time.Duration;
import java.util.List;
import launchguard.cases.Case;
import launchguard.report.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * The result of a signal so far.
 *
 * @param toProbe cases whose probe is still to be sent: those of one batch go in one command
 * @param fault why a part of it failed, so that the signal counts as failed; null if nothing did
 * @param early after which time the message is to be delivered again, since it came early; null if it is done
 */
public record SignalResult(
        Reply reply,
        List<Case> toProbe,
        @Nullable RuntimeException fault,
        @Nullable Duration early) {
    /** Copies its list. */
    public SignalResult {
        toProbe = List.copyOf(toProbe);
    }

    public SignalResult(Reply reply, List<Case> toProbe) {
        this(reply, toProbe, null, null);
    }

    public void throwFault() {
        if (fault != null) {
            throw fault;
        }
    }

    public static SignalResult done(Outcome outcome) {
        return new SignalResult(new Reply.One(outcome), List.of());
    }
}
