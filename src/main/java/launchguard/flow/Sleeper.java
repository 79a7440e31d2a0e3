package launchguard.flow;

import java.time.Duration;

/** Waits; only a manual request ever does. */
public interface Sleeper {
    /** Returns after that time. */
    void of(Duration time) throws InterruptedException;
}
