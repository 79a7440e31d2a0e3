package launchguard.aws;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * Opens a TLS connection to each service that will be called, in parallel with other work, by an unsigned POST without
 * an operation. The connection is kept for later calls; a failure is ignored.
 */
final class Connections {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final byte[] NOTHING = {'{', '}'};

    private final SdkHttpClient http;
    private final Set<URI> services = ConcurrentHashMap.newKeySet();
    private final List<Thread> begun = new CopyOnWriteArrayList<>();

    Connections(SdkHttpClient http) {
        this.http = http;
    }

    /**
     * Opens a connection to a service at its first call. Only over TLS: without it a connection costs nothing, and an
     * emulator may not know such a request.
     */
    void to(URI call) {
        URI service = call.resolve("/");
        if (service.getScheme().equals("https") && services.add(service)) {
            begun.add(Thread.ofPlatform().daemon().name("connection").start(() -> connect(service)));
        }
    }

    private void connect(URI service) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .uri(service)
                .method(SdkHttpMethod.POST)
                .putHeader("Content-Length", String.valueOf(NOTHING.length))
                .build();
        try (AbortableInputStream body = http.prepareRequest(HttpExecuteRequest.builder()
                        .request(request)
                        .contentStreamProvider(() -> new ByteArrayInputStream(NOTHING))
                        .build())
                .call()
                .responseBody()
                .orElseGet(AbortableInputStream::createEmpty)) {
            // A connection is used again only when its answer has been read to the end.
            body.readAllBytes();
        } catch (IOException | RuntimeException later) {
            // The call that needs the service will report what is wrong.
        }
    }

    /** Waits for those that were begun, for two seconds at most. */
    void end() throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        for (Thread thread : begun) {
            Duration left = Duration.between(Instant.now(), end);
            if (left.isPositive()) {
                thread.join(left);
            }
        }
        begun.clear();
    }
}
