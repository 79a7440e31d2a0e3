package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import launchguard.template.Template;

/** Advances time: delivers visible messages, and moves to what is due next. */
final class ClockRunner {
    private static final Duration SCHEDULE = Duration.ofMinutes(15);
    private final SteppedClock clock;
    private final Queue queue;
    private final Lambda lambda;
    private final Template template;

    ClockRunner(SteppedClock clock, Queue queue, Lambda lambda, Template template) {
        this.clock = clock;
        this.queue = queue;
        this.lambda = lambda;
        this.template = template;
    }

    int deliver() {
        int messages = 0;
        for (int batch = lambda.deliverBatch(); batch > 0; batch = lambda.deliverBatch()) {
            messages += batch;
        }
        return messages;
    }

    boolean settle(Duration max) {
        Instant end = clock.instant().plus(max);
        while (true) {
            if (queue.hasVisible()) {
                // Lambda gathers a batch for a while.
                clock.moveTo(clock.instant().plus(template.queueSettings().batchWindow()));
                deliver();
                continue;
            }
            Optional<Instant> next = Stream.of(clock.nextDue(), queue.nextVisible())
                    .flatMap(Optional::stream)
                    .min(Instant::compareTo);
            if (next.isEmpty()) {
                return true;
            }
            if (next.get().isAfter(end)) {
                clock.moveTo(end);
                return false;
            }
            clock.moveTo(next.get());
        }
    }

    void settleWithSchedule(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            template.scheduledInputs().values().forEach(input -> queue.send(input, Duration.ZERO));
            Duration left = Duration.between(clock.instant(), end);
            Instant tick = clock.instant().plus(left.compareTo(SCHEDULE) < 0 ? left : SCHEDULE);
            settle(Duration.between(clock.instant(), tick));
            clock.moveTo(tick);
        }
    }
}
