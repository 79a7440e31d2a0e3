package launchguard.guard;

import java.time.Duration;

/** How long to wait before asking again: 1, 2, 4, 8, then always 15 minutes. */
final class Backoff {
    /** SQS delays a message by at most 900 s, so no longer wait needs a second message. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** Never less, so that a window about to end is not asked about over and over. */
    static final Duration SHORTEST = Duration.ofMinutes(1);

    private Backoff() {}

    static Duration after(int asked) {
        Duration wait = Duration.ofMinutes(1L << Math.min(asked, 4));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
