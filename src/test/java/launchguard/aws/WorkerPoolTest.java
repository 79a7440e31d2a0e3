package launchguard.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pool works in parallel, and each piece of work keeps its caller's context. */
class WorkerPoolTest {
    private final WorkerPool workers = new WorkerPool();

    private static List<Runnable> times(int count, Runnable work) {
        return Stream.generate(() -> work).limit(count).toList();
    }

    /** Sixteen meet at the barrier, or none gets through. */
    @Test
    void sixteenWorkAtATime_andAllIsDoneWhenItReturns() {
        CyclicBarrier together = new CyclicBarrier(WorkerPool.WIDTH);
        AtomicInteger done = new AtomicInteger();
        workers.all(times(4 * WorkerPool.WIDTH, () -> {
            try {
                together.await();
            } catch (Exception broken) {
                throw new IllegalStateException(broken);
            }
            done.incrementAndGet();
        }));
        assertEquals(4 * WorkerPool.WIDTH, done.get());
    }

    @Test
    void oneThatFails_stopsNoOther_andIsThrown() {
        AtomicInteger done = new AtomicInteger();
        List<Runnable> work = IntStream.range(0, 40)
                .mapToObj(i -> (Runnable) () -> {
                    if (i == 3) {
                        throw new IllegalStateException("the third");
                    }
                    done.incrementAndGet();
                })
                .toList();
        assertEquals(
                "the third",
                assertThrows(IllegalStateException.class, () -> workers.all(work))
                        .getMessage());
        assertEquals(39, done.get());
    }

    /** Otherwise a batch near its deadline would begin more work, and a rehearsal would call AWS. */
    @Test
    void deadlineOfTheInvocation_holdsForAll() {
        Set<Boolean> seen = ConcurrentHashMap.newKeySet();
        Deadline.within(() -> 120_000, () -> {
            workers.all(times(50, () -> seen.add(Deadline.allowsMore())));
            return null;
        });
        assertEquals(Set.of(true), seen);
        AtomicInteger left = new AtomicInteger(120_000);
        Set<Boolean> late = ConcurrentHashMap.newKeySet();
        Deadline.within(left::get, () -> {
            left.set(100);
            workers.all(times(50, () -> late.add(Deadline.allowsMore())));
            return null;
        });
        assertEquals(Set.of(false), late);
    }

    @Test
    void underOneKey_oneWorksAtATime_underAnotherAnother() {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        workers.all(times(
                200,
                () -> workers.alone("web", () -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(1_000);
                    return now.decrementAndGet();
                })));
        assertEquals(1, most.get());
        assertEquals(
                "both", workers.alone("web", () -> workers.alone("web", () -> workers.alone("api", () -> "both"))));
    }

    /** All workers wait for work of their own. */
    @Test
    void workInsideOfWork_ends() {
        AtomicInteger done = new AtomicInteger();
        workers.all(times(60, () -> workers.all(times(20, done::incrementAndGet))));
        assertEquals(1200, done.get());
    }

    @Test
    void sharedReads_holdForTheBatchAlone() {
        AtomicInteger asked = new AtomicInteger();
        SharedReads.within(InstantSource.fixed(Instant.EPOCH), () -> {
            SharedReads.once("group", asked::incrementAndGet);
            workers.all(times(30, () -> SharedReads.once("group", asked::incrementAndGet)));
        });
        assertEquals(1, asked.get());
        SharedReads.once("group", asked::incrementAndGet);
        assertEquals(2, asked.get());
        assertTrue(Deadline.allowsMore());
        assertFalse(RehearsalHttpClient.REHEARSAL.isBound());
    }
}
