package launchguard.reliability.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A model of few states, which are kept whole; explored in every order of its calls. */
abstract class SmallModel {
    private final Map<State, From> seen = new HashMap<>();
    private final Deque<State> open = new ArrayDeque<>();
    private @Nullable State present;
    private @Nullable String broken;
    private long transitions;

    private record From(@Nullable State before, String what) {}

    /** What came of it: the promise that was broken, and the shortest story that leads there; empty when all were kept. */
    record Result(int states, long transitions, Optional<String> broken) {}

    /** A row of small numbers, by name. */
    @SuppressWarnings("EnumOrdinal") // kept for one run
    static final class State {
        private final int[] values;

        State(int size) {
            values = new int[size];
        }

        private State(int[] values) {
            this.values = values;
        }

        State copy() {
            return new State(values.clone());
        }

        int get(Enum<?> what) {
            return values[what.ordinal()];
        }

        boolean is(Enum<?> what) {
            return get(what) != 0;
        }

        void set(Enum<?> what, int value) {
            values[what.ordinal()] = value;
        }

        void set(Enum<?> what, boolean value) {
            set(what, value ? 1 : 0);
        }

        void add(Enum<?> what, int more) {
            values[what.ordinal()] += more;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof State state && Arrays.equals(values, state.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }
    }

    abstract State first();

    /** Does one thing after the other that may happen now, each by {@link #may}. */
    abstract void after(State now);

    /** One thing that may happen, with its effect on a copy of the present state. */
    final void may(String what, Consumer<State> effect) {
        State before = present;
        if (before == null || broken != null) {
            return;
        }
        State next = before.copy();
        effect.accept(next);
        transitions++;
        if (seen.putIfAbsent(next, new From(before, what)) == null) {
            open.add(next);
        }
        if (broken != null) {
            broken += story(before) + "\n  " + what;
        }
    }

    /** A promise is broken by what is happening. */
    final void breaks(String promise) {
        broken = broken == null ? promise : broken;
    }

    final Result explore() {
        State first = first();
        seen.put(first, new From(null, ""));
        open.add(first);
        while (!open.isEmpty() && broken == null) {
            State now = open.remove();
            present = now;
            after(now);
        }
        return new Result(seen.size(), transitions, Optional.ofNullable(broken));
    }

    private String story(State end) {
        List<String> lines = new ArrayList<>();
        State at = end;
        while (at != null) {
            From from = seen.get(at);
            if (from == null || from.before() == null) {
                break;
            }
            lines.add("\n  " + from.what());
            at = from.before();
        }
        return String.join("", lines.reversed());
    }
}
