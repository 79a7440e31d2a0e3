package launchguard.reliability.model;

import java.util.Arrays;

/**
 * A state of the model: two cases with their instances, the messages in the queue, two workers, and what has gone wrong
 * so far. All of it is small numbers in one array, so that millions of states can be distinguished.
 */
@SuppressWarnings("EnumOrdinal") // a state is a row of small numbers, kept for one run
final class World {
    static final int CASES = 2;
    static final int WORKERS = 2;
    private static final int SLOTS = 12;

    /** What is kept of each case and its instance. */
    enum Of {
        STEP,
        ATTEMPT,
        LOOKED,
        DUE,
        VERDICT,
        RESERVED,
        REPLACED,
        ASKED,
        SIGNALLED,
        BROKEN,
        SENT,
        PENDING,
        /** Ticks until the lists show what was sent. */
        LAG,
        EFFECTS,
        OUTCOME,
        MARKED,
        WORDS
    }

    /** What is kept of each worker. */
    enum At {
        BUSY,
        PLACE,
        PLAN,
        FRESH,
        BUDGET_FRESH,
        HOLD_SEEN,
        TARGET,
        VERDICT,
        /** Rechecks sent for its message, less steps saved, less one where the message is a redelivered one. */
        EXCESS,
        KIND,
        CASE,
        CURRENT,
        OWNER
    }

    /** What is kept of each message. */
    enum In {
        KIND,
        CASE,
        CURRENT,
        OWNER
    }

    private static final int OF = Of.values().length;
    private static final int AT = At.values().length;
    private static final int IN = In.values().length;
    private static final int WORKERS_FROM = CASES * OF;
    private static final int SLOTS_FROM = WORKERS_FROM + WORKERS * AT;
    private static final int HOLD = SLOTS_FROM + SLOTS * IN;
    private static final int HELD_BEFORE = HOLD + 1;
    private static final int FAULTS = HOLD + 2;
    private final byte[] state;

    private World(byte[] state) {
        this.state = state;
    }

    static World first() {
        return new World(new byte[FAULTS + 1]);
    }

    World copy() {
        return new World(state.clone());
    }

    int of(int number, Of what) {
        return state[number * OF + what.ordinal()];
    }

    void of(int number, Of what, int value) {
        state[number * OF + what.ordinal()] = (byte) value;
    }

    void add(int number, Of what, int more) {
        of(number, what, of(number, what) + more);
    }

    Step step(int number) {
        return Step.values()[of(number, Of.STEP)];
    }

    int at(int worker, At what) {
        return state[WORKERS_FROM + worker * AT + what.ordinal()];
    }

    void at(int worker, At what, int value) {
        state[WORKERS_FROM + worker * AT + what.ordinal()] = (byte) value;
    }

    int in(int slot, In what) {
        return state[SLOTS_FROM + slot * IN + what.ordinal()];
    }

    void in(int slot, In what, int value) {
        state[SLOTS_FROM + slot * IN + what.ordinal()] = (byte) value;
    }

    boolean hold() {
        return state[HOLD] == 1;
    }

    boolean heldBefore() {
        return state[HELD_BEFORE] == 1;
    }

    void hold(boolean on) {
        state[HOLD] = (byte) (on ? 1 : 0);
        state[HELD_BEFORE] = 1;
    }

    int faults() {
        return state[FAULTS];
    }

    void fault() {
        state[FAULTS]++;
    }

    int slots() {
        return SLOTS;
    }

    boolean taken(int slot) {
        return in(slot, In.KIND) != 0;
    }

    /** Adds a message; several of one kind, case and step are alike. */
    void send(int kind, int number, boolean current, boolean owner) {
        if (kind == Protocol.EVENT && !owner && hasEvent(number)) {
            return;
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            if (!taken(slot)) {
                in(slot, In.KIND, kind);
                in(slot, In.CASE, number);
                in(slot, In.CURRENT, current ? 1 : 0);
                in(slot, In.OWNER, owner ? 1 : 0);
                return;
            }
        }
        throw new IllegalStateException("the queue of the model is full: messages multiply");
    }

    /** A second event adds nothing to the first. */
    private boolean hasEvent(int number) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (in(slot, In.KIND) == Protocol.EVENT && in(slot, In.CASE) == number && in(slot, In.OWNER) == 0) {
                return true;
            }
        }
        return false;
    }

    void remove(int slot) {
        for (In what : In.values()) {
            in(slot, what, 0);
        }
    }

    void idle(int worker) {
        for (At what : At.values()) {
            at(worker, what, 0);
        }
    }

    /** The same for states that differ in the order of messages, of workers or of the two instances only. */
    byte[] key() {
        byte[] plain = sorted(state.clone());
        byte[] swapped = state.clone();
        System.arraycopy(state, 0, swapped, OF, OF);
        System.arraycopy(state, OF, swapped, 0, OF);
        for (int worker = 0; worker < WORKERS; worker++) {
            int base = WORKERS_FROM + worker * AT;
            if (swapped[base + At.BUSY.ordinal()] == 1) {
                swapped[base + At.CASE.ordinal()] ^= 1;
                swapped[base + At.TARGET.ordinal()] ^= 1;
            }
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            int base = SLOTS_FROM + slot * IN;
            if (swapped[base] != 0) {
                swapped[base + In.CASE.ordinal()] ^= 1;
            }
        }
        byte[] other = sorted(swapped);
        return Arrays.compare(plain, other) <= 0 ? plain : other;
    }

    private static byte[] sorted(byte[] state) {
        sort(state, WORKERS_FROM, WORKERS, AT);
        sort(state, SLOTS_FROM, SLOTS, IN);
        return state;
    }

    private static void sort(byte[] state, int from, int count, int size) {
        byte[][] parts = new byte[count][];
        for (int i = 0; i < count; i++) {
            parts[i] = Arrays.copyOfRange(state, from + i * size, from + (i + 1) * size);
        }
        Arrays.sort(parts, Arrays::compare);
        for (int i = 0; i < count; i++) {
            System.arraycopy(parts[i], 0, state, from + i * size, size);
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < CASES; number++) {
            text.append(" case ").append(number).append(' ').append(step(number));
            for (Of what : Of.values()) {
                if (what != Of.STEP && of(number, what) != 0) {
                    text.append(' ').append(what).append('=').append(of(number, what));
                }
            }
        }
        return text.append(" faults=").append(faults()).toString();
    }
}
