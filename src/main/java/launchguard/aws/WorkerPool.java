package launchguard.aws;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Platform threads that live as long as the process. The SDK keeps XML readers and digests for each thread, so threads
 * that live for one batch would create them each time.
 */
public final class WorkerPool implements Workers {
    /** How many threads work at a time; as many connections to each service are kept. */
    static final int WIDTH = 16;

    /** The caller's own thread is one of them. */
    private static final Executor OTHERS = Executors.newFixedThreadPool(
            WIDTH - 1, Thread.ofPlatform().daemon().name("worker-", 1).factory());

    private final Map<Object, Turn> turns = new ConcurrentHashMap<>();

    /** A lock, and how many threads hold it or wait for it. */
    private record Turn(ReentrantLock lock, int users) {}

    @Override
    public void all(List<? extends Runnable> work) {
        Queue<Runnable> left = new ConcurrentLinkedQueue<>(work);
        Queue<RuntimeException> faults = new ConcurrentLinkedQueue<>();
        CountDownLatch undone = new CountDownLatch(work.size());
        Runnable some = Workers.carried(() -> {
            for (Runnable task = left.poll(); task != null; task = left.poll()) {
                try {
                    task.run();
                } catch (RuntimeException fault) {
                    faults.add(fault);
                } finally {
                    undone.countDown();
                }
            }
        });
        for (int i = 1; i < Math.min(WIDTH, work.size()); i++) {
            OTHERS.execute(some);
        }
        some.run();
        await(undone);
        if (!faults.isEmpty()) {
            throw faults.element();
        }
    }

    /** An interrupt does not end the wait: no work may outlive the call that asked for it. */
    private static void await(CountDownLatch undone) {
        boolean interrupted = false;
        while (true) {
            try {
                undone.await();
                break;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public <T> T alone(Object key, Supplier<T> work) {
        Turn turn = turns.merge(
                key, new Turn(new ReentrantLock(), 1), (held, more) -> new Turn(held.lock(), held.users() + 1));
        turn.lock().lock();
        try {
            return work.get();
        } finally {
            turn.lock().unlock();
            turns.computeIfPresent(
                    key, (same, held) -> held.users() == 1 ? null : new Turn(held.lock(), held.users() - 1));
        }
    }
}
