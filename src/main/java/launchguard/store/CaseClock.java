package launchguard.store;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The clock of the case flow. */
public final class CaseClock {
    /**
     * How much earlier than its time a timer counts as due: clocks differ, and a recheck that is dropped as early does
     * not come again. It must stay below what an intent's timer exceeds the minute by that AWS's lists may lag.
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
