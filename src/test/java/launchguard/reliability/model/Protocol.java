package launchguard.reliability.model;

import java.util.ArrayList;
import java.util.List;
import launchguard.reliability.model.World.At;
import launchguard.reliability.model.World.In;
import launchguard.reliability.model.World.Of;

/**
 * What may happen next, call by call: a message is handed to a worker, the worker reads its case, saves a step on the
 * condition of its version, sends that step's recheck, and carries out what it has intended. Between any two calls the
 * other worker, the instance, the queue and the clock may do theirs. A call may fail, or be done with its answer lost;
 * either ends the worker's work on the message, as its death does, and the message comes back.
 *
 * <p>A tick is the 75 seconds after which an intent is looked for. Between an intent's save and its remedy lie two
 * calls, which the clients end after 20 seconds each: no tick fits in between. The lists show a command after 60
 * seconds: not surely at the first tick, surely at the second.
 */
@SuppressWarnings("EnumOrdinal") // as in World
final class Protocol {
    static final int SIGNAL = 1;
    static final int RECHECK = 2;
    static final int EVENT = 3;
    static final int HARM = 1;
    private static final int DOUBT = 2;
    private static final int GOOD = 3;
    private static final int FIXED = 1;
    private static final int BROKE = 2;
    private static final int SHARE = 1;
    private static final int BUDGET = 1;
    private static final int MOST_ASKS = 2;

    /** Where a worker stands within its message. */
    private enum Place {
        WRITE,
        RECHECK,
        RECHECK_FIRST,
        SEND,
        MARK,
        WRITE_SENT,
        AGAIN,
        DONE
    }

    /** What it is about to save. */
    private enum Plan {
        OPEN(Step.TO_PROBE),
        PROBE(Step.PROBING),
        ASK(Step.TO_PROBE),
        REPAIR(Step.INTENDED),
        REPLACE(Step.INTENDED),
        LOOKED(Step.INTENDED),
        RENEW(Step.INTENDED),
        SENT(Step.RUNNING),
        MARKED(Step.REPLACING),
        WAIT(Step.NONE),
        VERIFY(Step.TO_PROBE),
        RELEASE(Step.TO_PROBE),
        END(Step.ENDED);

        private final Step step;

        Plan(Step step) {
            this.step = step;
        }
    }

    /** One thing that happened. */
    record Next(String what, World world) {}

    private final Flaw flaw;
    private final Bounds bounds;

    /**
     * Bounds of the exploration.
     *
     * @param instances that were launched, one or two, both broken
     * @param faults calls that fail or whose answer is lost, messages delivered twice, invocations cut
     * @param holds whether a deployment or refresh begins and ends at any moment
     * @param doubts whether a probe may end in doubt
     * @param observe the mode
     */
    record Bounds(int instances, int faults, boolean holds, boolean doubts, boolean observe) {}

    Protocol(Flaw flaw, Bounds bounds) {
        this.flaw = flaw;
        this.bounds = bounds;
    }

    /** The events of the launches. */
    World first() {
        World world = World.first();
        for (int number = 0; number < bounds.instances(); number++) {
            world.of(number, Of.BROKEN, 1);
            world.of(number, Of.SIGNALLED, 1);
            world.send(SIGNAL, number, false, false);
        }
        return world;
    }

    List<Next> after(World world) {
        List<Next> next = new ArrayList<>();
        queue(world, next);
        for (int worker = 0; worker < World.WORKERS; worker++) {
            if (world.at(worker, At.BUSY) == 1) {
                works(world, worker, next);
            }
        }
        instances(world, next);
        tick(world, next);
        if (bounds.holds() && (world.hold() || !world.heldBefore())) {
            World other = world.copy();
            other.hold(!world.hold());
            for (int worker = 0; worker < World.WORKERS; worker++) {
                other.at(worker, At.HOLD_SEEN, 0);
            }
            next.add(new Next(other.hold() ? "a deployment begins" : "the deployment ends", other));
        }
        return next;
    }

    // ---- the queue

    /**
     * A recheck that rings early is put back, and one of another step is dropped: neither changes anything, so it is left out
     * that they are delivered at all.
     */
    private void queue(World world, List<Next> next) {
        for (int slot = 0; slot < world.slots(); slot++) {
            boolean early = world.in(slot, In.KIND) == RECHECK
                    && world.in(slot, In.OWNER) == 0
                    && world.of(world.in(slot, In.CASE), Of.DUE) == 1;
            if (world.taken(slot) && !early) {
                handOut(world, slot, false, next);
                if (world.faults() < bounds.faults()) {
                    handOut(world, slot, true, next);
                }
            }
        }
    }

    private void handOut(World world, int slot, boolean twice, List<Next> next) {
        for (int worker = 0; worker < World.WORKERS; worker++) {
            if (world.at(worker, At.BUSY) == 0) {
                World other = world.copy();
                other.at(worker, At.BUSY, 1);
                other.at(worker, At.KIND, world.in(slot, In.KIND));
                other.at(worker, At.CASE, world.in(slot, In.CASE));
                other.at(worker, At.CURRENT, world.in(slot, In.CURRENT));
                other.at(worker, At.OWNER, world.in(slot, In.OWNER));
                // One that moved its case is delivered again: it may send that step's recheck once more.
                other.at(worker, At.EXCESS, -world.in(slot, In.OWNER));
                if (twice) {
                    other.fault();
                } else {
                    other.remove(slot);
                }
                reads(other, worker, next);
                return;
            }
        }
    }

    /** Its message comes back, and is a redelivery. */
    private static void stops(World world, int worker) {
        int number = world.at(worker, At.CASE);
        world.send(
                world.at(worker, At.KIND), number, world.at(worker, At.CURRENT) == 1, world.at(worker, At.OWNER) == 1);
        world.idle(worker);
    }

    // ---- instances and time

    private void instances(World world, List<Next> next) {
        for (int number = 0; number < World.CASES; number++) {
            if (world.of(number, Of.PENDING) > 0) {
                for (boolean works : new boolean[] {true, false}) {
                    World other = world.copy();
                    other.add(number, Of.PENDING, -1);
                    if (world.of(number, Of.BROKEN) == 1) {
                        other.add(number, Of.EFFECTS, 1);
                        other.of(number, Of.BROKEN, works ? 0 : 1);
                        other.of(number, Of.OUTCOME, works ? FIXED : BROKE);
                    } else if (!works) {
                        continue;
                    } else {
                        other.of(number, Of.OUTCOME, FIXED);
                    }
                    other.send(EVENT, number, false, false);
                    next.add(new Next("the command on " + number + (works ? " repairs" : " breaks off"), other));
                }
            }
        }
    }

    private void tick(World world, List<Next> next) {
        World other = world.copy();
        for (int worker = 0; worker < World.WORKERS; worker++) {
            if (world.at(worker, At.BUSY) == 0) {
                continue;
            }
            Place place = Place.values()[world.at(worker, At.PLACE)];
            Plan plan = Plan.values()[world.at(worker, At.PLAN)];
            boolean sending = plan == Plan.REPAIR || plan == Plan.RENEW || plan == Plan.REPLACE;
            if (place == Place.SEND || place == Place.MARK || (place == Place.RECHECK && sending)) {
                return;
            }
        }
        for (int number = 0; number < World.CASES; number++) {
            other.of(number, Of.DUE, 0);
            other.of(number, Of.LAG, Math.max(0, world.of(number, Of.LAG) - 1));
        }
        next.add(new Next("75 seconds pass", other));
    }

    // ---- a worker

    private void works(World world, int worker, List<Next> next) {
        Place place = Place.values()[world.at(worker, At.PLACE)];
        String what = "worker " + worker + " " + place + " " + plan(world, worker);
        World done = world.copy();
        if (!call(done, worker, place)) {
            // It lost the conditional write: what was stored is read, and decided upon, again.
            reads(done, worker, next);
        } else {
            if (Place.values()[done.at(worker, At.PLACE)] == Place.DONE) {
                done.idle(worker);
            }
            next.add(new Next(what, done));
        }
        if (world.faults() < bounds.faults()) {
            fails(world, worker, place, next);
        }
    }

    /** Whether this worker is about to send or mark. */
    static boolean acting(World world, int worker) {
        Place place = Place.values()[world.at(worker, At.PLACE)];
        return place == Place.SEND || place == Place.MARK;
    }

    private static Plan plan(World world, int worker) {
        return Plan.values()[world.at(worker, At.PLAN)];
    }

    /** Not done, or done with the answer lost: in both ways the worker's work ends. */
    private void fails(World world, int worker, Place place, List<Next> next) {
        World lost = world.copy();
        lost.fault();
        if (call(lost, worker, place)) {
            stops(lost, worker);
            next.add(new Next("worker " + worker + " dies right after " + place, lost));
        }
        World failed = world.copy();
        failed.fault();
        if (flaw == Flaw.RECHECK_UNCHECKED && place == Place.RECHECK) {
            failed.idle(worker);
        } else {
            stops(failed, worker);
        }
        next.add(new Next("worker " + worker + " fails at " + place, failed));
    }

    private static void place(World world, int worker, Place place) {
        world.at(worker, At.PLACE, place.ordinal());
    }

    /** The effect of a call, and where the worker stands then; false where a conditional write is lost. */
    private boolean call(World world, int worker, Place place) {
        int number = world.at(worker, At.CASE);
        Plan plan = plan(world, worker);
        switch (place) {
            case WRITE, WRITE_SENT -> {
                return writes(world, worker, number, plan);
            }
            case RECHECK -> {
                recheck(world, worker, number);
                place(
                        world,
                        worker,
                        plan == Plan.REPAIR || plan == Plan.RENEW
                                ? Place.SEND
                                : plan == Plan.REPLACE ? Place.MARK : Place.DONE);
            }
            case RECHECK_FIRST -> {
                recheck(world, worker, number);
                place(world, worker, Place.WRITE);
            }
            case AGAIN -> {
                recheck(world, worker, number);
                place(world, worker, Place.DONE);
            }
            case SEND -> {
                world.of(number, Of.SENT, 1);
                world.add(world.at(worker, At.TARGET), Of.PENDING, 1);
                world.of(number, Of.LAG, 2);
                world.at(worker, At.PLAN, Plan.SENT.ordinal());
                place(world, worker, Place.WRITE_SENT);
            }
            case MARK -> {
                world.of(world.at(worker, At.TARGET), Of.MARKED, 1);
                world.at(worker, At.PLAN, Plan.MARKED.ordinal());
                place(world, worker, Place.WRITE_SENT);
            }
            case DONE -> throw new IllegalStateException();
        }
        return true;
    }

    /** It carries the number of its step: where another step was saved meanwhile, it will be dropped. */
    private void recheck(World world, int worker, int number) {
        if (world.at(worker, At.FRESH) == 1 || flaw == Flaw.TIMER_FIRST) {
            world.send(RECHECK, number, world.step(number).open(), false);
        }
        world.at(worker, At.EXCESS, world.at(worker, At.EXCESS) + 1);
    }

    /** On the condition of the version that was read, and of the budget's where that is written too. */
    private boolean writes(World world, int worker, int number, Plan plan) {
        boolean budget = plan == Plan.REPAIR || plan == Plan.REPLACE || plan == Plan.RELEASE || plan == Plan.END;
        boolean lost = world.at(worker, At.FRESH) == 0
                || (budget && world.at(worker, At.BUDGET_FRESH) == 0 && flaw != Flaw.BUDGET_UNCONDITIONAL);
        if (lost) {
            return false;
        }
        Step to = plan == Plan.WAIT ? world.step(number) : plan.step;
        if (!world.step(number).mayBecome(to)) {
            throw new IllegalStateException("the model's own protocol goes from " + world.step(number) + " to " + to);
        }
        changed(world, worker, number, plan);
        world.of(number, Of.STEP, to.ordinal());
        outdated(world, worker, number, budget);
        if (to == Step.ENDED) {
            place(world, worker, Place.DONE);
            return true;
        }
        world.of(number, Of.DUE, 1);
        world.at(worker, At.EXCESS, world.at(worker, At.EXCESS) - 1);
        world.at(worker, At.OWNER, 1);
        place(world, worker, flaw == Flaw.TIMER_FIRST ? afterTimer(plan) : Place.RECHECK);
        return true;
    }

    private static Place afterTimer(Plan plan) {
        return plan == Plan.REPAIR || plan == Plan.RENEW ? Place.SEND : plan == Plan.REPLACE ? Place.MARK : Place.DONE;
    }

    private static void changed(World world, int worker, int number, Plan plan) {
        switch (plan) {
            case REPAIR -> {
                world.of(number, Of.ATTEMPT, 1);
                world.of(number, Of.RESERVED, 1);
                world.of(number, Of.LOOKED, 0);
            }
            case REPLACE -> {
                world.of(number, Of.ATTEMPT, 2);
                world.of(number, Of.RESERVED, 1);
                world.of(number, Of.REPLACED, 1);
            }
            case LOOKED -> world.of(number, Of.LOOKED, 1);
            case RENEW -> world.of(number, Of.LOOKED, 0);
            case RELEASE -> {
                world.of(number, Of.ATTEMPT, 1);
                world.of(number, Of.RESERVED, 0);
                world.of(number, Of.REPLACED, 0);
            }
            case VERIFY -> attemptIsOver(world, number);
            case END -> {
                attemptIsOver(world, number);
                world.of(number, Of.RESERVED, 0);
                world.of(number, Of.ATTEMPT, 0);
                world.of(number, Of.ASKED, 0);
                world.of(number, Of.DUE, 0);
            }
            case ASK -> world.add(number, Of.ASKED, 1);
            case OPEN, PROBE, SENT, MARKED, WAIT -> {}
        }
        if (plan == Plan.REPAIR || plan == Plan.REPLACE) {
            world.of(number, Of.VERDICT, world.at(worker, At.VERDICT));
        } else if (plan.step != Step.INTENDED) {
            world.of(number, Of.VERDICT, 0);
        }
    }

    /** Forgets what no later step needs, so that fewer states differ. */
    private static void attemptIsOver(World world, int number) {
        for (Of what : List.of(Of.SENT, Of.LAG, Of.OUTCOME, Of.LOOKED)) {
            world.of(number, what, 0);
        }
    }

    /** All others' copies of the case are old now, and so are the messages of its step: each would be dropped. */
    private static void outdated(World world, int writer, int number, boolean budget) {
        for (int worker = 0; worker < World.WORKERS; worker++) {
            if (world.at(worker, At.BUSY) == 0) {
                continue;
            }
            if (world.at(worker, At.CASE) == number) {
                world.at(worker, At.CURRENT, 0);
                world.at(worker, At.OWNER, 0);
                world.at(worker, At.FRESH, worker == writer ? 1 : 0);
            }
            if (budget && worker != writer) {
                world.at(worker, At.BUDGET_FRESH, 0);
            }
        }
        for (int slot = 0; slot < world.slots(); slot++) {
            if (world.taken(slot) && world.in(slot, In.CASE) == number) {
                world.in(slot, In.CURRENT, 0);
                world.in(slot, In.OWNER, 0);
                if (world.in(slot, In.KIND) != EVENT || world.step(number) == Step.ENDED) {
                    world.remove(slot);
                }
            }
        }
    }

    private void plans(World world, int worker, Plan plan, String why, List<Next> next) {
        world.at(worker, At.PLAN, plan.ordinal());
        boolean early = flaw == Flaw.TIMER_FIRST && plan != Plan.END;
        place(world, worker, early ? Place.RECHECK_FIRST : Place.WRITE);
        next.add(new Next("worker " + worker + " reads: " + why + ", plans " + plan, world));
    }

    private void reads(World world, int worker, List<Next> next) {
        int number = world.at(worker, At.CASE);
        World read = world.copy();
        read.at(worker, At.FRESH, 1);
        read.at(worker, At.BUDGET_FRESH, 1);
        read.at(worker, At.HOLD_SEEN, world.hold() ? 1 : 0);
        read.at(worker, At.TARGET, number);
        Step step = world.step(number);
        int kind = world.at(worker, At.KIND);
        boolean current = kind == RECHECK && world.at(worker, At.CURRENT) == 1 && world.of(number, Of.DUE) == 0;
        boolean awaited = kind == EVENT && step == Step.RUNNING;
        if (step == Step.NONE) {
            if (flaw == Flaw.DONE_BEFORE_STORED) {
                World early = read.copy();
                early.idle(worker);
                next.add(new Next("worker " + worker + " is done with a signal too early, and dies", early));
            }
            plans(read, worker, Plan.OPEN, "no case", next);
        } else if (step != Step.ENDED && world.at(worker, At.OWNER) == 1) {
            place(read, worker, Place.AGAIN);
            next.add(new Next("worker " + worker + " reads: this message moved the case", read));
        } else if (current || awaited) {
            advances(read, worker, number, next);
        } else {
            read.idle(worker);
            next.add(new Next("worker " + worker + " drops a message that nothing waits for", read));
        }
    }

    private void advances(World world, int worker, int number, List<Next> next) {
        switch (world.step(number)) {
            case TO_PROBE -> plans(world, worker, Plan.PROBE, "to be asked", next);
            case PROBING -> judges(world, worker, number, next);
            case INTENDED -> resumes(world, worker, number, next);
            case RUNNING -> {
                boolean ended = world.of(number, Of.OUTCOME) != 0;
                plans(world, worker, ended ? Plan.VERIFY : Plan.WAIT, ended ? "ended" : "still running", next);
            }
            case REPLACING -> plans(world, worker, Plan.END, "gone", next);
            case NONE, ENDED -> throw new IllegalStateException();
        }
    }

    private void judges(World world, int worker, int number, List<Next> next) {
        if (bounds.doubts() && world.of(number, Of.ASKED) < MOST_ASKS) {
            World doubt = world.copy();
            doubt.at(worker, At.VERDICT, DOUBT);
            if (flaw == Flaw.ACTS_ON_DOUBT) {
                decides(doubt, worker, number, next);
            } else {
                plans(doubt, worker, Plan.ASK, "in doubt", next);
            }
        }
        if (world.of(number, Of.BROKEN) == 0) {
            world.at(worker, At.VERDICT, GOOD);
            plans(world, worker, Plan.END, "well", next);
            return;
        }
        world.at(worker, At.VERDICT, HARM);
        world.of(number, Of.WORDS, flaw == Flaw.STORES_WORDS ? 1 : 0);
        decides(world, worker, number, next);
    }

    private void decides(World world, int worker, int number, List<Next> next) {
        boolean observes = bounds.observe() && flaw != Flaw.OBSERVE_ACTS;
        int attempt = world.of(number, Of.ATTEMPT) + 1;
        if (flaw == Flaw.EVIDENCE_NAMES_TARGET) {
            world.at(worker, At.TARGET, 1 - number);
        }
        if (observes || attempt > 2) {
            plans(world, worker, Plan.END, observes ? "observes" : "ladder exhausted", next);
        } else if (world.hold()
                || reserved(world, number) >= SHARE
                || (attempt == 2 && replaced(world, number) >= BUDGET)) {
            boolean patient = world.of(number, Of.ASKED) < MOST_ASKS;
            plans(world, worker, patient ? Plan.ASK : Plan.END, "held back", next);
        } else {
            plans(world, worker, attempt == 1 ? Plan.REPAIR : Plan.REPLACE, "broken", next);
        }
    }

    private static int reserved(World world, int own) {
        return world.of(1 - own, Of.RESERVED);
    }

    private static int replaced(World world, int own) {
        return world.of(1 - own, Of.REPLACED);
    }

    /** Resumes an intent that may or may not have been carried out. */
    private void resumes(World world, int worker, int number, List<Next> next) {
        boolean repair = world.of(number, Of.ATTEMPT) == 1;
        if (!repair) {
            if (flaw == Flaw.LATE_UNCHECKED) {
                world.at(worker, At.PLAN, Plan.REPLACE.ordinal());
                place(world, worker, Place.MARK);
                next.add(new Next("worker " + worker + " marks late, unchecked", world));
            } else {
                plans(
                        world,
                        worker,
                        world.of(number, Of.MARKED) == 1 ? Plan.END : Plan.RELEASE,
                        "a late replacement",
                        next);
            }
        } else if (world.of(number, Of.SENT) > 0 && world.of(number, Of.LAG) == 0) {
            plans(world, worker, Plan.SENT, "it was sent", next);
        } else if (world.of(number, Of.LOOKED) == 0 && flaw != Flaw.ONE_LOOK) {
            plans(world, worker, Plan.LOOKED, "not found", next);
        } else if (world.hold() && flaw != Flaw.LATE_UNCHECKED) {
            plans(world, worker, Plan.RELEASE, "held back late", next);
        } else {
            plans(world, worker, Plan.RENEW, "not found twice", next);
        }
    }
}
