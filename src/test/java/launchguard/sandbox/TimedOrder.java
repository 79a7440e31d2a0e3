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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets stepped time pass for several callers at once. One of them works at a time; one that makes a call, or waits
 * before a retry, is woken when the clock reaches that moment, so the order of all calls follows from the times alone.
 */
final class TimedOrder implements CallOrder {
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
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition nobodyWorks = lock.newCondition();
    private final Map<String, Condition> turns = new HashMap<>();
    private @Nullable String working;
    private @Nullable Throwable broken;
    private long number;

    /**
     * Calls of one invocation may overlap, but each has its environment's one processor to itself for a while first.
     *
     * @param callTime of a call that overlaps with no other, its part of the processor included
     * @param processorTime how long a call keeps the processor
     */
    TimedOrder(SteppedClock clock, Supplier<Duration> callTime, Duration processorTime) {
        this.clock = clock;
        this.callTime = callTime;
        this.processorTime = processorTime;
    }

    /** Does the work in a thread of its own, as soon as its caller is woken for the first time. */
    void begin(String caller, Instant deadline, Runnable work) {
        lock.lock();
        try {
            deadlines.put(caller, deadline);
            expect(caller);
        } finally {
            lock.unlock();
        }
        Thread.ofVirtual().start(() -> {
            begin(caller);
            try {
                work.run();
                end(caller, null);
            } catch (RuntimeException | Error fault) {
                end(caller, fault);
            }
        });
    }

    /** A call takes its time before it is sent; the caller itself waits, so that no connection waits with it. */
    void call(String caller) {
        lock.lock();
        try {
            Instant now = clock.instant();
            String environment = Callers.invocation(caller);
            Instant free = processorFree.getOrDefault(environment, now);
            Instant done = (free.isAfter(now) ? free : now).plus(processorTime);
            processorFree.put(environment, done);
            pass(caller, Duration.between(now, done).plus(callTime.get()).minus(processorTime));
        } finally {
            lock.unlock();
        }
    }

    /** Returns when so much time has passed for the caller; for others than those that were begun, at once. */
    void pass(String caller, Duration time) {
        lock.lock();
        try {
            String invocation = Callers.invocation(caller);
            if (over.contains(invocation)) {
                throw new OverException();
            }
            Instant deadline = deadlines.get(invocation);
            if (deadline == null) {
                return;
            }
            Instant until = clock.instant().plus(time);
            boolean late = until.isAfter(deadline);
            waitsUntil(late ? deadline : until, caller);
            givesUp();
            await(caller);
            if (late) {
                over.add(invocation);
                throw new OverException();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean over(String caller) {
        lock.lock();
        try {
            return over.contains(caller);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void expect(String worker) {
        lock.lock();
        try {
            waitsUntil(clock.instant(), worker);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begin(String worker) {
        lock.lock();
        try {
            await(worker);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end(String worker) {
        lock.lock();
        try {
            turns.remove(worker);
            givesUp();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void rest(String caller) {
        lock.lock();
        try {
            givesUp();
            await(caller);
        } finally {
            lock.unlock();
        }
    }

    /** The caller that calls back works now, so the other one rests already. */
    @Override
    public void callBack(String caller) {
        expect(caller);
    }

    private void waitsUntil(Instant moment, String caller) {
        waiting.add(new Waiting(moment, ++number, caller));
    }

    private void givesUp() {
        working = null;
        nobodyWorks.signalAll();
    }

    private void await(String caller) {
        Condition turn = turns.computeIfAbsent(caller, key -> lock.newCondition());
        try {
            while (!caller.equals(working)) {
                turn.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void end(String caller, @Nullable Throwable fault) {
        lock.lock();
        try {
            broken = fault == null ? broken : fault;
            deadlines.remove(caller);
            processorFree.remove(caller);
            over.remove(caller);
            turns.remove(caller);
            givesUp();
        } finally {
            lock.unlock();
        }
    }

    /** When the next caller is to be woken. */
    Optional<Instant> next() {
        lock.lock();
        try {
            return Optional.ofNullable(waiting.peek()).map(Waiting::until);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Wakes one whose moment has come, and returns when it waits again or has ended; false when there is none. Where its work
     * broke off, that is thrown.
     */
    boolean wake() throws InterruptedException {
        lock.lock();
        try {
            Waiting head = waiting.peek();
            if (head == null || head.until().isAfter(clock.instant())) {
                return false;
            }
            waiting.remove();
            working = head.caller();
            Condition turn = turns.get(working);
            if (turn != null) {
                turn.signalAll();
            }
            while (working != null) {
                nobodyWorks.await();
            }
            if (broken != null) {
                throw new IllegalStateException("the work of " + head.caller() + " broke off", broken);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
