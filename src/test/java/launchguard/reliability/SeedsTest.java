package launchguard.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Thousands of launches in bad weather, each decided by a seed; the promises are kept after every step. */
class SeedsTest {
    private static final int WORKERS = 4;
    private static final long SEEDS = Long.getLong("launchguard.seeds", 500);

    @Test
    void promisesAreKept() throws Exception {
        Long only = Long.getLong("launchguard.seed");
        long[] seeds = only != null
                ? new long[] {only}
                : LongStream.rangeClosed(1, SEEDS).toArray();
        Queue<String> broken = new ConcurrentLinkedQueue<>();
        LongAdder calls = new LongAdder();
        LongAdder remedies = new LongAdder();
        LongAdder doubles = new LongAdder();
        LongAdder dead = new LongAdder();
        LongAdder steps = new LongAdder();
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<?>> runs = new ArrayList<>();
            for (long seed : seeds) {
                runs.add(workers.submit(() -> {
                    Plan plan = Plan.of(seed);
                    try {
                        Run.Result result = Run.of(plan);
                        calls.add(result.calls());
                        remedies.add(result.remedies());
                        doubles.add(result.doubleSends());
                        dead.add(result.deadLetters());
                        steps.add(result.rounds());
                        result.faults().forEach(fault -> broken.add(reproduce(seed) + fault));
                    } catch (RuntimeException | AssertionError fault) {
                        broken.add(reproduce(seed) + fault);
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
        System.out.printf(
                "seeds: %d, steps looked at: %d, AWS calls: %d, remedies: %d, sent twice and harmless: %d,"
                        + " dead letters: %d%n",
                seeds.length, steps.sum(), calls.sum(), remedies.sum(), doubles.sum(), dead.sum());
        broken.stream().limit(20).forEach(System.out::println);
        assertEquals(List.of(), List.copyOf(broken));
        assertTrue(seeds.length == 1 || remedies.sum() > seeds.length / 4, "hardly anything was ever done");
    }

    private static String reproduce(long seed) {
        return "mvn -B test -Dtest=SeedsTest -Dlaunchguard.seed=" + seed + "\n    ";
    }
}
