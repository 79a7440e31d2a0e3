package launchguard.sandbox;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.aws.Clients;
import launchguard.sandbox.wire.Endpoint;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * The function's own clients, made once for each endpoint: as many tries as in production, without the waits between them.
 * Each thread signs as the caller that it plays.
 */
final class Callers {
    private static final Map<URI, Clients> CLIENTS = new ConcurrentHashMap<>();
    private static final ThreadLocal<String> CALLER = ThreadLocal.withInitial(() -> "test");
    private static final int DYNAMO_TRIES = 9;

    private Callers() {}

    /** From now on this thread's calls are this caller's. */
    static void playing(String caller) {
        CALLER.set(caller);
    }

    static Clients of(URI endpoint) {
        return CLIENTS.computeIfAbsent(
                endpoint,
                uri -> Clients.with(builder -> builder.endpointOverride(uri)
                        .region(Region.of(Names.REGION))
                        .credentialsProvider(
                                () -> AwsBasicCredentials.create(Endpoint.OF_FUNCTION + CALLER.get(), "test"))
                        .addPlugin(withoutWaits(builder))));
    }

    private static SdkPlugin withoutWaits(AwsClientBuilder<?, ?> builder) {
        return config -> config.overrideConfiguration(withoutWaits(config, builder));
    }

    private static ClientOverrideConfiguration withoutWaits(
            SdkServiceClientConfiguration.Builder config, AwsClientBuilder<?, ?> builder) {
        ClientOverrideConfiguration set = config.overrideConfiguration();
        RetryStrategy strategy = set.retryStrategy()
                .orElseGet(() -> builder instanceof DynamoDbClientBuilder
                        ? AwsRetryStrategy.legacyRetryStrategy().toBuilder()
                                .maxAttempts(DYNAMO_TRIES)
                                .circuitBreakerEnabled(false)
                                .build()
                        : AwsRetryStrategy.legacyRetryStrategy().toBuilder()
                                .circuitBreakerEnabled(false)
                                .build());
        return set.toBuilder()
                .retryStrategy(strategy.toBuilder()
                        .backoffStrategy(BackoffStrategy.retryImmediately())
                        .throttlingBackoffStrategy(BackoffStrategy.retryImmediately())
                        .build())
                .build();
    }
}
