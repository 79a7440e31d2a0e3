package launchguard.pages;

import java.util.List;
import java.util.Locale;
import launchguard.pages.Chart.Order;

/** Seconds since boot as shares of the width, and what is drawn from the top to the bottom of a picture. */
record Axis(double end) {
    /** The height below the labels of the ticks. */
    static final double HEIGHT = 22;

    private static final double MOST_TICKS = 7;
    private static final List<Integer> STEPS = List.of(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600);

    double share(double seconds) {
        return Math.clamp(seconds / end * 100, 0, 100);
    }

    /** The smallest usual step that leaves room for the labels, on a phone, too. */
    double step() {
        return STEPS.stream()
                .filter(step -> end / step <= MOST_TICKS)
                .findFirst()
                .map(Integer::doubleValue)
                .orElseGet(() -> Math.ceil(end / MOST_TICKS / 3600) * 3600);
    }

    Tag ticks(double bottom) {
        Tag axis = Tag.of("g").with("class", "axis");
        for (double at = 0; at <= end; at += step()) {
            String anchor = at == 0 ? "start" : share(at) > 94 ? "end" : "middle";
            axis.add(vertical(at, HEIGHT - 6, bottom));
            axis.add(Tag.of("text")
                    .percent("x", share(at))
                    .with("y", 11)
                    .with("text-anchor", anchor)
                    .text(String.format(Locale.ROOT, "%.0f s", at)));
        }
        return axis;
    }

    Tag moment(double at, String shade, double bottom) {
        return vertical(at, HEIGHT, bottom).with("class", "moment " + shade);
    }

    Tag band(Order order, double bottom) {
        return Tag.of("rect")
                .with("class", order.raced() ? "band raced" : "band kept")
                .percent("x", share(order.first()))
                .percent("width", share(order.last()) - share(order.first()))
                .with("y", HEIGHT)
                .with("height", bottom - HEIGHT);
    }

    private Tag vertical(double at, double top, double bottom) {
        return Tag.of("line")
                .percent("x1", share(at))
                .percent("x2", share(at))
                .with("y1", top)
                .with("y2", bottom);
    }
}
