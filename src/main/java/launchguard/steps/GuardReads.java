package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Workers;
import launchguard.store.CaseClock;
import org.jspecify.annotations.Nullable;

/**
 * Spares AWS's quotas: the guard's reads for one case follow those for another, and for two seconds after one was throttled, this
 * process makes none. A case whose reads were not made is put off like one whose reads were throttled.
 */
public final class GuardReads {
    /** CodeDeploy has twenty reads saved up again, for all processes. */
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
