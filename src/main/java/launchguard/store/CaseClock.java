package launchguard.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import launchguard.steps.DecisionStep;
import org.jspecify.annotations.Nullable;

/** The time by which cases are worked on. */
public record CaseClock(InstantSource source) {
    /**
     * Timers ring a moment early where clocks differ; one that was taken for early would ring no more. Less than what
     * is missing from {@link DecisionStep#INTENT_TIMER} to the minute that AWS's lists may lag.
     */
    private static final Duration EARLY = Duration.ofSeconds(15);

    public Instant now() {
        return source.instant();
    }

    /** Whether that moment has come, within a timer's accuracy. */
    public boolean come(@Nullable Instant moment) {
        return moment == null || !moment.isAfter(now().plus(EARLY));
    }
}
