package launchguard.flow;

import java.time.Duration;

/** Asks the guard what a verdict leads to, and stores the answer as the case's next step. */
final class Decider {
    /** A remedy that was decided and not sent is looked for after this: AWS's lists are eventually consistent. */
    static final Duration INTENT_TIMER = Duration.ofSeconds(90);
}
