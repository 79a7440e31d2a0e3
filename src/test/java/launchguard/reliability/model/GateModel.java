package launchguard.reliability.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One group's launches at the launch gate, call by call, in every order: an instance waits at Auto Scaling's hook, CodeDeploy
 * deploys, two workers of the function handle the wait's event, its copies and the case's timer, each call may fail or lose its
 * answer, the function may be dead for as long as it likes, and time passes in ticks of 200 seconds. The hook's timeout is three
 * ticks, a heartbeat is due after two, and the gate's deadline is six of which CodeDeploy's are not counted.
 *
 * <p>That an open case's timer rings is {@link Protocol}'s to show; here it may ring at any moment, and a tick passes only when
 * nothing is due, unless the function is dead.
 */
@SuppressWarnings("EnumOrdinal") // a state is an array of small numbers
final class GateModel {
    private static final int TIMEOUT = 3;
    private static final int BEAT = 2;
    private static final int DEADLINE = 6;
    private static final int DOUBT = 2;
    private static final int BUDGET = 1;
    private static final int LAST_TICK = 14;
    private static final int MOST_LAUNCHES = 3;
    private static final int MOST_DEPLOYING = 3;
    private static final int WORKERS = 2;

    /** A promise of the gate, broken on purpose. */
    enum Flaw {
        NONE,
        ANSWERS_ANOTHER_HOOK,
        ABANDONS_ON_DOUBT,
        ABANDONS_AT_THE_DEADLINE,
        ABANDONS_WHILE_DEPLOYING,
        ABANDONS_IN_OBSERVE_MODE,
        ABANDONS_BEYOND_THE_BUDGET,
        FORGETS_A_LOST_ABANDON,
        BEATS_PAST_THE_DEADLINE,
        CALLS_IT_PROVED_TOO_EARLY
    }

    /** What Auto Scaling made of the wait. */
    private enum Aws {
        WAITING,
        CONTINUED,
        TIMED_OUT,
        ABANDONED_BY_US,
        ABANDONED_BY_CODEDEPLOY
    }

    /** What is true of the instance, and what the case knows of it. */
    private enum Health {
        UNKNOWN,
        HARM,
        GOOD,
        DOUBT
    }

    private enum Part {
        TICK,
        AWS,
        EXPIRES,
        HELD_SINCE,
        DEPLOYING,
        DEPLOYED_AGAIN,
        TOOK,
        TRUTH,
        REPAIRED,
        HOLD,
        LAST_BEAT,
        PROVED,
        INTENDS_ABANDON,
        EVENTS,
        OTHERS,
        SPENT,
        ABANDONED,
        LAUNCHES,
        FAULTS,
        DEAD,
        DIED
    }

    /** Where a worker is: what it calls or writes next. */
    private enum Do {
        NOTHING,
        WRITE_OPEN,
        OBSERVE,
        WRITE_OBSERVED,
        WRITE_PROVED,
        WRITE_UNPROVED,
        CONTINUE,
        WRITE_RELEASED,
        BEAT,
        WRITE_BEAT,
        WRITE_REPAIRED,
        WRITE_INTENT,
        ABANDON,
        WRITE_ABANDONED,
        WRITE_ASK_ANEW,
        WRITE_GONE,
        ANSWER_ANOTHER
    }

    private static final int PARTS = Part.values().length;

    private final Flaw flaw;
    private final boolean observe;
    private final int mostFaults;
    private final List<String> broken = new ArrayList<>();

    GateModel(Flaw flaw, boolean observe, int mostFaults) {
        this.flaw = flaw;
        this.observe = observe;
        this.mostFaults = mostFaults;
    }

    /**
     * What came of it.
     *
     * @param broken the promise; empty when all were kept
     */
    record Result(int states, long transitions, Optional<String> broken) {}

    private static final class State {
        /** The parts, then of each worker what it does next and whether what it read is still what is stored. */
        final byte[] all;

        State(byte[] all) {
            this.all = all;
        }

        State copy() {
            return new State(all.clone());
        }

        int of(Part part) {
            return all[part.ordinal()];
        }

        State with(Part part, int value) {
            all[part.ordinal()] = (byte) value;
            return this;
        }

        Do worker(int number) {
            return Do.values()[all[PARTS + 2 * number]];
        }

        State worker(int number, Do next) {
            all[PARTS + 2 * number] = (byte) next.ordinal();
            return this;
        }

        boolean fresh(int number) {
            return all[PARTS + 2 * number + 1] == 1;
        }

        void fresh(int number, boolean value) {
            all[PARTS + 2 * number + 1] = (byte) (value ? 1 : 0);
        }

        Hold hold() {
            return Hold.values()[of(Part.HOLD)];
        }

        Aws aws() {
            return Aws.values()[of(Part.AWS)];
        }

        boolean busy() {
            return worker(0) != Do.NOTHING || worker(1) != Do.NOTHING;
        }

        int deadline() {
            return of(Part.HELD_SINCE) + DEADLINE + of(Part.TOOK);
        }

        boolean pastDeadline() {
            return of(Part.TICK) >= deadline();
        }

        /** Nothing of a worker but its place and freshness: two workers are alike. */
        String key() {
            byte[] key = all.clone();
            int first = key[PARTS] * 2 + key[PARTS + 1];
            int other = key[PARTS + 2] * 2 + key[PARTS + 3];
            if (first > other) {
                byte[] swapped = {key[PARTS + 2], key[PARTS + 3], key[PARTS], key[PARTS + 1]};
                System.arraycopy(swapped, 0, key, PARTS, 4);
            }
            return Arrays.toString(key);
        }
    }

    private State launched(Health truth) {
        return launched(new State(new byte[PARTS + 2 * WORKERS]), truth);
    }

    private static State launched(State state, Health truth) {
        return state.with(Part.TICK, 0)
                .with(Part.AWS, Aws.WAITING.ordinal())
                .with(Part.EXPIRES, TIMEOUT)
                .with(Part.HELD_SINCE, 0)
                .with(Part.DEPLOYING, 1)
                .with(Part.DEPLOYED_AGAIN, 0)
                .with(Part.TOOK, 0)
                .with(Part.TRUTH, truth.ordinal())
                .with(Part.REPAIRED, 0)
                .with(Part.HOLD, Hold.NONE.ordinal())
                .with(Part.LAST_BEAT, 0)
                .with(Part.PROVED, 0)
                .with(Part.INTENDS_ABANDON, 0)
                .with(Part.EVENTS, 2)
                .with(Part.OTHERS, 1)
                .with(Part.LAUNCHES, state.of(Part.LAUNCHES) + 1);
    }

    Result run() {
        Set<String> seen = new HashSet<>();
        Deque<State> next = new ArrayDeque<>();
        long transitions = 0;
        for (Health truth : List.of(Health.HARM, Health.GOOD, Health.DOUBT)) {
            next.add(launched(truth));
        }
        while (!next.isEmpty() && broken.isEmpty()) {
            for (State after : after(next.poll())) {
                transitions++;
                if (seen.add(after.key())) {
                    next.add(after);
                }
            }
        }
        return new Result(seen.size(), transitions, broken.stream().findFirst());
    }

    private List<State> after(State now) {
        List<State> next = new ArrayList<>();
        world(now, next);
        if (now.of(Part.DEAD) == 0) {
            function(now, next);
        }
        return next;
    }

    // ---- the world

    private void world(State now, List<State> next) {
        boolean waiting = now.aws() == Aws.WAITING;
        if (waiting && now.of(Part.DEPLOYING) == 1) {
            next.add(now.copy().with(Part.DEPLOYING, 0));
            next.add(now.copy().with(Part.AWS, Aws.ABANDONED_BY_CODEDEPLOY.ordinal()));
        } else if (waiting && now.of(Part.DEPLOYED_AGAIN) == 0 && !now.busy()) {
            next.add(now.copy().with(Part.DEPLOYING, 1).with(Part.DEPLOYED_AGAIN, 1));
        }
        if (now.of(Part.EVENTS) > 0) {
            next.add(now.copy().with(Part.EVENTS, now.of(Part.EVENTS) - 1));
        }
        if (now.of(Part.DEAD) == 1) {
            next.add(now.copy().with(Part.DEAD, 0));
        } else if (now.of(Part.DIED) == 0) {
            State dead = now.copy().with(Part.DEAD, 1).with(Part.DIED, 1);
            for (int worker = 0; worker < WORKERS; worker++) {
                dead.worker(worker, Do.NOTHING);
                dead.fresh(worker, false);
            }
            next.add(dead);
        }
        if (now.aws() == Aws.ABANDONED_BY_US && !open(now) && !now.busy() && now.of(Part.LAUNCHES) < MOST_LAUNCHES) {
            // The same image races again.
            next.add(launched(now.copy(), Health.HARM));
        }
        tick(now, next);
    }

    /** While the function lives what is due is done before more time passes. */
    private void tick(State now, List<State> next) {
        boolean due = now.hold() == Hold.RELEASING
                || now.of(Part.INTENDS_ABANDON) == 1
                || (now.hold() == Hold.OPEN
                        && (now.pastDeadline() || now.of(Part.TICK) - now.of(Part.LAST_BEAT) >= BEAT));
        boolean idle = now.of(Part.DEAD) == 1 || (!due && !now.busy());
        if (!idle || now.of(Part.TICK) == LAST_TICK) {
            return;
        }
        if (now.of(Part.DEAD) == 0 && now.aws() == Aws.WAITING && now.hold() != Hold.NONE && now.pastDeadline()) {
            broken.add("10: held past its deadline");
        }
        State later = now.copy().with(Part.TICK, now.of(Part.TICK) + 1);
        if (now.aws() == Aws.WAITING && now.of(Part.DEPLOYING) == 1) {
            later.with(Part.TOOK, Math.min(MOST_DEPLOYING, now.of(Part.TOOK) + 1));
            if (now.of(Part.TOOK) == MOST_DEPLOYING) {
                later.with(Part.DEPLOYING, 0);
            }
        }
        if (now.aws() == Aws.WAITING && later.of(Part.TICK) >= now.of(Part.EXPIRES)) {
            later.with(Part.AWS, Aws.TIMED_OUT.ordinal());
        }
        next.add(later);
    }

    private static boolean open(State state) {
        return state.hold().open() || state.of(Part.INTENDS_ABANDON) == 1;
    }

    // ---- the function

    private void function(State now, List<State> next) {
        for (int worker = 0; worker < WORKERS; worker++) {
            if (now.worker(worker) == Do.NOTHING) {
                begins(now, worker, next);
            } else {
                calls(now, worker, next);
            }
        }
    }

    private void begins(State now, int worker, List<State> next) {
        boolean waiting = now.aws() == Aws.WAITING;
        if (now.of(Part.OTHERS) == 1 && flaw == Flaw.ANSWERS_ANOTHER_HOOK) {
            next.add(started(now.copy().with(Part.OTHERS, 0), worker, Do.ANSWER_ANOTHER));
        }
        // The wait's event, or the schedule that finds it waiting.
        if (now.hold() == Hold.NONE && waiting) {
            next.add(started(
                    now.copy().with(Part.EVENTS, Math.max(0, now.of(Part.EVENTS) - 1)),
                    worker,
                    observe && flaw != Flaw.ABANDONS_IN_OBSERVE_MODE ? Do.OBSERVE : Do.WRITE_OPEN));
        }
        if (open(now)) {
            Do decided = decides(now);
            if (decided != Do.NOTHING) {
                next.add(started(now.copy(), worker, decided));
            }
        }
    }

    private static State started(State state, int worker, Do what) {
        state.fresh(worker, true);
        return state.worker(worker, what);
    }

    /** As the timer finds the case. */
    private Do decides(State now) {
        if (now.hold() == Hold.RELEASING) {
            return Do.CONTINUE;
        }
        if (now.of(Part.INTENDS_ABANDON) == 1) {
            if (now.worker(0) == Do.ABANDON || now.worker(1) == Do.ABANDON) {
                // An intent is looked for after 75 seconds; the calls between its save and its own end before that.
                return Do.NOTHING;
            }
            boolean leaves = now.aws() == Aws.ABANDONED_BY_US || now.aws() == Aws.ABANDONED_BY_CODEDEPLOY;
            return leaves ? Do.WRITE_ABANDONED : Do.WRITE_ASK_ANEW;
        }
        boolean late = flaw == Flaw.BEATS_PAST_THE_DEADLINE;
        if (now.pastDeadline() && !late) {
            return flaw == Flaw.ABANDONS_AT_THE_DEADLINE ? Do.WRITE_INTENT : Do.WRITE_UNPROVED;
        }
        if (now.of(Part.TICK) - now.of(Part.LAST_BEAT) >= BEAT) {
            return Do.BEAT;
        }
        return looks(now);
    }

    private Do looks(State now) {
        boolean deploying = now.of(Part.DEPLOYING) == 1;
        boolean harm = now.of(Part.TRUTH) == Health.HARM.ordinal();
        boolean looksEarly = harm ? flaw == Flaw.ABANDONS_WHILE_DEPLOYING : flaw == Flaw.CALLS_IT_PROVED_TOO_EARLY;
        if (deploying && !looksEarly) {
            return Do.NOTHING;
        }
        return switch (Health.values()[now.of(Part.TRUTH)]) {
            case UNKNOWN -> Do.NOTHING;
            case GOOD -> Do.WRITE_PROVED;
            case DOUBT -> {
                boolean over = now.of(Part.TICK) >= now.of(Part.HELD_SINCE) + now.of(Part.TOOK) + DOUBT;
                yield flaw == Flaw.ABANDONS_ON_DOUBT
                        ? Do.WRITE_INTENT
                        : over && !deploying ? Do.WRITE_UNPROVED : Do.NOTHING;
            }
            case HARM -> {
                boolean may = now.of(Part.SPENT) < BUDGET || flaw == Flaw.ABANDONS_BEYOND_THE_BUDGET;
                yield now.of(Part.REPAIRED) == 0 ? Do.WRITE_REPAIRED : may ? Do.WRITE_INTENT : Do.WRITE_UNPROVED;
            }
        };
    }

    /** The call takes effect and is answered; or its answer is lost and the worker with it; or it fails. */
    private void calls(State now, int worker, List<State> next) {
        for (State done : does(now, worker)) {
            next.add(done);
        }
        if (now.of(Part.FAULTS) < mostFaults) {
            for (State done : does(now, worker)) {
                next.add(stopped(done, worker));
            }
            next.add(stopped(now.copy(), worker));
        }
    }

    private static State stopped(State state, int worker) {
        state.fresh(worker, false);
        return state.worker(worker, Do.NOTHING).with(Part.FAULTS, state.of(Part.FAULTS) + 1);
    }

    private List<State> does(State now, int worker) {
        State after = now.copy();
        boolean waiting = now.aws() == Aws.WAITING;
        Do what = now.worker(worker);
        return switch (what) {
            case NOTHING -> throw new IllegalStateException();
            case ANSWER_ANOTHER -> {
                broken.add("10: answers a hook that is not ours");
                yield List.of(done(after, worker));
            }
            case OBSERVE -> {
                continues(after);
                yield List.of(after.worker(worker, Do.WRITE_OBSERVED));
            }
            case CONTINUE -> {
                continues(after);
                yield List.of(after.worker(worker, Do.WRITE_RELEASED));
            }
            case BEAT -> {
                if (waiting && now.pastDeadline()) {
                    broken.add("10: holds it past its deadline");
                }
                if (waiting) {
                    after.with(Part.EXPIRES, now.of(Part.TICK) + TIMEOUT);
                }
                yield List.of(after.worker(worker, waiting ? Do.WRITE_BEAT : Do.WRITE_GONE));
            }
            case ABANDON -> {
                abandons(now, after);
                boolean stays = now.aws() == Aws.CONTINUED || now.aws() == Aws.TIMED_OUT;
                yield List.of(after.worker(worker, stays ? Do.WRITE_GONE : Do.WRITE_ABANDONED));
            }
            default -> now.fresh(worker) ? writes(after, worker, what) : List.of(done(after, worker));
        };
    }

    private static void continues(State state) {
        if (state.aws() == Aws.WAITING) {
            state.with(Part.AWS, Aws.CONTINUED.ordinal());
        }
    }

    private void abandons(State now, State after) {
        if (now.aws() != Aws.WAITING) {
            return;
        }
        after.with(Part.AWS, Aws.ABANDONED_BY_US.ordinal());
        after.with(Part.ABANDONED, now.of(Part.ABANDONED) + 1);
        if (observe) {
            broken.add("10: abandons in observe mode");
        } else if (now.of(Part.TRUTH) != Health.HARM.ordinal()) {
            broken.add("10: abandons without proof of harm");
        } else if (now.of(Part.REPAIRED) == 0) {
            broken.add("10: abandons for time alone");
        } else if (now.of(Part.DEPLOYING) == 1) {
            broken.add("10: abandons while CodeDeploy deploys");
        } else if (after.of(Part.ABANDONED) > BUDGET) {
            broken.add("10: abandons beyond the budget");
        }
    }

    /** Writes on the condition that no other write came since the read. */
    private List<State> writes(State after, int worker, Do what) {
        after.fresh(1 - worker, false);
        switch (what) {
            case WRITE_OPEN ->
                after.with(Part.HOLD, Hold.OPEN.ordinal())
                        .with(Part.HELD_SINCE, after.of(Part.TICK))
                        .with(Part.TOOK, 0)
                        .with(Part.LAST_BEAT, after.of(Part.TICK));
            case WRITE_OBSERVED -> after.with(Part.HOLD, Hold.RELEASED.ordinal());
            case WRITE_PROVED, WRITE_UNPROVED -> {
                boolean proved = what == Do.WRITE_PROVED;
                if (proved && after.of(Part.DEPLOYING) == 1) {
                    broken.add("10: called proved before CodeDeploy's end");
                }
                after.with(Part.HOLD, Hold.RELEASING.ordinal()).with(Part.PROVED, proved ? 1 : 0);
                return List.of(after.worker(worker, Do.CONTINUE));
            }
            case WRITE_RELEASED -> after.with(Part.HOLD, Hold.RELEASED.ordinal());
            case WRITE_BEAT -> after.with(Part.LAST_BEAT, after.of(Part.TICK));
            case WRITE_REPAIRED -> {
                after.with(Part.REPAIRED, 1);
                State mended = done(after.copy(), worker).with(Part.TRUTH, Health.GOOD.ordinal());
                return List.of(mended, done(after, worker));
            }
            case WRITE_INTENT -> {
                after.with(Part.INTENDS_ABANDON, 1).with(Part.SPENT, after.of(Part.SPENT) + 1);
                return List.of(after.worker(worker, Do.ABANDON));
            }
            case WRITE_ABANDONED -> {
                boolean forgotten = flaw == Flaw.FORGETS_A_LOST_ABANDON;
                after.with(Part.HOLD, Hold.ABANDONED.ordinal())
                        .with(Part.INTENDS_ABANDON, 0)
                        .with(Part.SPENT, after.of(Part.SPENT) - (forgotten ? 1 : 0));
            }
            // It never took effect, so it is not counted.
            case WRITE_ASK_ANEW -> after.with(Part.INTENDS_ABANDON, 0).with(Part.SPENT, after.of(Part.SPENT) - 1);
            case WRITE_GONE ->
                after.with(Part.HOLD, Hold.GONE.ordinal())
                        .with(Part.SPENT, after.of(Part.SPENT) - after.of(Part.INTENDS_ABANDON))
                        .with(Part.INTENDS_ABANDON, 0);
            default -> throw new IllegalStateException(what.toString());
        }
        return List.of(done(after, worker));
    }

    private static State done(State state, int worker) {
        state.fresh(worker, false);
        return state.worker(worker, Do.NOTHING);
    }
}
