package launchguard.sandbox.wire;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What stands between a call of the function and the service that it is for. */
public interface Checks {
    /** Nothing does. */
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

    /** Whether this caller's invocation has been cut: its call is not sent any more. */
    boolean over(String caller);

    /** The call, which was made then, takes its time, and so much more. */
    void passes(String caller, Call call, Instant since, Duration more);

    /** What IAM answers instead of the service. */
    Optional<AwsError> denial(Call call);
}
