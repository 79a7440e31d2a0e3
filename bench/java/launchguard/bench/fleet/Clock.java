package launchguard.bench.fleet;

import java.util.PriorityQueue;

/** Stepped time: what is due next happens next. Seconds. */
final class Clock {
    private record Due(double at, long number, Runnable what) {}

    private final PriorityQueue<Due> due = new PriorityQueue<>(
            (a, b) -> a.at() == b.at() ? Long.compare(a.number(), b.number()) : Double.compare(a.at(), b.at()));
    private long number;
    double now;

    void at(double time, Runnable what) {
        due.add(new Due(Math.max(now, time), number++, what));
    }

    void run() {
        for (Due next = due.poll(); next != null; next = due.poll()) {
            now = next.at();
            next.what().run();
        }
    }
}
