package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The time by which cases are worked on. */
record CaseClock(InstantSource source) {
    /**
     * Timers ring a moment early where clocks differ; one that was taken for early would ring no more. Less than what
     * is missing from {@link DecisionStep#INTENT_TIMER} to the minute that AWS's lists may lag.
     */
    private static final Duration EARLY = Duration.ofSeconds(15);

    Instant now() {
        return source.instant();
    }

    /** Whether that moment has come, within a timer's accuracy. */
    boolean come(@Nullable Instant moment) {
        return moment == null || !moment.isAfter(now().plus(EARLY));
    }
}
