package launchguard.reliability.model;

/**
 * The schedule beside messages and people: a launch whose event may be lost, rechecks, one direct request, and ticks
 * that open what has no case and re-arm what is past due. A worker and a tick may come between any two of each other's
 * calls; each call may fail, or be done and its invocation die. Direct requests and ticks have no message that comes
 * back.
 */
@SuppressWarnings("EnumOrdinal") // as in SmallModel
final class ScheduleModel extends SmallModel {
    /** A promise, broken on purpose. */
    enum Flaw {
        /** The schedule as it is. */
        NONE(0),
        /** Launches without a case are not looked for. */
        OPENS_NOTHING(5),
        /** A step that no message has moved counts as one that a message keeps. */
        FORGETS_DIRECT_REQUESTS(7),
        /** The recheck is sent for the step that is stored, which is not saved again. */
        REARMS_WITHOUT_A_STEP(9),
        /** What is not past due is re-armed too. */
        REARMS_AT_EVERY_TICK_WITHOUT_A_STEP(9),
        /** The re-armed case is saved whatever its version. */
        REARMS_UNCONDITIONALLY(4);

        private final int promise;

        Flaw(int promise) {
            this.promise = promise;
        }

        int promise() {
            return promise;
        }
    }

    private enum Of {
        /** Number of the case's step; 0 while there is no case. */
        STEP,
        ENDED,
        EVENT,
        /** Rechecks of the present step in the queue. */
        RECHECKS,
        /** The message that moved the case to its step comes back. */
        OWNER_BACK,
        /** No message moved it there. */
        DIRECT,
        DUE,
        LATE,
        /** Rechecks of the present step that were sent, and redeliveries of the message that moved the case to it. */
        SENT,
        REDELIVERED,
        ASKED,
        WORKER,
        KIND,
        WORKER_FRESH,
        TICK,
        TICK_FRESH,
        TICK_STEP,
        FAULTS
    }

    private static final int LAST = 3;
    private static final int IDLE = 0;
    private static final int WRITE = 1;
    private static final int SEND = 2;
    private static final int REARM = 3;
    private static final int BY_EVENT = 0;
    private static final int BY_RECHECK = 1;
    private static final int BY_OWNER = 2;
    private static final int BY_PERSON = 3;

    private final Flaw flaw;
    private final int faults;

    ScheduleModel(Flaw flaw, int faults) {
        this.flaw = flaw;
        this.faults = faults;
    }

    @Override
    State first() {
        State state = new State(Of.values().length);
        state.set(Of.EVENT, true);
        return state;
    }

    @Override
    void after(State now) {
        boolean more = now.get(Of.FAULTS) < faults;
        if (now.get(Of.WORKER) == IDLE) {
            messages(now, more);
        } else {
            works(now, more);
        }
        if (now.get(Of.TICK) == IDLE) {
            may("a tick of the schedule begins", this::tick);
        } else {
            ticks(now, more);
        }
        boolean open = now.is(Of.STEP) && !now.is(Of.ENDED);
        if (open && !now.is(Of.DUE)) {
            may("the step's time comes", state -> state.set(Of.DUE, true));
        } else if (open && !now.is(Of.LATE) && now.get(Of.WORKER) == IDLE && now.get(Of.TICK) == IDLE) {
            may("the step is past due", state -> state.set(Of.LATE, true));
        }
    }

    private void messages(State now, boolean more) {
        if (now.is(Of.EVENT)) {
            may("the event is read", state -> {
                state.set(Of.EVENT, false);
                begins(state, state.is(Of.STEP) ? IDLE : WRITE, BY_EVENT);
            });
            if (more) {
                may("the event is lost", state -> {
                    state.set(Of.EVENT, false);
                    state.add(Of.FAULTS, 1);
                });
            }
        }
        if (now.get(Of.RECHECKS) > 0 && now.is(Of.DUE)) {
            may("a recheck rings", state -> {
                state.add(Of.RECHECKS, -1);
                begins(state, WRITE, BY_RECHECK);
            });
        }
        if (now.is(Of.OWNER_BACK)) {
            may("the message that moved the case comes again", state -> {
                state.set(Of.OWNER_BACK, false);
                begins(state, SEND, BY_OWNER);
            });
        }
        if (!now.is(Of.ASKED) && !now.is(Of.STEP)) {
            may("a person asks", state -> {
                state.set(Of.ASKED, true);
                begins(state, WRITE, BY_PERSON);
            });
        }
    }

    private static void begins(State state, int place, int kind) {
        state.set(Of.WORKER, place);
        state.set(Of.KIND, place == IDLE ? 0 : kind);
        state.set(Of.WORKER_FRESH, place != IDLE);
    }

    private void works(State now, boolean more) {
        int place = now.get(Of.WORKER);
        if (place == WRITE && !now.is(Of.WORKER_FRESH)) {
            // It lost the conditional write. Its message is of a step that is no more, or of a launch that has its
            // case.
            may("the worker lost its write", state -> begins(state, IDLE, 0));
            return;
        }
        String what = place == WRITE ? "the worker saves a step" : "the worker sends its recheck";
        may(what, state -> done(state, place, false));
        if (more) {
            may(what + ", and dies", state -> {
                done(state, place, true);
                state.add(Of.FAULTS, 1);
            });
            may("not done: " + what, state -> {
                state.add(Of.FAULTS, 1);
                comesBack(state, place == SEND);
                begins(state, IDLE, 0);
            });
        }
    }

    private void done(State state, int place, boolean dies) {
        if (place == WRITE) {
            boolean byMessage = state.get(Of.KIND) != BY_PERSON;
            saved(state, !byMessage);
            state.add(Of.STEP, 1);
            state.set(Of.TICK_FRESH, false);
            if (state.get(Of.STEP) == LAST) {
                state.set(Of.ENDED, true);
                state.set(Of.DIRECT, false);
                begins(state, IDLE, 0);
                return;
            }
            state.set(Of.WORKER, SEND);
        } else {
            sent(state, state.is(Of.WORKER_FRESH));
        }
        if (dies) {
            comesBack(state, true);
        }
        if (dies || place == SEND) {
            begins(state, IDLE, 0);
        }
    }

    /** What was of the step before is dropped when it rings. */
    private static void saved(State state, boolean direct) {
        for (Of each : new Of[] {Of.RECHECKS, Of.OWNER_BACK, Of.DUE, Of.LATE, Of.SENT, Of.REDELIVERED}) {
            state.set(each, 0);
        }
        state.set(Of.DIRECT, direct);
    }

    private void sent(State state, boolean ofTheStep) {
        if (!ofTheStep || state.is(Of.ENDED)) {
            return;
        }
        state.add(Of.RECHECKS, 1);
        state.add(Of.SENT, 1);
        if (state.get(Of.SENT) > 1 + state.get(Of.REDELIVERED)) {
            breaks("9: more rechecks than steps and redeliveries");
        }
    }

    /** {@code moved}: whether it had moved the case to its present step. A person's request does not come back. */
    private static void comesBack(State state, boolean moved) {
        int kind = state.get(Of.KIND);
        if (kind == BY_PERSON) {
            return;
        }
        if (moved) {
            if (state.is(Of.WORKER_FRESH) && !state.is(Of.ENDED)) {
                state.set(Of.OWNER_BACK, true);
                state.add(Of.REDELIVERED, 1);
            }
        } else if (kind == BY_EVENT) {
            state.set(Of.EVENT, true);
        } else if (state.is(Of.WORKER_FRESH)) {
            state.add(Of.RECHECKS, 1);
        }
    }

    // ---- the schedule

    private boolean pastDue(State state) {
        boolean open = state.is(Of.STEP) && !state.is(Of.ENDED);
        boolean nothingKeepsIt = state.is(Of.DIRECT) && flaw != Flaw.FORGETS_DIRECT_REQUESTS;
        boolean kept = state.is(Of.DIRECT) && flaw == Flaw.FORGETS_DIRECT_REQUESTS;
        return open
                && !kept
                && (state.is(Of.LATE)
                        || (nothingKeepsIt && state.is(Of.DUE))
                        || flaw == Flaw.REARMS_AT_EVERY_TICK_WITHOUT_A_STEP);
    }

    private void tick(State state) {
        state.set(Of.TICK_FRESH, true);
        state.set(Of.TICK_STEP, state.get(Of.STEP));
        if (!state.is(Of.STEP) && flaw != Flaw.OPENS_NOTHING) {
            state.set(Of.TICK, WRITE);
        } else if (pastDue(state)) {
            boolean without = flaw == Flaw.REARMS_WITHOUT_A_STEP || flaw == Flaw.REARMS_AT_EVERY_TICK_WITHOUT_A_STEP;
            state.set(Of.TICK, without ? SEND : REARM);
        } else {
            tickEnds(state, true);
        }
    }

    /** A tick that nothing went wrong with leaves no launch without a case, and nothing past due without a timer. */
    private void tickEnds(State state, boolean well) {
        boolean timer = state.is(Of.RECHECKS) || state.is(Of.OWNER_BACK) || state.get(Of.WORKER) != IDLE;
        if (well && !state.is(Of.STEP) && !state.is(Of.EVENT) && state.get(Of.WORKER) == IDLE) {
            breaks("5: a launch is lost, and the schedule has not found it");
        } else if (well && state.is(Of.LATE) && !state.is(Of.ENDED) && !timer) {
            breaks("7: past due, and the schedule has left it without a timer");
        }
        state.set(Of.TICK, IDLE);
        state.set(Of.TICK_FRESH, 0);
        state.set(Of.TICK_STEP, 0);
    }

    private void ticks(State now, boolean more) {
        int place = now.get(Of.TICK);
        boolean writes = place == WRITE || place == REARM;
        if (writes && !now.is(Of.TICK_FRESH) && flaw != Flaw.REARMS_UNCONDITIONALLY) {
            may("the tick lost its write: somebody goes on with the case", state -> tickEnds(state, false));
            return;
        }
        String what =
                "the tick " + (writes ? place == WRITE ? "opens the case" : "re-arms the case" : "sends its recheck");
        may(what, state -> tickDone(state, place, false));
        if (more) {
            may(what + ", and dies", state -> {
                state.add(Of.FAULTS, 1);
                tickDone(state, place, true);
            });
            may("not done: " + what, state -> {
                state.add(Of.FAULTS, 1);
                tickEnds(state, false);
            });
        }
    }

    private void tickDone(State state, int place, boolean dies) {
        if (place == SEND) {
            sent(state, state.is(Of.TICK_FRESH));
            tickEnds(state, !dies);
            return;
        }
        if (state.get(Of.TICK_STEP) < state.get(Of.STEP)) {
            breaks("4: an older copy of the case takes the place of a newer step");
        }
        saved(state, true);
        // What was past due rings at once; a launch is probed at once.
        state.set(Of.DUE, place == REARM);
        state.set(Of.STEP, Math.max(1, state.get(Of.TICK_STEP)));
        state.set(Of.WORKER_FRESH, false);
        state.set(Of.TICK, SEND);
        if (dies) {
            tickEnds(state, false);
        }
    }
}
