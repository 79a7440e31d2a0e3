package launchguard.aws;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.ServiceMetadata;
import software.amazon.awssdk.utils.IoUtils;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Lambda's Invoke, signed and sent once. The SDK's Lambda client would be one more library in the function's package, for a
 * call that only people at a terminal make.
 */
public final class FunctionCall {
    /** The function waits up to a minute for the probe; its own time-out is two. */
    private static final Duration PATIENCE = Duration.ofSeconds(130);

    private static final String PATH = "/2015-03-31/functions/";

    private final AwsCredentialsProvider credentials;
    private final Region region;
    private final @Nullable URI endpoint;

    /** Calls functions of this region; at another address where one is given, as AWS_ENDPOINT_URL does. */
    public FunctionCall(Session session, @Nullable URI endpoint) {
        this.credentials = session.credentials();
        this.region = Region.of(session.region());
        this.endpoint = endpoint;
    }

    /**
     * What a function answered.
     *
     * @param failed whether it threw; then the answer says what
     */
    public record Answered(boolean failed, String json) {}

    /** Calls a function by its name and waits for its answer. */
    public Answered invoke(String function, String payload) {
        String what = "invoke function " + function + " in " + region;
        return Call.to(what, "lambda:InvokeFunction", () -> {
            try (SdkHttpClient http = UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(3))
                    .socketTimeout(PATIENCE)
                    .build()) {
                return answered(http.prepareRequest(signed(function, payload)).call());
            } catch (IOException broken) {
                throw SdkClientException.create(
                        "no answer came (" + broken.getMessage()
                                + "); the function may be at work all the same: look at the case before asking again",
                        broken);
            }
        });
    }

    private HttpExecuteRequest signed(String function, String payload) {
        ContentStreamProvider body = ContentStreamProvider.fromUtf8String(payload);
        URI at = endpoint == null
                ? URI.create("https://" + ServiceMetadata.of("lambda").endpointFor(region))
                : endpoint;
        SdkHttpRequest request = SdkHttpRequest.builder()
                .uri(at)
                .encodedPath(PATH + SdkHttpUtils.urlEncode(function) + "/invocations")
                .method(SdkHttpMethod.POST)
                .putHeader("Content-Type", "application/json")
                .putHeader("Content-Length", String.valueOf(payload.getBytes(StandardCharsets.UTF_8).length))
                .build();
        SignedRequest signed = AwsV4HttpSigner.create()
                .sign(sign -> sign.identity(credentials.resolveCredentials())
                        .request(request)
                        .payload(body)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "lambda")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region.id()));
        return HttpExecuteRequest.builder()
                .request(signed.request())
                .contentStreamProvider(signed.payload().orElse(body))
                .build();
    }

    private static Answered answered(HttpExecuteResponse response) throws IOException {
        String text;
        try (InputStream body =
                response.responseBody().isPresent() ? response.responseBody().get() : null) {
            text = body == null ? "" : IoUtils.toUtf8String(body);
        }
        int status = response.httpResponse().statusCode();
        if (response.httpResponse().isSuccessful()) {
            return new Answered(
                    response.httpResponse()
                            .firstMatchingHeader("X-Amz-Function-Error")
                            .isPresent(),
                    text);
        }
        String code = response.httpResponse()
                .firstMatchingHeader("x-amzn-ErrorType")
                .orElse("HTTP " + status)
                .replaceAll(":.*", "");
        throw AwsServiceException.builder()
                .message(code + ": " + text)
                .statusCode(status)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
                .build();
    }
}
