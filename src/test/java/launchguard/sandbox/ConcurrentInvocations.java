package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Several invocations of the function at a time, interleaved call by call as a seed decides. */
public final class ConcurrentInvocations {
    private final SteppedClock clock;
    private final Queue queue;
    private final Lambda lambda;
    private final SeededOrder turns;
    private final Random chance;
    private final Terms terms;

    /**
     * How messages become invocations.
     *
     * @param workers invocations at a time
     * @param batch the most messages of one
     * @param gathering how long a batch waits for more
     */
    record Terms(int workers, int batch, Duration gathering) {}

    ConcurrentInvocations(
            SteppedClock clock, Queue queue, Lambda lambda, SeededOrder turns, Random chance, Terms terms) {
        this.clock = clock;
        this.queue = queue;
        this.lambda = lambda;
        this.turns = turns;
        this.chance = chance;
        this.terms = terms;
    }

    /** Until nothing is left (true) or that moment has come; the step runs before and after each round of invocations. */
    public boolean until(Instant end, Runnable step) {
        while (true) {
            if (queue.hasVisible()) {
                clock.moveTo(clock.instant().plus(terms.gathering()));
                step.run();
                for (boolean some = round(); some; some = round()) {
                    step.run();
                }
                continue;
            }
            Optional<Instant> next = Stream.of(clock.nextDue(), queue.nextVisible())
                    .flatMap(Optional::stream)
                    .min(Instant::compareTo);
            if (next.isEmpty() || next.get().isAfter(end)) {
                clock.moveTo(end);
                step.run();
                return next.isEmpty();
            }
            clock.moveTo(next.get());
            step.run();
        }
    }

    /** One round: as many invocations as there are workers, all at once; whether there was anything to do. */
    private boolean round() {
        List<Lambda.Batch> batches = new ArrayList<>();
        while (batches.size() < terms.workers()) {
            Lambda.Batch next = lambda.take(terms.workers() == 1 ? terms.batch() : 1 + chance.nextInt(terms.batch()));
            if (next.messages().isEmpty()) {
                break;
            }
            batches.add(next);
        }
        if (batches.size() == 1) {
            lambda.finish(batches.getFirst(), lambda.invoke(batches.getFirst()));
        } else if (!batches.isEmpty()) {
            together(batches);
        }
        return !batches.isEmpty();
    }

    private void together(List<Lambda.Batch> batches) {
        List<String> callers =
                batches.stream().map(each -> "worker-" + batches.indexOf(each)).toList();
        turns.begin(callers);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Invocation>> running = new ArrayList<>();
            for (int i = 0; i < batches.size(); i++) {
                String caller = callers.get(i);
                Lambda.Batch batch = batches.get(i);
                running.add(threads.submit(() -> {
                    Callers.playing(caller);
                    try {
                        return lambda.invoke(batch);
                    } finally {
                        turns.end(caller);
                    }
                }));
            }
            for (int i = 0; i < batches.size(); i++) {
                lambda.finish(batches.get(i), running.get(i).get());
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
