package launchguard.aws;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** The end of the invocation: near it no message is started, and each call gets only the time that is left. */
public final class Deadline {
    /** A message may call services that don't answer, and the probes of its batch are sent after it. */
    private static final int TO_BEGIN = 50_000;

    /** For putting back the messages that were not begun, and for the answer. */
    private static final int TO_END = 5_000;

    /** For the answer alone. */
    private static final int TO_ANSWER = 1_000;

    private static final ScopedValue<Deadline> NOW = ScopedValue.newInstance();

    private final IntSupplier left;
    private final int toBegin;
    private final int toEnd;

    private Deadline(IntSupplier left, int toBegin, int toEnd) {
        this.left = left;
        this.toBegin = toBegin;
        this.toEnd = toEnd;
    }

    /** Does work in an invocation; {@code left} gives the milliseconds that it has left. */
    public static <T> T within(IntSupplier left, Supplier<T> work) {
        // A shorter invocation keeps at most half of its time free, so that each one does some work.
        int toBegin = Math.min(TO_BEGIN, left.getAsInt() / 2);
        int toEnd = Math.min(TO_END, toBegin / 4);
        return ScopedValue.where(NOW, new Deadline(left, toBegin, toEnd)).call(work::get);
    }

    /** Wraps work for another thread of the same invocation. */
    static Runnable carried(Runnable work) {
        if (!NOW.isBound()) {
            return work;
        }
        Deadline now = NOW.get();
        return () -> ScopedValue.where(NOW, now).run(work);
    }

    /** Does the last work of an invocation, in the time that was kept free for it. */
    public static void ending(Runnable work) {
        if (NOW.isBound()) {
            Deadline now = NOW.get();
            ScopedValue.where(NOW, new Deadline(now.left, now.toBegin, TO_ANSWER))
                    .run(work);
        } else {
            work.run();
        }
    }

    /** Whether there is time to begin with another message, case or instance. */
    public static boolean allowsMore() {
        return !NOW.isBound() || NOW.get().left.getAsInt() >= NOW.get().toBegin;
    }

    /** Whether another try of a call, which takes at most this long, would end in time. */
    static boolean allowsTry(Duration usual) {
        return !NOW.isBound()
                || atMost(usual).toMillis()
                        >= Math.min(usual.toMillis(), Math.min(NOW.get().toEnd, NOW.get().toBegin / 4));
    }

    /**
     * How long a call may take: its usual limit, or the time that is left if that is less; zero or less where no time
     * is left.
     */
    static Duration atMost(Duration usual) {
        if (!NOW.isBound()) {
            return usual;
        }
        Duration left = Duration.ofMillis(NOW.get().left.getAsInt() - (long) NOW.get().toEnd);
        return left.compareTo(usual) < 0 ? left : usual;
    }
}
