package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import launchguard.aws.AwsFailureException;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Intended;
import launchguard.cases.ConflictException;
import launchguard.notify.Notifier;
import launchguard.store.CaseClock;
import launchguard.store.StepStore;

/** Gives a throttled case a timer of its own, since the queue would deliver its message much later. */
public final class ThrottleBackoff {
    private static final Duration WAIT = Duration.ofMinutes(1);

    private final CaseClock clock;
    private final StepStore store;
    private final Notifier notifier;

    public ThrottleBackoff(StepStore store, Notifier notifier) {
        this.clock = store.clock();
        this.store = store;
        this.notifier = notifier;
    }

    /** The case after its move, or the same step due in a minute if it was throttled; other faults are thrown. */
    public Case attempt(Case current, UnaryOperator<Case> move) {
        try {
            return move.apply(current);
        } catch (AwsFailureException fault) {
            if (!fault.throttled() || !mayWait(current)) {
                throw fault;
            }
            return later(current, fault);
        }
    }

    /**
     * As {@link #attempt}, for a case whose move has failed; if another message moved it on, it is returned as it is
     * then.
     */
    public Case afterwards(Case current, RuntimeException failed) {
        if (!(failed instanceof AwsFailureException fault) || !fault.throttled() || !mayWait(current)) {
            throw failed;
        }
        try {
            return later(current, fault);
        } catch (ConflictException movedOn) {
            Case stored = store.find(current.id()).orElse(current);
            store.sendAgain(stored);
            if (stored.releasing()) {
                // The stored decision still owes the gate an answer, which is given when this message comes again.
                throw failed;
            }
            return stored;
        }
    }

    /**
     * Whether the case may wait. An intent has its own timer and is looked up before it is sent again. Once the window
     * of a case has ended, its message fails, becomes a dead letter in the end, and an alarm notifies.
     */
    private boolean mayWait(Case current) {
        return !(current.step() instanceof Intended) && clock.now().plus(WAIT).isBefore(current.windowEnds());
    }

    /** If the move had stored something before it failed, this finds another version, and everything is read again. */
    private Case later(Case current, AwsFailureException fault) {
        Instant now = clock.now();
        Case later = store.save(current.change().timed(now.plus(WAIT)).done());
        notifier.step(now, later, "put off for " + WAIT + ": " + fault.getMessage());
        return later;
    }
}
