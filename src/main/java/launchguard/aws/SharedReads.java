package launchguard.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Shares AWS's answers among the messages of a batch: for seconds, and never longer
 * than the batch. Without a batch, each question is asked.
 */
public final class SharedReads {
    private static final Duration FRESH = Duration.ofSeconds(3);
    private static final ScopedValue<SharedReads> NOW = ScopedValue.newInstance();

    private final InstantSource clock;
    private final Map<Object, Read> answers = new ConcurrentHashMap<>();

    private record Read(Object answer, Instant at) {}

    private SharedReads(InstantSource clock) {
        this.clock = clock;
    }

    /** Does the work of a batch, whose messages share answers. */
    public static void within(InstantSource clock, Runnable work) {
        ScopedValue.where(NOW, new SharedReads(clock)).run(work);
    }

    /** Wraps work for another thread of the same batch. */
    static Runnable carried(Runnable work) {
        if (!NOW.isBound()) {
            return work;
        }
        SharedReads now = NOW.get();
        return () -> ScopedValue.where(NOW, now).run(work);
    }

    /** The answer for this key, shared if it is fresh; two threads that ask at the same time may both call AWS. */
    @SuppressWarnings("unchecked") // a key has answers of one type
    static <T> T once(Object key, Supplier<T> question) {
        return NOW.isBound() ? (T) NOW.get().answer(key, question) : question.get();
    }

    private Object answer(Object key, Supplier<?> question) {
        Read known = answers.get(key);
        if (known != null && known.at().plus(FRESH).isAfter(clock.instant())) {
            return known.answer();
        }
        Instant now = clock.instant();
        Object answer = question.get();
        answers.put(key, new Read(answer, now));
        return answer;
    }
}
