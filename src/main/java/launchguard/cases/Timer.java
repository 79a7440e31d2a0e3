package launchguard.cases;

import org.jspecify.annotations.Nullable;

/**
 * The timer of an open step: one recheck in the queue, and until that is sent, the message that moved the case to the step.
 *
 * @param step the number of the step: how many timers the case has had
 * @param movedBy id of the message that moved the case to this step; null where a direct request did
 * @param kept whether something brings the case back: the recheck, or a message that the queue hands out again
 */
public record Timer(int step, @Nullable String movedBy, boolean kept) {
    /** Of a case that is not stored yet. */
    public static final Timer FIRST = new Timer(1, null, false);

    /** Of the next step, which nothing keeps yet. */
    Timer next() {
        return new Timer(step + 1, null, false);
    }

    /** Of a step that this message moves: the queue hands it out again until the recheck is sent. */
    public Timer keptBy(String message) {
        return new Timer(step, message, true);
    }

    /** Of a step whose recheck is in the queue. */
    public Timer sent() {
        return new Timer(step, movedBy, true);
    }
}
