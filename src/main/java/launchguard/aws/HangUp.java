package launchguard.aws;

import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Ends each connection with its answer, while asked to: a connection that a snapshot holds is dead when it is restored,
 * and the JDK would try it for the first call.
 */
final class HangUp implements ExecutionInterceptor {
    private final AtomicInteger asked = new AtomicInteger();

    void during(Runnable work) {
        asked.incrementAndGet();
        try {
            work.run();
        } finally {
            asked.decrementAndGet();
        }
    }

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        return asked.get() == 0
                ? context.httpRequest()
                : context.httpRequest().toBuilder()
                        .putHeader("Connection", "close")
                        .build();
    }
}
