package launchguard.aws;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens a connection to each service that is going to be called, says nothing, and closes it: names are looked up, TLS is
 * loaded, and its session may be resumed. Side by side with whatever else is done, and nobody's fault when it fails.
 */
final class Handshakes {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Map<String, Thread> begun = new ConcurrentHashMap<>();

    /** Begins one, unless it was. */
    void with(URI service) {
        begun.computeIfAbsent(
                service.getAuthority(),
                ignored -> Thread.ofPlatform().daemon().name("handshake").start(() -> shake(service)));
    }

    private static void shake(URI service) {
        try {
            if (service.resolve("/").toURL().openConnection() instanceof HttpURLConnection connection) {
                connection.setConnectTimeout(Math.toIntExact(PATIENCE.toMillis()));
                connection.setReadTimeout(Math.toIntExact(PATIENCE.toMillis()));
                connection.connect();
                connection.disconnect();
            }
        } catch (IOException later) {
            // The call that needs the service says what is wrong with it.
        }
    }

    /** Waits for those that were begun, for two seconds at most. */
    void end() throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        for (Thread one : begun.values()) {
            Duration left = Duration.between(Instant.now(), end);
            if (left.isPositive()) {
                one.join(left);
            }
        }
    }
}
