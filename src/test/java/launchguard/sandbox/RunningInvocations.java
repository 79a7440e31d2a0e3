package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The invocations that run now: how much of their time each has used, and how many hops its messages have behind them.
 *
 * <p>An invocation that runs alone has used what has passed on the clock. Where several run side by side on one stepped clock,
 * each has used the time of its own calls and waits only.
 */
final class RunningInvocations {
    private final SteppedClock clock;
    private final Map<String, State> states = new HashMap<>();

    private static final class State {
        private final Instant begun;
        private final Duration timeout;
        private final int hops;
        private boolean alone;
        private Duration own = Duration.ZERO;
        private boolean over;

        State(Instant begun, Duration timeout, int hops, boolean alone) {
            this.begun = begun;
            this.timeout = timeout;
            this.hops = hops;
            this.alone = alone;
        }
    }

    RunningInvocations(SteppedClock clock) {
        this.clock = clock;
    }

    /** An invocation begins in the name of this caller, with so many hops behind it. */
    synchronized void begin(String caller, Duration timeout, int hops) {
        boolean alone = states.isEmpty();
        states.values().forEach(other -> other.alone = false);
        states.put(caller, new State(clock.instant(), timeout, hops, alone));
    }

    /** It has ended; whether its time was over before. */
    synchronized boolean end(String caller) {
        State state = states.remove(caller);
        return state != null && (state.over || left(state).isNegative());
    }

    /** How much time it has left; a caller of no invocation has as much as it wants. */
    synchronized Duration left(String caller) {
        State state = states.get(caller);
        return state == null ? Duration.ofDays(1) : left(state);
    }

    private Duration left(State state) {
        Duration used = state.alone ? Duration.between(state.begun, clock.instant()) : state.own;
        return state.timeout.minus(used);
    }

    /** Time passes for this invocation, and on the clock. */
    void pass(String caller, Duration time) {
        if (time.isZero()) {
            return;
        }
        synchronized (this) {
            State state = states.get(caller);
            if (state != null) {
                state.own = state.own.plus(time);
            }
        }
        clock.moveTo(clock.instant().plus(time));
    }

    /** As {@link #pass}, of what began then: what overlaps with it has passed already. */
    void passFrom(Instant since, String caller, Duration time) {
        Duration left = Duration.between(clock.instant(), since.plus(time));
        pass(caller, left.isNegative() ? Duration.ZERO : left);
    }

    /** Whether its time is over: then nothing that it still does takes effect, as after its death. */
    synchronized boolean over(String caller) {
        State state = states.get(caller);
        if (state != null && !left(state).isPositive()) {
            state.over = true;
        }
        return state != null && state.over;
    }

    /** The hops of a message that this caller sends: one more than those of the invocation; 0 outside. */
    synchronized int hopsOfSent(@Nullable String caller) {
        State state = caller == null ? null : states.get(caller);
        return state == null ? 0 : state.hops + 1;
    }
}
