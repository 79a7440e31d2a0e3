package launchguard.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Sends calls, except those of a thread that rehearses: a stand-in answers these, and nothing leaves the process. The
 * rehearsal is bound to the thread, so the stand-in never answers a call of an event.
 */
final class RehearsalHttpClient implements SdkHttpClient {
    /** What a thread rehearses with. */
    record Rehearsal(FakeAws standIn, Connections connections) {}

    static final ScopedValue<Rehearsal> REHEARSAL = ScopedValue.newInstance();

    /** Wraps work for another thread of the same rehearsal. */
    static Runnable carried(Runnable work) {
        if (!REHEARSAL.isBound()) {
            return work;
        }
        Rehearsal now = REHEARSAL.get();
        return () -> ScopedValue.where(REHEARSAL, now).run(work);
    }

    private final SdkHttpClient real;

    RehearsalHttpClient(SdkHttpClient real) {
        this.real = real;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        return REHEARSAL.isBound() ? new Answered(REHEARSAL.get(), request) : real.prepareRequest(request);
    }

    @Override
    public String clientName() {
        return real.clientName();
    }

    @Override
    public void close() {
        real.close();
    }

    private record Answered(Rehearsal rehearsal, HttpExecuteRequest request) implements ExecutableHttpRequest {
        @Override
        public HttpExecuteResponse call() {
            rehearsal.connections().to(request.httpRequest().getUri());
            String body = body();
            String answer = rehearsal.standIn().answer(operation(body), body);
            return HttpExecuteResponse.builder()
                    .response(SdkHttpResponse.builder().statusCode(200).build())
                    .responseBody(AbortableInputStream.create(
                            new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8))))
                    .build();
        }

        private String body() {
            if (request.contentStreamProvider().isEmpty()) {
                return "";
            }
            try (InputStream body = request.contentStreamProvider().get().newStream()) {
                return new String(body.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** JSON services name the operation in a header, query services in the body. */
        private String operation(String body) {
            return request.httpRequest()
                    .firstMatchingHeader("X-Amz-Target")
                    .map(target -> target.substring(target.lastIndexOf('.') + 1))
                    .orElseGet(() -> Arrays.stream(body.split("&", -1))
                            .filter(part -> part.startsWith("Action="))
                            .map(part -> part.substring("Action=".length()))
                            .findFirst()
                            .orElse(""));
        }

        @Override
        public void abort() {
            // There is no call to abort.
        }
    }
}
