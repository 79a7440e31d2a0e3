package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import launchguard.store.CaseClock;

/**
 * Limits for how many launch deployments this process reads the targets: ten within a minute. Each takes a call, and
 * CodeDeploy answers some ten calls a second for all processes, remedies included.
 */
public final class LaunchReadQuota {
    private static final int MOST = 10;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final CaseClock clock;
    private Instant began = Instant.MIN;
    private int taken;

    public LaunchReadQuota(CaseClock clock) {
        this.clock = clock;
    }

    /** Whether one more may be read now, which then counts. */
    synchronized boolean take() {
        Instant now = clock.now();
        if (now.isBefore(began) || !now.minus(MINUTE).isBefore(began)) {
            began = now;
            taken = 0;
        }
        if (taken == MOST) {
            return false;
        }
        taken++;
        return true;
    }
}
