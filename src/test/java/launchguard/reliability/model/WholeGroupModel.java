package launchguard.reliability.model;

/**
 * Scope {@code group}: two cases of two Auto Scaling groups of one deployment group, each of a broken instance. The first
 * deployment of the window is for both; the budget of the deployment group says whose it is. A worker for each case, every
 * order of their calls; each call may fail, or be done and its invocation die. Other deployments to the group may begin and end.
 */
@SuppressWarnings("EnumOrdinal") // as in SmallModel
final class WholeGroupModel extends SmallModel {
    /** A promise, broken on purpose. */
    enum Flaw {
        /** The protocol as it is. */
        NONE(0),
        /** Each Auto Scaling group has a budget of its own. */
        BUDGET_OF_THE_SCALING_GROUP(3),
        /** The budget is written without its version. */
        BUDGET_UNCONDITIONAL(3),
        /** A deployment that the first lookup does not find is begun again. */
        ONE_LOOK(3),
        /** A deployment that is taken up late runs no checks again. */
        LATE_UNCHECKED(8),
        /** An intent that is given up stays in the budget. */
        KEEPS_WHAT_IT_GAVE_UP(7);

        private final int promise;

        Flaw(int promise) {
            this.promise = promise;
        }

        int promise() {
            return promise;
        }
    }

    private enum Of {
        STEP_0,
        STEP_1,
        LOOKED_0,
        LOOKED_1,
        DUE_0,
        DUE_1,
        PLACE_0,
        PLACE_1,
        FRESH_0,
        FRESH_1,
        HOLD_SEEN_0,
        HOLD_SEEN_1,
        /** Whose deployment the budget holds, 1 or 2; 0 where it holds none. */
        OWNER,
        OTHER_OWNER,
        NAMED,
        OTHER_NAMED,
        BEGUN,
        BEGUN_BY,
        /** Ticks until the list of deployments shows it. */
        LAG,
        ENDED,
        HOLD,
        HELD_BEFORE,
        FAULTS
    }

    /** How far a case is. */
    private enum Step {
        DECIDE,
        INTENDED,
        DEPLOYING,
        OVER,
        GAVE_UP
    }

    /** What a worker does next. */
    private enum Plan {
        NOTHING,
        SAVE_THE_INTENT,
        CREATE_THE_DEPLOYMENT,
        SAVE_ITS_NAME,
        JOIN,
        NOTE_A_LOOK_IN_VAIN,
        GIVE_UP,
        INTEND_ANEW,
        END
    }

    private final Flaw flaw;
    private final int faults;

    WholeGroupModel(Flaw flaw, int faults) {
        this.flaw = flaw;
        this.faults = faults;
    }

    @Override
    State first() {
        return new State(Of.values().length);
    }

    private static Of of(Of first, int worker) {
        return Of.values()[first.ordinal() + worker];
    }

    private Of owner(int worker) {
        return flaw == Flaw.BUDGET_OF_THE_SCALING_GROUP && worker == 1 ? Of.OTHER_OWNER : Of.OWNER;
    }

    private Of named(int worker) {
        return flaw == Flaw.BUDGET_OF_THE_SCALING_GROUP && worker == 1 ? Of.OTHER_NAMED : Of.NAMED;
    }

    @Override
    void after(State now) {
        for (int worker = 0; worker < 2; worker++) {
            if (plan(now, worker) == Plan.NOTHING) {
                reads(now, worker);
            } else {
                works(now, worker, now.get(Of.FAULTS) < faults);
            }
        }
        boolean sending = plan(now, 0) == Plan.CREATE_THE_DEPLOYMENT || plan(now, 1) == Plan.CREATE_THE_DEPLOYMENT;
        if (!sending) {
            may("75 seconds pass", state -> {
                state.set(Of.LAG, Math.max(0, state.get(Of.LAG) - 1));
                state.set(Of.DUE_0, true);
                state.set(Of.DUE_1, true);
            });
        }
        if (now.is(Of.BEGUN) && !now.is(Of.ENDED)) {
            may("the deployment ends", state -> state.set(Of.ENDED, true));
        }
        if (now.is(Of.HOLD) || !now.is(Of.HELD_BEFORE)) {
            may("another deployment " + (now.is(Of.HOLD) ? "ends" : "begins"), state -> {
                state.set(Of.HOLD, !state.is(Of.HOLD));
                state.set(Of.HELD_BEFORE, true);
                state.set(Of.HOLD_SEEN_0, false);
                state.set(Of.HOLD_SEEN_1, false);
            });
        }
    }

    private void reads(State now, int worker) {
        Plan plan = switch (step(now, worker)) {
            case DECIDE -> decides(now, worker);
            case INTENDED -> now.is(of(Of.DUE_0, worker)) ? resumes(now, worker) : Plan.NOTHING;
            case DEPLOYING -> now.is(Of.ENDED) ? Plan.END : Plan.NOTHING;
            case OVER, GAVE_UP -> Plan.NOTHING;
        };
        if (plan == Plan.NOTHING) {
            return;
        }
        may("worker " + worker + " plans " + plan, state -> {
            plan(state, worker, plan);
            state.set(of(Of.FRESH_0, worker), true);
            state.set(of(Of.HOLD_SEEN_0, worker), state.is(Of.HOLD));
        });
    }

    /** Where it is held back, or the window's deployment has no name yet, it is asked again: nothing changes. */
    private Plan decides(State now, int worker) {
        int owner = now.get(owner(worker));
        if (owner == 0 || owner == worker + 1) {
            return now.is(Of.HOLD) ? Plan.NOTHING : Plan.SAVE_THE_INTENT;
        }
        if (now.is(named(worker))) {
            return Plan.JOIN;
        }
        if (step(now, 1 - worker) == Step.GAVE_UP) {
            breaks("7: waits for a deployment that nobody begins any more");
        }
        return Plan.NOTHING;
    }

    private Plan resumes(State now, int worker) {
        boolean shown = now.get(Of.BEGUN_BY) == worker + 1 && now.get(Of.LAG) == 0;
        if (shown) {
            return Plan.SAVE_ITS_NAME;
        } else if (!now.is(of(Of.LOOKED_0, worker)) && flaw != Flaw.ONE_LOOK) {
            return Plan.NOTE_A_LOOK_IN_VAIN;
        }
        return now.is(Of.HOLD) && flaw != Flaw.LATE_UNCHECKED ? Plan.GIVE_UP : Plan.INTEND_ANEW;
    }

    private void works(State now, int worker, boolean more) {
        Plan plan = plan(now, worker);
        boolean budget = plan == Plan.SAVE_THE_INTENT || plan == Plan.SAVE_ITS_NAME || plan == Plan.GIVE_UP;
        if (budget && !now.is(of(Of.FRESH_0, worker)) && flaw != Flaw.BUDGET_UNCONDITIONAL) {
            may("worker " + worker + " lost its write", state -> idle(state, worker));
            return;
        }
        may("worker " + worker + ": " + plan, state -> done(state, worker, plan));
        if (more) {
            may("worker " + worker + ": " + plan + ", and dies", state -> {
                state.add(Of.FAULTS, 1);
                done(state, worker, plan);
                idle(state, worker);
            });
            may("worker " + worker + " fails at " + plan, state -> {
                state.add(Of.FAULTS, 1);
                idle(state, worker);
            });
        }
    }

    private static void idle(State state, int worker) {
        plan(state, worker, Plan.NOTHING);
        state.set(of(Of.FRESH_0, worker), false);
        state.set(of(Of.HOLD_SEEN_0, worker), false);
    }

    private void done(State state, int worker, Plan plan) {
        switch (plan) {
            case SAVE_THE_INTENT -> {
                state.set(owner(worker), worker + 1);
                state.set(named(worker), false);
                step(state, worker, Step.INTENDED);
                budgetWritten(state, worker);
                plan(state, worker, Plan.CREATE_THE_DEPLOYMENT);
            }
            case INTEND_ANEW -> {
                // Saved as intended once more; what it was to do is done next.
                step(state, worker, Step.INTENDED);
                state.set(of(Of.LOOKED_0, worker), false);
                plan(state, worker, Plan.CREATE_THE_DEPLOYMENT);
            }
            case CREATE_THE_DEPLOYMENT -> creates(state, worker);
            case SAVE_ITS_NAME -> {
                state.set(named(worker), true);
                step(state, worker, Step.DEPLOYING);
                budgetWritten(state, worker);
                idle(state, worker);
            }
            case JOIN -> {
                step(state, worker, Step.DEPLOYING);
                idle(state, worker);
            }
            case NOTE_A_LOOK_IN_VAIN -> {
                step(state, worker, Step.INTENDED);
                state.set(of(Of.LOOKED_0, worker), true);
                idle(state, worker);
            }
            case GIVE_UP -> {
                if (flaw != Flaw.KEEPS_WHAT_IT_GAVE_UP) {
                    state.set(owner(worker), 0);
                }
                step(state, worker, Step.GAVE_UP);
                budgetWritten(state, worker);
                idle(state, worker);
            }
            case END -> {
                step(state, worker, Step.OVER);
                idle(state, worker);
            }
            case NOTHING -> throw new IllegalStateException();
        }
    }

    private void creates(State state, int worker) {
        if (state.is(of(Of.HOLD_SEEN_0, worker)) && state.is(Of.HOLD)) {
            breaks("8: the whole group is deployed to while another deployment runs");
        }
        state.add(Of.BEGUN, 1);
        state.set(Of.BEGUN_BY, worker + 1);
        state.set(Of.LAG, 2);
        plan(state, worker, Plan.SAVE_ITS_NAME);
        if (state.get(Of.BEGUN) > 1) {
            breaks("3: two deployments of the whole group in worker window");
        }
    }

    private static Step step(State state, int worker) {
        return Step.values()[state.get(of(Of.STEP_0, worker))];
    }

    private static Plan plan(State state, int worker) {
        return Plan.values()[state.get(of(Of.PLACE_0, worker))];
    }

    private static void plan(State state, int worker, Plan plan) {
        state.set(of(Of.PLACE_0, worker), plan.ordinal());
    }

    private static void step(State state, int worker, Step step) {
        state.set(of(Of.STEP_0, worker), step.ordinal());
        state.set(of(Of.DUE_0, worker), false);
    }

    private void budgetWritten(State state, int worker) {
        if (flaw != Flaw.BUDGET_OF_THE_SCALING_GROUP) {
            state.set(of(Of.FRESH_0, 1 - worker), false);
        }
    }
}
