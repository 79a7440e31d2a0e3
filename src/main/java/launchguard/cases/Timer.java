package launchguard.cases;

import org.jspecify.annotations.Nullable;

/**
 * The timer of an open step: one recheck in the queue, and until that is sent, the message that moved the case to the
 * step.
 *
 * @param step the number of the step: how many timers the case has had
 * @param movedBy id of the message that moved the case to this step; null where a direct request did
 * @param kept whether a message will bring the case back: the recheck, or one that the queue delivers again
 */
public record Timer(int step, @Nullable String movedBy, boolean kept) {
    /** The timer of a case that is not stored yet. */
    public static final Timer FIRST = new Timer(1, null, false);

    /** The timer of the next step, which nothing keeps yet. */
    Timer next() {
        return new Timer(step + 1, null, false);
    }

    /** The timer of a step that this message moves: the queue delivers the message again until the recheck is sent. */
    public Timer keptBy(String message) {
        return new Timer(step, message, true);
    }

    /** The timer of a step whose recheck is in the queue. */
    public Timer sent() {
        return new Timer(step, movedBy, true);
    }
}
