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
 * Speaks TLS with each service that is going to be called, side by side with whatever else is done: an unsigned POST, as
 * calls are, that names no operation. Its connection is kept for the calls that follow; nobody's fault when it fails.
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
     * Connects with one of which this is the first news; kept only where the calls follow soon. Without TLS there is nothing
     * to gain, and whoever plays AWS there need not know such a request.
     */
    void to(URI call, boolean kept) {
        URI service = call.resolve("/");
        if (service.getScheme().equals("https") && services.add(service)) {
            begin(service, kept);
        }
    }

    /** Connects with all that are known, anew. */
    void again(boolean kept) {
        services.forEach(service -> begin(service, kept));
    }

    private void begin(URI service, boolean kept) {
        begun.add(Thread.ofPlatform().daemon().name("connection").start(() -> connect(service, kept)));
    }

    private void connect(URI service, boolean kept) {
        ask(service, true);
        if (!kept) {
            // Takes the first one's connection, as calls do, and ends it.
            ask(service, false);
        }
    }

    private void ask(URI service, boolean kept) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .uri(service)
                .method(SdkHttpMethod.POST)
                .putHeader("Content-Length", String.valueOf(NOTHING.length));
        if (!kept) {
            request.putHeader("Connection", "close");
        }
        try (AbortableInputStream body = http.prepareRequest(HttpExecuteRequest.builder()
                        .request(request.build())
                        .contentStreamProvider(() -> new ByteArrayInputStream(NOTHING))
                        .build())
                .call()
                .responseBody()
                .orElseGet(AbortableInputStream::createEmpty)) {
            // A connection is used again only when its answer has been read to the end.
            body.readAllBytes();
        } catch (IOException | RuntimeException later) {
            // The call that needs the service says what is wrong with it.
        }
    }

    /** Waits for those that were begun, for two seconds at most. */
    void end() throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        for (Thread one : begun) {
            Duration left = Duration.between(Instant.now(), end);
            if (left.isPositive()) {
                one.join(left);
            }
        }
        begun.clear();
    }
}
