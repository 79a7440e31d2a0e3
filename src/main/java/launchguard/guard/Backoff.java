package launchguard.guard;

import java.time.Duration;

/** How long to wait before asking again: 1, 2, 4, 8, then always 15 minutes; after a refusal sooner. */
final class Backoff {
    /** SQS delays a message by at most 900 s, so no longer wait needs a second message. */
    private static final Duration LONGEST = Duration.ofMinutes(15);

    /** The shortest wait, so that an instance is not probed over and over shortly before its window ends. */
    static final Duration SHORTEST = Duration.ofMinutes(1);

    /** How many more waits of one minute come first. */
    private static final int MINUTES = 4;

    /** After so many probes the waits get longer; while they are short a probe comes every five minutes. */
    private static final int OFTEN = 3;

    private static final Duration SOON = Duration.ofSeconds(30);

    private Backoff() {}

    static Duration after(int asked) {
        Duration wait = Duration.ofMinutes(1L << Math.min(Math.max(asked, 0), 4));
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }

    /** After a refusal for what others do now, which ends within minutes. */
    static Duration ofOthers(int asked) {
        return after(asked - MINUTES);
    }

    /** After a refusal for the group's state, which changes at any moment and costs little to read. */
    static Duration ofGroup(int asked) {
        return asked < OFTEN ? SOON : after(asked - OFTEN);
    }
}
