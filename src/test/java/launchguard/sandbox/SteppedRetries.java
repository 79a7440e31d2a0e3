package launchguard.sandbox;

import java.time.Duration;
import java.util.function.Consumer;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;

/** A client's retries, whose backoff passes on the sandbox's clock. */
record SteppedRetries(RetryStrategy own, Consumer<Duration> waits) implements RetryStrategy {
    @Override
    public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
        AcquireInitialTokenResponse response = own.acquireInitialToken(request);
        pass(response.delay());
        return AcquireInitialTokenResponse.create(response.token(), Duration.ZERO);
    }

    @Override
    public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
        RefreshRetryTokenResponse response = own.refreshRetryToken(request);
        pass(response.delay());
        return RefreshRetryTokenResponse.create(response.token(), Duration.ZERO);
    }

    private void pass(Duration delay) {
        if (!delay.isZero()) {
            waits.accept(delay);
        }
    }

    @Override
    public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
        return own.recordSuccess(request);
    }

    @Override
    public int maxAttempts() {
        return own.maxAttempts();
    }

    @Override
    public boolean useClientDefaults() {
        // Its own has them already, or does not want them.
        return false;
    }

    @Override
    public Builder<?, ?> toBuilder() {
        throw new UnsupportedOperationException("nothing more is to be set");
    }
}
