package launchguard.intake;

import java.time.Duration;

/** Waits for a manual request; nothing else waits. */
public interface Sleeper {
    /** Returns after that time. */
    void sleep(Duration time) throws InterruptedException;
}
