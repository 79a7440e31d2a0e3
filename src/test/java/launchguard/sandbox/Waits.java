package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets stepped time pass for several callers at once. One of them works at a time; whoever makes a call, or waits before
 * trying again, is woken when the clock has come to that moment, so the order of all calls follows from the times alone.
 */
final class Waits {
    private static final Comparator<Waiting> ORDER =
            Comparator.comparing(Waiting::until).thenComparingLong(Waiting::number);

    /** The caller's time is over: nothing that it does from now on takes effect. */
    static final class OverException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record Waiting(Instant until, long number, String caller) {}

    private final SteppedClock clock;
    private final Supplier<Duration> callTime;
    private final Duration processorTime;
    private final Map<String, Instant> processorFree = new HashMap<>();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>(ORDER);
    private final Map<String, Instant> deadlines = new HashMap<>();
    private final Set<String> over = new HashSet<>();
    private @Nullable String working;
    private @Nullable Throwable broken;
    private long number;

    /**
     * Calls of one caller may overlap, but each has its environment's one processor to itself for a while first.
     *
     * @param callTime of a call that overlaps with no other, its part of the processor included
     * @param processorTime how long a call keeps the processor
     */
    Waits(SteppedClock clock, Supplier<Duration> callTime, Duration processorTime) {
        this.clock = clock;
        this.callTime = callTime;
        this.processorTime = processorTime;
    }

    /** Does the work in a thread of its own, as soon as its caller is woken for the first time. */
    synchronized void begin(String caller, Instant deadline, Runnable work) {
        deadlines.put(caller, deadline);
        waiting.add(new Waiting(clock.instant(), ++number, caller));
        Thread.ofVirtual().start(() -> {
            awaken(caller);
            try {
                work.run();
                end(caller, null);
            } catch (RuntimeException | Error fault) {
                end(caller, fault);
            }
        });
    }

    /** A call takes its time before it is sent; the caller itself waits, so that no connection waits with it. */
    synchronized void call(String caller) {
        Instant now = clock.instant();
        Instant free = processorFree.getOrDefault(caller, now);
        Instant done = (free.isAfter(now) ? free : now).plus(processorTime);
        processorFree.put(caller, done);
        pass(caller, Duration.between(now, done).plus(callTime.get()).minus(processorTime));
    }

    /** Returns when so much time has passed for the caller; for others than those that were begun, at once. */
    synchronized void pass(String caller, Duration time) {
        if (over.contains(caller)) {
            throw new OverException();
        }
        Instant deadline = deadlines.get(caller);
        if (deadline == null) {
            return;
        }
        Instant until = clock.instant().plus(time);
        boolean late = until.isAfter(deadline);
        waiting.add(new Waiting(late ? deadline : until, ++number, caller));
        working = null;
        notifyAll();
        awaken(caller);
        if (late) {
            over.add(caller);
            throw new OverException();
        }
    }

    synchronized boolean over(String caller) {
        return over.contains(caller);
    }

    private synchronized void awaken(String caller) {
        try {
            while (!caller.equals(working)) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private synchronized void end(String caller, @Nullable Throwable fault) {
        broken = fault == null ? broken : fault;
        deadlines.remove(caller);
        processorFree.remove(caller);
        over.remove(caller);
        working = null;
        notifyAll();
    }

    /** When the next caller is to be woken. */
    synchronized Optional<Instant> next() {
        return Optional.ofNullable(waiting.peek()).map(Waiting::until);
    }

    /**
     * Wakes one whose moment has come, and returns when it waits again or has ended; false when there is none. Where its work
     * broke off, that is thrown.
     */
    synchronized boolean wake() throws InterruptedException {
        Waiting head = waiting.peek();
        if (head == null || head.until().isAfter(clock.instant())) {
            return false;
        }
        waiting.remove();
        working = head.caller();
        notifyAll();
        while (working != null) {
            wait();
        }
        if (broken != null) {
            throw new IllegalStateException("the work of " + head.caller() + " broke off", broken);
        }
        return true;
    }
}
