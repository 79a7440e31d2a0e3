package launchguard.aws;

import java.io.IOException;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Invokes the deployed function once, for the command line; not part of the function's package. */
public final class FunctionCall {
    /** The function waits up to a minute for the probe; its own time-out is two. */
    private static final Duration PATIENCE = Duration.ofSeconds(130);

    private final Session session;

    /** Calls functions of the session's region. */
    public FunctionCall(Session session) {
        this.session = session;
    }

    /**
     * What a function answered.
     *
     * @param failed whether it threw; then the answer says what
     */
    public record Answered(boolean failed, String json) {}

    /** Calls a function by its name or ARN and waits for its answer. */
    public Answered invoke(String function, String payload) {
        String what = "invoke function " + function + " in " + session.region();
        return Call.to(what, "lambda:InvokeFunction", () -> {
            try (LambdaClient lambda = LambdaClient.builder()
                    .region(Region.of(session.region()))
                    .credentialsProvider(session.credentials())
                    .httpClientBuilder(UrlConnectionHttpClient.builder()
                            .connectionTimeout(Duration.ofSeconds(3))
                            .socketTimeout(PATIENCE))
                    .overrideConfiguration(override -> override.retryStrategy(AwsRetryStrategy.doNotRetry()))
                    .build()) {
                InvokeResponse response = lambda.invoke(
                        request -> request.functionName(function).payload(SdkBytes.fromUtf8String(payload)));
                return new Answered(
                        response.functionError() != null, response.payload().asUtf8String());
            } catch (SdkClientException broken) {
                if (broken.getCause() instanceof IOException lost) {
                    throw SdkClientException.create(
                            "no answer came (" + lost.getMessage()
                                    + "); the function may be at work all the same: look at the case before asking again",
                            lost);
                }
                throw broken;
            }
        });
    }
}
