package launchguard.aws;

import java.time.Duration;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** Gives a call, with all its tries, no more time than the invocation has left; a try that has too little is not made. */
final class DeadlineInterceptor implements ExecutionInterceptor {
    private final Duration usual;
    private final Duration usualTry;

    /** What the client gives a call, and each of its tries, where there is time enough. */
    DeadlineInterceptor(Duration usual, Duration usualTry) {
        this.usual = usual;
        this.usualTry = usualTry;
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        if (!Deadline.allowsTry(usualTry)) {
            throw noTime();
        }
    }

    private static SdkClientException noTime() {
        return SdkClientException.create("the invocation ends before an answer could come, so the call was not made");
    }

    @Override
    public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
        Duration most = Deadline.atMost(usual);
        if (most.equals(usual) || !(context.request() instanceof AwsRequest request)) {
            return context.request();
        }
        if (!most.isPositive()) {
            throw noTime();
        }
        AwsRequestOverrideConfiguration set = request.overrideConfiguration()
                .map(AwsRequestOverrideConfiguration::toBuilder)
                .orElseGet(AwsRequestOverrideConfiguration::builder)
                .apiCallTimeout(most)
                .build();
        return request.toBuilder().overrideConfiguration(set).build();
    }
}
