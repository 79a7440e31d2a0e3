package launchguard.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The time by which cases are worked on. */
public final class CaseClock {
    /**
     * Timers ring a moment early where clocks differ; one that was taken for early would ring no more. Less than what
     * is missing from an intent's timer to the minute that AWS's lists may lag.
     */
    private static final Duration EARLY = Duration.ofSeconds(15);

    private final InstantSource source;

    public CaseClock(InstantSource source) {
        this.source = source;
    }

    public Instant now() {
        return source.instant();
    }

    /** Whether that moment has come, within a timer's accuracy. */
    public boolean hasCome(@Nullable Instant moment) {
        return moment == null || !moment.isAfter(now().plus(EARLY));
    }
}
