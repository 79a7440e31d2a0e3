package launchguard.sandbox;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import launchguard.aws.Clients;
import launchguard.sandbox.wire.Endpoint;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.LegacyRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * The function's own clients, with as many tries as in production. Made once for each endpoint, without the waits between
 * them; or for one environment, with waits on the sandbox's clock. Each thread signs as the caller that it plays.
 */
final class Callers {
    private static final Map<URI, Clients> CLIENTS = new ConcurrentHashMap<>();
    private static final ThreadLocal<String> CALLER = ThreadLocal.withInitial(() -> "test");
    private static final int DYNAMO_TRIES = 9;
    /** The SDK's limits count this machine's time, which means nothing with a stepped clock. */
    private static final Duration NO_MATTER = Duration.ofMinutes(5);

    private Callers() {}

    /** From now on this thread's calls are this caller's. */
    static void playing(String caller) {
        CALLER.set(caller);
    }

    /** The caller of this thread's calls; a worker is a caller of its own. */
    static String current() {
        return CALLER.get();
    }

    /** The name of a worker of this caller. */
    static String worker(String caller, int number) {
        return caller + Endpoint.WORKER + number;
    }

    /** The invocation that a caller belongs to: a worker to that of its caller. */
    static String invocation(String caller) {
        return Endpoint.invocation(caller);
    }

    static Clients of(URI endpoint) {
        return CLIENTS.computeIfAbsent(endpoint, uri -> with(uri, Callers::key, Callers::atOnce));
    }

    /** As {@link #of}, for a caller that no role limits. */
    static Clients unbound(URI endpoint) {
        return with(endpoint, () -> "test", Callers::atOnce);
    }

    private static String key() {
        return Endpoint.OF_FUNCTION + CALLER.get();
    }

    private static ClientOverrideConfiguration atOnce(ClientOverrideConfiguration set, AwsClientBuilder<?, ?> builder) {
        return set.toBuilder()
                .retryStrategy(
                        set
                                .retryStrategy()
                                .orElseGet(() -> usual(builder)
                                        .circuitBreakerEnabled(false)
                                        .build())
                                .toBuilder()
                                .backoffStrategy(BackoffStrategy.retryImmediately())
                                .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                                .build())
                .build();
    }

    /** An environment's clients, which wait on the sandbox's clock before they try again. */
    static Clients waiting(URI endpoint, TimedOrder waits) {
        return with(
                endpoint,
                Callers::key,
                (set, builder) -> set.toBuilder()
                        .retryStrategy(new SteppedRetries(
                                set.retryStrategy()
                                        .orElseGet(() -> usual(builder).build()),
                                delay -> waits.pass(CALLER.get(), delay)))
                        .addExecutionInterceptor(new ExecutionInterceptor() {
                            @Override
                            public void beforeTransmission(
                                    Context.BeforeTransmission context, ExecutionAttributes attributes) {
                                waits.call(CALLER.get());
                            }
                        })
                        .apiCallTimeout(NO_MATTER)
                        .apiCallAttemptTimeout(NO_MATTER)
                        .build());
    }

    /** The SDK's default retries. */
    private static LegacyRetryStrategy.Builder usual(AwsClientBuilder<?, ?> builder) {
        LegacyRetryStrategy.Builder usual = AwsRetryStrategy.legacyRetryStrategy().toBuilder();
        return builder instanceof DynamoDbClientBuilder ? usual.maxAttempts(DYNAMO_TRIES) : usual;
    }

    private interface Change {
        ClientOverrideConfiguration of(ClientOverrideConfiguration set, AwsClientBuilder<?, ?> builder);
    }

    private static Clients with(URI endpoint, Supplier<String> key, Change change) {
        return Clients.with(builder -> builder.endpointOverride(endpoint)
                .region(Region.of(Names.REGION))
                .credentialsProvider(() -> AwsBasicCredentials.create(key.get(), "test"))
                .addPlugin(changed(change, builder)));
    }

    private static SdkPlugin changed(Change change, AwsClientBuilder<?, ?> builder) {
        return (SdkServiceClientConfiguration.Builder config) ->
                config.overrideConfiguration(change.of(config.overrideConfiguration(), builder));
    }
}
