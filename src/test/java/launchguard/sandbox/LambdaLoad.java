package launchguard.sandbox;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import launchguard.aws.Clients;
import org.jspecify.annotations.Nullable;

/**
 * Lambda and its queue under load, in stepped time: environments that take batches side by side, calls that take their
 * time, invocations that are ended when their time is over. Everything follows from the times, so a run is the same
 * each time.
 */
public final class LambdaLoad {
    /**
     * The settings of the template, and how long a call and a start take.
     *
     * @param concurrency batches at a time, at most
     * @param window how long a batch is gathered
     * @param start of an environment, before its first batch
     * @param call what a call takes, the caller's own work for it included
     * @param processor how long the caller's own work for a call keeps its environment's processor from other calls
     */
    public record Terms(
            int concurrency, Duration window, Duration start, Supplier<Duration> call, Duration processor) {}

    private final SteppedClock clock;
    private final Queue queue;
    private final Lambda lambda;
    private final TimedOrder waits;
    private final Terms terms;
    private final Function<Clients, RequestStreamHandler> maker;
    private final Supplier<Clients> clients;
    private final int batchSize;
    private final Duration timeout;
    private final Deque<RequestStreamHandler> idle = new ArrayDeque<>();
    private @Nullable Instant gatheringSince;
    private int busy;
    private long invocations;
    private long redelivered;
    private long timedOut;
    private Duration billed = Duration.ZERO;

    LambdaLoad(
            SteppedClock clock,
            Queue queue,
            Lambda lambda,
            TimedOrder waits,
            Terms terms,
            Limits limits,
            Supplier<Clients> clients,
            Function<Clients, RequestStreamHandler> maker) {
        this.clock = clock;
        this.queue = queue;
        this.lambda = lambda;
        this.waits = waits;
        this.terms = terms;
        this.clients = clients;
        this.maker = maker;
        this.batchSize = limits.batchSize();
        this.timeout = limits.timeout();
    }

    /** The template's. */
    record Limits(int batchSize, Duration timeout) {}

    /** Until nothing is left (true) or that moment has come. */
    public boolean until(Instant end) throws InterruptedException {
        while (true) {
            while (waits.wake()) {
                // Each in its turn.
            }
            poll();
            Optional<Instant> next = Stream.of(waits.next(), clock.nextDue(), batchDue())
                    .flatMap(Optional::stream)
                    .min(Instant::compareTo);
            if (next.isEmpty() || next.get().isAfter(end)) {
                return next.isEmpty();
            }
            clock.moveTo(next.get());
        }
    }

    /**
     * A batch goes off when its window is over or it is full; while all environments are busy, messages stay in the
     * queue.
     */
    private void poll() {
        while (queue.visible() > 0) {
            Instant now = clock.instant();
            Instant since = gatheringSince == null ? now : gatheringSince;
            gatheringSince = since;
            if (busy == terms.concurrency()
                    || (queue.visible() < batchSize && now.isBefore(since.plus(terms.window())))) {
                return;
            }
            gatheringSince = null;
            Lambda.Batch batch = lambda.take(batchSize);
            if (!batch.messages().isEmpty()) {
                redelivered += batch.messages().stream()
                        .filter(message -> message.receiveCount() > 1)
                        .count();
                invoke(batch);
            }
        }
    }

    private Optional<Instant> batchDue() {
        if (queue.visible() == 0) {
            return queue.nextHidden();
        }
        if (busy == terms.concurrency() || gatheringSince == null) {
            return Optional.empty();
        }
        // Messages that become visible meanwhile may fill the batch before its window is over.
        Instant over = gatheringSince.plus(terms.window());
        return Optional.of(queue.nextHidden().filter(over::isAfter).orElse(over));
    }

    private void invoke(Lambda.Batch batch) {
        busy++;
        String caller = "rush" + ++invocations;
        boolean cold = idle.isEmpty();
        RequestStreamHandler environment = cold ? maker.apply(clients.get()) : idle.pop();
        Duration start = cold ? terms.start() : Duration.ZERO;
        Instant begun = clock.instant();
        waits.begin(caller, begun.plus(start).plus(timeout), () -> {
            Callers.playing(caller);
            if (cold) {
                waits.pass(caller, start);
            }
            Invocation invocation = lambda.invoke(environment, batch.event(), batch.hops());
            billed = billed.plus(Duration.between(begun, clock.instant()));
            if (waits.over(caller)) {
                timedOut++;
            } else {
                lambda.finish(batch, invocation);
                idle.push(environment);
            }
            busy--;
        });
    }

    /** Batches that the function was given. */
    public long invocations() {
        return invocations;
    }

    /** Messages that were delivered more than once, each time counted. */
    public long redelivered() {
        return redelivered;
    }

    /** Invocations that were ended because their time was over. */
    public long timedOut() {
        return timedOut;
    }

    /** Time of all invocations, starts included. */
    public Duration billed() {
        return billed;
    }
}
