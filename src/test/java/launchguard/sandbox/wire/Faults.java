package launchguard.sandbox.wire;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/** Faults asked for: which calls, and what happens to them. The first rule that has something to say decides. */
public final class Faults {
    private static final Effect NONE = new Effect.None();
    private final List<Function<Call, Effect>> rules = new CopyOnWriteArrayList<>();
    private volatile boolean dead;
    private volatile boolean spared;

    /** Calls of this operation; {@code *} stands for any service or operation. */
    public Rule on(String service, String operation) {
        return new Rule(call -> (service.equals("*") || service.equals(call.service()))
                && (operation.equals("*") || operation.equals(call.operation())));
    }

    /** The call with this number in the log. */
    public Rule atCall(long number) {
        return new Rule(call -> call.number() == number);
    }

    /** Any rule at all, for seeded runs; {@link Effect.None} where it has nothing to say. */
    public void by(Function<Call, Effect> rule) {
        rules.add(rule);
    }

    /** Forgets all rules, and lets the caller's process live again. */
    public void clear() {
        rules.clear();
        dead = false;
    }

    /** A new process takes the dead one's place. */
    public void revive() {
        dead = false;
    }

    /** Whether the caller's process has died. */
    public boolean dead() {
        return dead;
    }

    /** Makes calls of another program, which none of these faults befalls. */
    public void spare(Runnable calls) {
        spared = true;
        try {
            calls.run();
        } finally {
            spared = false;
        }
    }

    Effect of(Call call) {
        if (spared) {
            return NONE;
        }
        if (dead) {
            return new Effect.DieBefore();
        }
        Effect effect = rules.stream()
                .map(rule -> rule.apply(call))
                .filter(found -> !found.equals(NONE))
                .findFirst()
                .orElse(NONE);
        if (effect instanceof Effect.DieBefore || effect instanceof Effect.DieAfter) {
            dead = true;
        }
        return effect;
    }

    /** Some calls, and from which of them on and how often the fault comes: by default at the first, once. */
    public final class Rule {
        private final Predicate<Call> calls;
        private int first = 1;
        private int times = 1;

        private Rule(Predicate<Call> calls) {
            this.calls = calls;
        }

        /** From the nth of these calls on, counted from 1. */
        public Rule nth(int n) {
            first = n;
            return this;
        }

        /** This many calls one after the other. */
        public Rule times(int count) {
            times = count;
            return this;
        }

        /** Until {@link Faults#clear}. */
        public Rule always() {
            return times(Integer.MAX_VALUE - first);
        }

        /** Throttled, not done. */
        public void throttle() {
            becomes(new Effect.Throttle());
        }

        /** A server error, not done. */
        public void fail(int status) {
            becomes(new Effect.Fail(status, status == 503 ? "ServiceUnavailable" : "InternalServerError", "asked for"));
        }

        /** This error, not done. */
        public void fail(String code, String message) {
            becomes(new Effect.Fail(400, code, message));
        }

        /** Writes to DynamoDB are refused: a transaction on the first of their items is under way. */
        public void conflict() {
            becomes(new Effect.Conflict(0));
        }

        /** Done, the answer is lost. */
        public void loseAnswer() {
            becomes(new Effect.LoseAnswer());
        }

        /** Not done, and no answer either. */
        public void timeOut() {
            becomes(new Effect.Silence());
        }

        /** Not done: the caller gives up after so long, on the sandbox's clock. */
        public void silentFor(Duration time) {
            becomes(new Effect.Slow(time));
        }

        /** The function dies right before the call. */
        public void dieBefore() {
            becomes(new Effect.DieBefore());
        }

        /** The function dies right after the call. */
        public void dieAfter() {
            becomes(new Effect.DieAfter());
        }

        private void becomes(Effect effect) {
            AtomicInteger seen = new AtomicInteger();
            rules.add(call -> {
                if (!calls.test(call)) {
                    return NONE;
                }
                int n = seen.incrementAndGet();
                return n >= first && n < first + times ? effect : NONE;
            });
        }
    }
}
