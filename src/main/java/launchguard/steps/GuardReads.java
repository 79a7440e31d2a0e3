package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Workers;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/**
 * Limits the guard's reads to spare AWS's quotas. Reads for one case follow those for another, and for two seconds
 * after a throttle this process makes none: the case is put off as after a throttle of its own.
 */
public final class GuardReads {
    /** In this time CodeDeploy's quota has twenty reads again, for all processes. */
    private static final Duration REST = Duration.ofSeconds(2);

    private final Workers workers;
    private final CaseClock clock;
    private volatile @Nullable Throttle last;

    private record Throttle(Instant at, AwsFailureException fault) {}

    public GuardReads(Workers workers, CaseClock clock) {
        this.workers = workers;
        this.clock = clock;
    }

    <T> T read(Supplier<T> reads) {
        return workers.alone(this, () -> {
            Throttle before = last;
            if (before != null && clock.now().isBefore(before.at().plus(REST))) {
                throw AwsFailureException.notAskedAgain(before.fault());
            }
            try {
                return reads.get();
            } catch (AwsFailureException fault) {
                if (fault.throttled()) {
                    last = new Throttle(clock.now(), fault);
                }
                throw fault;
            }
        });
    }
}
