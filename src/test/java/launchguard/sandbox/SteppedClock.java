package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The one clock of the sandbox: it stands still until it is moved, and what becomes due on the way happens then. Every
 * change of state is made under its monitor, so nothing changes while a caller holds it.
 */
public final class SteppedClock implements InstantSource {
    private static final Comparator<Task> ORDER =
            Comparator.comparing(Task::due).thenComparingLong(Task::number);
    private final PriorityQueue<Task> tasks = new PriorityQueue<>(ORDER);
    private volatile Instant now;
    private long number;

    private record Task(Instant due, long number, Runnable work) {}

    SteppedClock(Instant start) {
        now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** This clock as seen by a machine whose own clock differs by so much. */
    public InstantSource wrongBy(Duration skew) {
        return () -> now.plus(skew);
    }

    synchronized void startFrom(Instant start) {
        if (!tasks.isEmpty()) {
            throw new IllegalStateException("something is due already");
        }
        now = start;
    }

    synchronized void at(Instant due, Runnable work) {
        tasks.add(new Task(due.isBefore(now) ? now : due, ++number, work));
    }

    void after(Duration delay, Runnable work) {
        at(now.plus(delay), work);
    }

    synchronized Optional<Instant> nextDue() {
        return Optional.ofNullable(tasks.peek()).map(Task::due);
    }

    /** Moves on; work that falls due sees the time at which it is due. */
    synchronized void moveTo(Instant time) {
        for (Task task = take(time); task != null; task = take(time)) {
            if (task.due().isAfter(now)) {
                now = task.due();
            }
            task.work().run();
        }
        if (time.isAfter(now)) {
            now = time;
        }
    }

    private synchronized @Nullable Task take(Instant until) {
        Task next = tasks.peek();
        return next == null || next.due().isAfter(until) ? null : tasks.poll();
    }
}
