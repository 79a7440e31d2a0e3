package launchguard.report;

import java.util.List;

/** Where an axis has its ticks. */
final class Axis {
    private static final double MOST_TICKS = 7;
    private static final List<Integer> STEPS = List.of(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600);

    private Axis() {}

    /** The smallest step that people count in and that leaves room for the words, also on a phone. */
    static double step(double length) {
        return STEPS.stream()
                .filter(step -> length / step <= MOST_TICKS)
                .findFirst()
                .map(Integer::doubleValue)
                .orElseGet(() -> Math.ceil(length / MOST_TICKS / 3600) * 3600);
    }
}
