package launchguard.sandbox;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import launchguard.aws.WorkerPool;
import launchguard.aws.Workers;
import org.jspecify.annotations.Nullable;

/**
 * Workers that take turns, call by call, with each other and with other invocations: so many calls of one invocation are
 * under way at a time, and yet a run is the same each time.
 */
final class OrderedWorkers implements Workers {
    /** As many as the function has. */
    private static final int WIDTH = 16;

    private final Map<Key, Holder> held = new HashMap<>();
    private volatile Workers free = new WorkerPool();
    private volatile @Nullable CallOrder order;

    /** From now on in this order. */
    void by(CallOrder turns) {
        order = turns;
    }

    /** From now on each as fast as it can. */
    void freely() {
        order = null;
    }

    @Override
    public void all(List<? extends Runnable> work) {
        CallOrder turns = order;
        if (work.size() < 2) {
            work.forEach(Runnable::run);
        } else {
            all(work, Callers.current(), turns);
        }
    }

    private void all(List<? extends Runnable> work, String caller, @Nullable CallOrder turns) {
        if (turns == null) {
            free.all(work.stream()
                    .map(piece -> (Runnable) () -> playing(caller, piece))
                    .toList());
            return;
        }
        Queue<Runnable> left = new ConcurrentLinkedQueue<>(work);
        Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
        int wide = Math.min(WIDTH, work.size());
        AtomicInteger working = new AtomicInteger(wide);
        for (int i = 1; i <= wide; i++) {
            String worker = Callers.worker(caller, i);
            turns.expect(worker);
            Thread.ofVirtual().start(Workers.carried(() -> {
                Callers.playing(worker);
                turns.begin(worker);
                try {
                    for (Runnable runnable = left.poll(); runnable != null; runnable = left.poll()) {
                        done(runnable, faults);
                    }
                } finally {
                    if (working.decrementAndGet() == 0) {
                        turns.callBack(caller);
                    }
                    turns.end(worker);
                }
            }));
        }
        turns.rest(caller);
        if (!faults.isEmpty()) {
            throw faults.element();
        }
    }

    private static void done(Runnable runnable, Queue<RuntimeException> faults) {
        try {
            runnable.run();
        } catch (RuntimeException fault) {
            faults.add(fault);
        }
    }

    private static void playing(String caller, Runnable work) {
        String own = Callers.current();
        Callers.playing(caller);
        try {
            work.run();
        } finally {
            Callers.playing(own);
        }
    }

    @Override
    public <T> T alone(Object key, Supplier<T> work) {
        CallOrder turns = order;
        if (turns == null) {
            return free.alone(key, work);
        }
        // Only workers of one invocation share a process.
        Key own = new Key(Callers.invocation(Callers.current()), key);
        take(own, turns);
        try {
            return work.get();
        } finally {
            give(own, turns);
        }
    }

    private record Key(String invocation, Object key) {}

    /** The worker that holds a key, how often it took it, and those that wait for it. */
    private static final class Holder {
        private final Deque<String> waiting = new ArrayDeque<>();
        private String caller;
        private int times = 1;

        private Holder(String caller) {
            this.caller = caller;
        }
    }

    private void take(Key key, CallOrder turns) {
        String caller = Callers.current();
        synchronized (held) {
            Holder holder = held.get(key);
            if (holder == null) {
                held.put(key, new Holder(caller));
                return;
            }
            if (holder.caller.equals(caller)) {
                holder.times++;
                return;
            }
            holder.waiting.add(caller);
        }
        turns.rest(caller);
    }

    private void give(Key key, CallOrder turns) {
        String next;
        synchronized (held) {
            Holder holder = Objects.requireNonNull(held.get(key));
            if (--holder.times > 0) {
                return;
            }
            next = holder.waiting.poll();
            if (next == null) {
                held.remove(key);
                return;
            }
            holder.caller = next;
            holder.times = 1;
        }
        turns.callBack(next);
    }
}
