package launchguard.guard;

import java.time.Duration;
import java.util.Optional;

/** Decides until when, and how often, a refused remedy is tried again. */
final class RetryWindow {
    private RetryWindow() {}

    /** When a temporary refusal is tried again; empty once the case's window has ended. */
    static Optional<Duration> retry(Situation situation, Refusal refusal) {
        return over(situation)
                ? Optional.empty()
                : Optional.of(
                        within(situation, wait(refusal, situation.history().asked())));
    }

    private static Duration wait(Refusal refusal, int asked) {
        return switch (refusal.name()) {
            case UNAVAILABLE_SHARE, NOT_IN_SERVICE -> Backoff.ofGroup(asked);
            case DEPLOYMENT_RUNNING, REPAIR_RUNNING -> Backoff.ofOthers(asked);
            case INSTANCE_REFRESH_RUNNING,
                    PROCESS_SUSPENDED,
                    REPLACEMENT_BUDGET,
                    OBSERVE_MODE,
                    OPTED_OUT,
                    REPORT_ONLY,
                    RECURRING,
                    SINGLE_INSTANCE_GROUP,
                    LADDER_EXHAUSTED -> Backoff.after(asked);
        };
    }

    /**
     * The window of an instance that the launch gate holds begins when it is let go on: the gate's deadline ends the
     * hold.
     */
    static boolean over(Situation situation) {
        return situation.hold() == null
                && !situation.now().isBefore(situation.history().windowEnds());
    }

    /** How long to wait for the next probe where nothing was refused. */
    static Duration wait(Situation situation) {
        return within(situation, Backoff.after(situation.history().asked()));
    }

    /** The last wait ends with the window, so that a case is not given up before its end, nor long after. */
    private static Duration within(Situation situation, Duration wait) {
        Duration left = Duration.between(situation.now(), situation.history().windowEnds());
        if (situation.hold() != null || wait.compareTo(left) <= 0) {
            return wait;
        }
        return left.compareTo(Backoff.SHORTEST) < 0 ? Backoff.SHORTEST : left;
    }
}
