package launchguard.guard;

import java.time.Duration;
import java.util.Optional;

/** Until when, and how often, a refusal for now is tried again. */
final class RetryWindow {
    private RetryWindow() {}

    /** When a refusal for now is tried again; never once the case's window has ended. */
    static Optional<Duration> retry(Situation situation) {
        return over(situation) ? Optional.empty() : Optional.of(wait(situation));
    }

    /**
     * The window of an instance that the launch gate holds begins when it is let go on: the gate's deadline ends the
     * hold.
     */
    static boolean over(Situation situation) {
        return situation.hold() == null
                && !situation.now().isBefore(situation.history().windowEnds());
    }

    /** The last wait ends with the window, so that nothing is given up before it nor long after. */
    static Duration wait(Situation situation) {
        Duration left = Duration.between(situation.now(), situation.history().windowEnds());
        Duration wait = Backoff.after(situation.history().asked());
        if (situation.hold() != null) {
            return wait;
        }
        Duration shorter = wait.compareTo(left) < 0 ? wait : left;
        return shorter.compareTo(Backoff.SHORTEST) < 0 ? Backoff.SHORTEST : shorter;
    }
}
