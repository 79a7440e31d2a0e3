package launchguard.reliability.model;

import java.util.Optional;
import java.util.function.Supplier;
import launchguard.reliability.model.World.At;
import launchguard.reliability.model.World.In;
import launchguard.reliability.model.World.Of;

/** The promises of docs/reliability.md, checked in a state, or in the step from one state to the next. */
final class Promises {
    private final boolean observe;

    Promises(boolean observe) {
        this.observe = observe;
    }

    Optional<String> broken(World before, World after) {
        for (int number = 0; number < World.CASES; number++) {
            Optional<String> broken =
                    Optional.<String>empty().or(acting(before, after, number)).or(kept(after, number));
            if (broken.isPresent()) {
                return broken;
            }
        }
        for (int worker = 0; worker < World.WORKERS; worker++) {
            if (after.at(worker, At.EXCESS) > 0) {
                return Optional.of("9: more rechecks than steps and redeliveries");
            }
        }
        boolean both = underRepair(after, 0) && underRepair(after, 1);
        int replaced = after.of(0, Of.MARKED) + after.of(1, Of.MARKED);
        return both
                ? Optional.of("3: both instances are under repair, and one may be")
                : replaced > 1 ? Optional.of("3: two replacements of a budget of one") : Optional.empty();
    }

    /** From the moment a remedy is sent to its end. */
    private static boolean underRepair(World world, int number) {
        return world.of(number, Of.PENDING) > 0
                || (world.of(number, Of.MARKED) == 1 && world.step(number) != Step.ENDED);
    }

    private Supplier<Optional<String>> acting(World before, World after, int number) {
        return () -> {
            int sent = after.of(number, Of.SENT) - before.of(number, Of.SENT);
            boolean onIt = after.of(number, Of.PENDING) > before.of(number, Of.PENDING)
                    || after.of(number, Of.MARKED) > before.of(number, Of.MARKED);
            if (onIt && observe) {
                return Optional.of("2: a remedy in observe mode");
            } else if (onIt && !intended(before, number)) {
                return Optional.of("6: an instance is acted on whose case did not intend it");
            } else if ((onIt || sent > 0) && before.of(number, Of.VERDICT) != Protocol.HARM) {
                return Optional.of("1: a remedy on a doubtful verdict");
            } else if (onIt && holdWasSeen(before, number)) {
                return Optional.of("8: a remedy while a deployment runs");
            } else if (after.of(number, Of.EFFECTS) > 1) {
                return Optional.of("4: one attempt took effect twice");
            }
            return Optional.empty();
        };
    }

    private static boolean intended(World world, int number) {
        return world.step(number) == Step.INTENDED;
    }

    /** The worker that acts had seen it when it read its case, and it has run ever since. */
    private static boolean holdWasSeen(World before, int number) {
        boolean seen = false;
        for (int worker = 0; worker < World.WORKERS; worker++) {
            seen |= before.at(worker, At.BUSY) == 1
                    && before.at(worker, At.CASE) == number
                    && Protocol.acting(before, worker)
                    && before.at(worker, At.HOLD_SEEN) == 1;
        }
        return seen && before.hold();
    }

    private static Supplier<Optional<String>> kept(World world, int number) {
        return () -> {
            Step step = world.step(number);
            if (step.open() && !hasTimer(world, number)) {
                return Optional.of("7: open, and no message brings it back");
            } else if (step == Step.NONE && world.of(number, Of.SIGNALLED) == 1 && !hasSignal(world, number)) {
                return Optional.of("5: a signal is lost");
            } else if (world.of(number, Of.WORDS) == 1 && step != Step.PROBING) {
                return Optional.of("11: words of the instance are stored");
            }
            return Optional.empty();
        };
    }

    private static boolean hasTimer(World world, int number) {
        boolean timer = false;
        for (int slot = 0; slot < world.slots(); slot++) {
            timer |= world.taken(slot)
                    && world.in(slot, In.CASE) == number
                    && (world.in(slot, In.CURRENT) == 1 || world.in(slot, In.OWNER) == 1);
        }
        for (int worker = 0; worker < World.WORKERS; worker++) {
            timer |= world.at(worker, At.BUSY) == 1
                    && world.at(worker, At.CASE) == number
                    && (world.at(worker, At.CURRENT) == 1 || world.at(worker, At.OWNER) == 1);
        }
        return timer;
    }

    private static boolean hasSignal(World world, int number) {
        boolean signal = false;
        for (int slot = 0; slot < world.slots(); slot++) {
            signal |= world.in(slot, In.KIND) == Protocol.SIGNAL && world.in(slot, In.CASE) == number;
        }
        for (int worker = 0; worker < World.WORKERS; worker++) {
            signal |= world.at(worker, At.BUSY) == 1
                    && world.at(worker, At.KIND) == Protocol.SIGNAL
                    && world.at(worker, At.CASE) == number;
        }
        return signal;
    }
}
