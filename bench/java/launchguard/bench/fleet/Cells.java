package launchguard.bench.fleet;

import java.util.Locale;
import launchguard.scale.ScaleOut;

/** The cells of a run in the tables. */
final class Cells {
    /** The heads of {@link #of}. */
    static final String HEADS =
            "p50 s | p99 s | max s | throttled | redelivered | ended at 120 s | dead letters | Lambda ms a launch";

    private Cells() {}

    static String of(ScaleOut.Result run) {
        return String.format(
                Locale.ROOT,
                "%.0f | %.0f | %.0f | %,d | %,d | %,d | %,d | %.0f",
                run.delay(0.5),
                run.delay(0.99),
                run.delay(1),
                run.refused(),
                run.redelivered(),
                run.timedOut(),
                run.deadLetters(),
                run.billed().toMillis() / (double) run.launches());
    }

    /** All that a run cost, for a thousand launches. */
    static double dollars(ScaleOut.Result run) {
        return run.dollars().values().stream().mapToDouble(Double::doubleValue).sum() * 1000 / run.launches();
    }
}
