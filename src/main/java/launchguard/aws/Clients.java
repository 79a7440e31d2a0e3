package launchguard.aws;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryUtils;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/** The SDK's clients, each made when it is first needed, over one HTTP client. */
public final class Clients {
    private static final Duration ATTEMPT = Duration.ofSeconds(5);
    private static final Duration CALL = Duration.ofSeconds(20);

    static {
        // The JDK sends a POST again by itself when its connection breaks: SendCommand would run twice.
        System.setProperty("sun.net.http.retryPost", "false");
        // It keeps five connections to a service, and workers would open the others for each call.
        System.setProperty("http.maxConnections", String.valueOf(WorkerPool.WIDTH));
    }

    private final Consumer<AwsClientBuilder<?, ?>> settings;
    private final Lazy<SdkHttpClient> wire = new Lazy<>(() -> UrlConnectionHttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(2))
            .socketTimeout(ATTEMPT)
            .build());
    private final Lazy<SdkHttpClient> http = new Lazy<>(() -> new RehearsalHttpClient(wire.get()));
    private final Lazy<Connections> connections = new Lazy<>(() -> new Connections(wire.get()));

    final Lazy<AutoScalingClient> autoScaling = new Lazy<>(() -> client(AutoScalingClient.builder()));
    final Lazy<CodeDeployClient> codeDeploy = new Lazy<>(() -> client(CodeDeployClient.builder()));
    final Lazy<DynamoDbClient> dynamo = new Lazy<>(() -> client(DynamoDbClient.builder()));
    final Lazy<Ec2Client> ec2 = new Lazy<>(() -> client(Ec2Client.builder()));
    final Lazy<EventBridgeClient> eventBridge = new Lazy<>(() -> client(EventBridgeClient.builder()));
    /** For reads that can wait: a throttled call fails at once and is not retried. */
    final Lazy<CodeDeployClient> codeDeployLowPriority = new Lazy<>(() -> lowPriority(CodeDeployClient.builder()));

    /** For remedies, which must not be sent twice: AWS takes no idempotency token for them. */
    final Lazy<CodeDeployClient> codeDeployOnce = new Lazy<>(() -> once(CodeDeployClient.builder()));

    /** As {@link #codeDeployOnce}. */
    final Lazy<SsmClient> ssmOnce = new Lazy<>(() -> once(SsmClient.builder()));

    /**
     * Retries only throttles: a recheck whose answer was lost may be in the queue already, and the current message
     * comes again and sends it.
     */
    final Lazy<SqsClient> sqs = new Lazy<>(() -> once(SqsClient.builder()));

    final Lazy<SsmClient> ssm = new Lazy<>(() -> client(SsmClient.builder()));

    private Clients(Consumer<AwsClientBuilder<?, ?>> settings) {
        this.settings = settings;
    }

    /** Creates the clients that most signals need, in parts that can run in parallel. */
    public List<Runnable> usual() {
        return List.of(
                () -> List.of(dynamo, ssm).forEach(Lazy::get),
                () -> List.of(ec2, sqs).forEach(Lazy::get),
                () -> List.of(autoScaling, codeDeployLowPriority, eventBridge).forEach(Lazy::get));
    }

    /**
     * Does work whose calls in this thread are answered by the stand-in: each call is prepared and its answer read, but
     * nothing is sent. A connection to each service is opened for later calls.
     */
    public void rehearse(FakeAws standIn, Runnable work) throws InterruptedException {
        ScopedValue.where(RehearsalHttpClient.REHEARSAL, new RehearsalHttpClient.Rehearsal(standIn, connections.get()))
                .run(work);
        connections.get().end();
    }

    /** Region, credentials and endpoint as the SDK finds them. */
    public static Clients fromEnvironment() {
        return with(builder -> {});
    }

    /** With settings of the caller for each client: another region, profile or endpoint. */
    public static Clients with(Consumer<AwsClientBuilder<?, ?>> settings) {
        return new Clients(settings);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(B builder) {
        return build(builder, override -> {});
    }

    /**
     * A client of a service that only the command line calls: if it were named here, the function would need its
     * library.
     */
    <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C make(B builder) {
        return client(builder);
    }

    /** Retries only where AWS says that it did nothing: if the answer is lost, the call may have taken effect. */
    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C once(B builder) {
        return build(
                builder,
                override -> override.retryStrategy(StandardRetryStrategy.builder()
                        .maxAttempts(3)
                        // Otherwise the client would also retry server errors and lost answers.
                        .useClientDefaults(false)
                        .retryOnException(Clients::throttled)
                        .backoffStrategy(
                                BackoffStrategy.exponentialDelay(Duration.ofMillis(200), Duration.ofSeconds(5)))
                        .build()));
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C lowPriority(B builder) {
        return build(
                builder,
                override -> override.retryStrategy(StandardRetryStrategy.builder()
                        .maxAttempts(3)
                        .useClientDefaults(false)
                        .retryOnException(fault -> passing(fault) && !throttled(fault))
                        .backoffStrategy(
                                BackoffStrategy.exponentialDelay(Duration.ofMillis(100), Duration.ofSeconds(2)))
                        .build()));
    }

    /** Faults of the service or of the network. */
    private static boolean passing(Throwable fault) {
        return fault instanceof AwsServiceException answer ? answer.statusCode() >= 500 : fault instanceof SdkException;
    }

    private static boolean throttled(Throwable fault) {
        return fault instanceof SdkException known && RetryUtils.isThrottlingException(known);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C build(
            B builder, Consumer<ClientOverrideConfiguration.Builder> more) {
        settings.accept(builder);
        return builder.httpClient(http.get())
                .overrideConfiguration(override -> {
                    override.apiCallAttemptTimeout(ATTEMPT)
                            .apiCallTimeout(CALL)
                            .addExecutionInterceptor(new DeadlineInterceptor(CALL, ATTEMPT));
                    more.accept(override);
                })
                .build();
    }
}
