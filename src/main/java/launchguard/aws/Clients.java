package launchguard.aws;

import java.time.Duration;
import java.util.function.Consumer;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
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

    private final Lazy<SdkHttpClient> http = new Lazy<>(() -> UrlConnectionHttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(2))
            .socketTimeout(ATTEMPT)
            .build());
    private final Consumer<AwsClientBuilder<?, ?>> settings;

    final Lazy<AutoScalingClient> autoScaling = new Lazy<>(() -> client(AutoScalingClient.builder()));
    final Lazy<CodeDeployClient> codeDeploy = new Lazy<>(() -> client(CodeDeployClient.builder()));
    final Lazy<DynamoDbClient> dynamo = new Lazy<>(() -> client(DynamoDbClient.builder()));
    final Lazy<Ec2Client> ec2 = new Lazy<>(() -> client(Ec2Client.builder()));
    final Lazy<EventBridgeClient> eventBridge = new Lazy<>(() -> client(EventBridgeClient.builder()));
    final Lazy<SqsClient> sqs = new Lazy<>(() -> client(SqsClient.builder()));
    final Lazy<SsmClient> ssm = new Lazy<>(() -> client(SsmClient.builder()));

    private Clients(Consumer<AwsClientBuilder<?, ?>> settings) {
        this.settings = settings;
    }

    /** Region, credentials and endpoint as the SDK finds them. */
    public static Clients fromEnvironment() {
        return new Clients(builder -> {});
    }

    /** With what the caller sets on each client: another region, profile or endpoint. */
    public static Clients with(Consumer<AwsClientBuilder<?, ?>> settings) {
        return new Clients(settings);
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C client(B builder) {
        settings.accept(builder);
        return builder.httpClient(http.get())
                .overrideConfiguration(
                        override -> override.apiCallAttemptTimeout(ATTEMPT).apiCallTimeout(CALL))
                .build();
    }
}
