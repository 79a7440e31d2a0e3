package launchguard.sandbox.wire;

import java.time.Duration;

/** What goes wrong with one call. */
public sealed interface Effect {
    /** Nothing goes wrong. */
    record None() implements Effect {}

    /** Refused for its rate, in the service's own words. */
    record Throttle() implements Effect {}

    /** Not done, an error is the answer. */
    record Fail(int status, String code, String message) implements Effect {}

    /** Not done where it writes to DynamoDB: a transaction on that item of the call, counted from 0, is under way. */
    record Conflict(int item) implements Effect {}

    /** Done, but the connection is cut before the answer. */
    record LoseAnswer() implements Effect {}

    /** Not done, and the caller gives up after so long on the stepped clock. */
    record Slow(Duration time) implements Effect {}

    /** Not done, and no answer comes until the caller gives up. */
    record Silence() implements Effect {}

    /** The caller's process dies right before the call: neither this call nor any later one is done. */
    record DieBefore() implements Effect {}

    /** The caller's process dies right after the call took effect: its answer and all later calls are lost. */
    record DieAfter() implements Effect {}
}
