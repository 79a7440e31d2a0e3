package launchguard.sandbox.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks on each call of the function before its service handles it: cut invocations, the time that it takes, and IAM.
 */
public interface Checks {
    /** No checks. */
    Checks NONE = new Checks() {
        @Override
        public boolean over(String caller) {
            return false;
        }

        @Override
        public void passes(String caller, Call call, Instant since, Duration more) {}

        @Override
        public Optional<AwsError> denial(Call call) {
            return Optional.empty();
        }
    };

    /** Whether this caller's invocation was cut, so that its call is not sent any more. */
    boolean over(String caller);

    /** Lets the time of the call pass, which was made then, and so much more. */
    void passes(String caller, Call call, Instant since, Duration more);

    /** What IAM answers instead of the service. */
    Optional<AwsError> denial(Call call);
}
