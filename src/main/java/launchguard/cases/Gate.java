package launchguard.cases;

import java.time.Duration;
import java.time.Instant;
import launchguard.guard.Hold;
import launchguard.model.ActionToken;
import launchguard.model.HookName;
import org.jspecify.annotations.Nullable;

/**
 * The launch gate of a case: one wait of its instance at our lifecycle hook.
 *
 * @param token the wait's token; null where its event was lost and the schedule found the instance waiting
 * @param heldSince when the wait began, as far as it is known
 * @param allowed how long the gate may hold, not counting the time that CodeDeploy's deployment takes
 * @param beat a heartbeat is due this long after the last sign
 * @param lastBeat the wait's event, or the last heartbeat
 * @param deploymentExpected whether CodeDeploy has a launch hook on the group and has not reported an end yet
 * @param deploymentTook what CodeDeploy's deployment took, as far as it is known
 * @param deploymentEndedAt when its end was reported; null before that
 * @param answeredAt when the wait was answered, or was found to be over; null while it is open
 * @param proved whether the launch was proved when the instance was let go on
 * @param observed whether mode observe let the instance go on at once, so that nothing was held
 */
public record Gate(
        HookName hook,
        @Nullable ActionToken token,
        State state,
        Instant heldSince,
        Duration allowed,
        Duration beat,
        Instant lastBeat,
        boolean intoWarmPool,
        boolean deploymentExpected,
        Duration deploymentTook,
        @Nullable Instant deploymentEndedAt,
        @Nullable Instant answeredAt,
        boolean proved,
        boolean observed) {
    /** An instance whose state can't be determined is held this long after its deployment's end. */
    static final Duration DOUBT = Duration.ofMinutes(5);

    /** How far it is, in the contract's words. */
    public enum State {
        /** The instance waits. */
        OPEN,
        /** CONTINUE is decided; whether it was answered is not known. */
        RELEASING,
        /** Answered CONTINUE. */
        RELEASED,
        /** Answered ABANDON: the instance is terminated and another launched. */
        ABANDONED,
        /** Over without our answer: CodeDeploy abandoned the launch, the hook timed out, or the instance is gone. */
        GONE
    }

    /** A wait that has just begun. */
    public static Gate opened(
            HookName hook,
            @Nullable ActionToken token,
            Instant heldSince,
            Duration allowed,
            Duration beat,
            boolean intoWarmPool,
            boolean deploymentExpected) {
        return new Gate(
                hook,
                token,
                State.OPEN,
                heldSince,
                allowed,
                beat,
                heldSince,
                intoWarmPool,
                deploymentExpected,
                Duration.ZERO,
                null,
                null,
                false,
                false);
    }

    /** The state in the contract's words: what is decided and not answered yet is still open. */
    public State shown() {
        return state == State.RELEASING ? State.OPEN : state;
    }

    /** Whether CONTINUE is decided and not known to be answered. */
    public boolean releasing() {
        return state == State.RELEASING;
    }

    /** Whether an event with this token is about this wait; an event without a token is about any wait. */
    public boolean of(@Nullable ActionToken asked) {
        return token == null || asked == null || token.equals(asked);
    }

    /** Whether the instance waits for our answer. */
    public boolean open() {
        return state == State.OPEN;
    }

    /** When the instance is let go on at the latest. */
    public Instant deadline() {
        return heldSince.plus(allowed).plus(deploymentTook);
    }

    /** When something must be done for the wait itself: a heartbeat, or letting the instance go on. */
    public Instant due() {
        Instant beatDue = lastBeat.plus(beat);
        return beatDue.isBefore(deadline()) ? beatDue : deadline();
    }

    /** How long the instance was held, or is held so far. */
    public Duration held(Instant now) {
        Duration held = Duration.between(heldSince, answeredAt == null ? now : answeredAt);
        return held.isNegative() ? Duration.ZERO : held;
    }

    /** The wait as the guard needs it. */
    public Hold hold() {
        Instant from = deploymentExpected ? null : deploymentEndedAt == null ? heldSince : deploymentEndedAt;
        return new Hold(deadline(), from == null ? null : from.plus(DOUBT), intoWarmPool);
    }

    /** A heartbeat was recorded. */
    public Gate heartbeatSent(Instant at) {
        return with(state, at, deploymentExpected, deploymentTook, deploymentEndedAt, answeredAt, proved, observed);
    }

    /** CodeDeploy's deployment has taken that long so far, and ended at {@code end} if that is known. */
    public Gate deployed(Duration took, @Nullable Instant end) {
        return with(
                state,
                lastBeat,
                deploymentExpected && end == null,
                took.compareTo(deploymentTook) > 0 ? took : deploymentTook,
                end == null ? deploymentEndedAt : end,
                answeredAt,
                proved,
                observed);
    }

    /** The instance is to be let go on. */
    public Gate releasing(boolean launchProved) {
        return with(
                State.RELEASING,
                lastBeat,
                deploymentExpected,
                deploymentTook,
                deploymentEndedAt,
                null,
                launchProved,
                observed);
    }

    /** Mode observe lets the instance go on at once. */
    public Gate observed(Instant at) {
        return with(State.RELEASED, lastBeat, deploymentExpected, deploymentTook, deploymentEndedAt, at, false, true);
    }

    /** The wait is over. */
    public Gate answered(State how, boolean launchProved, Instant at) {
        return with(how, lastBeat, deploymentExpected, deploymentTook, deploymentEndedAt, at, launchProved, observed);
    }

    private Gate with(
            State newState,
            Instant newBeat,
            boolean newExpected,
            Duration newTook,
            @Nullable Instant newEnd,
            @Nullable Instant newAnswer,
            boolean newProved,
            boolean newObserved) {
        return new Gate(
                hook,
                token,
                newState,
                heldSince,
                allowed,
                beat,
                newBeat,
                intoWarmPool,
                newExpected,
                newTook,
                newEnd,
                newAnswer,
                newProved,
                newObserved);
    }
}
