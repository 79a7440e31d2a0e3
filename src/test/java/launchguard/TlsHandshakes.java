package launchguard;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/** A service that counts TLS handshakes, and closes each connection. */
final class TlsHandshakes implements AutoCloseable {
    /** The first byte of a handshake: RFC 8446, section 5.1. */
    private static final int HANDSHAKE = 22;

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger counted = new AtomicInteger();

    TlsHandshakes() throws IOException {
        Thread.ofPlatform().daemon().start(this::listen);
    }

    URI uri() {
        return URI.create("https://localhost:" + door.getLocalPort());
    }

    int counted() {
        return counted.get();
    }

    private void listen() {
        while (!door.isClosed()) {
            try (Socket guest = door.accept()) {
                if (guest.getInputStream().read() == HANDSHAKE) {
                    counted.incrementAndGet();
                }
            } catch (IOException left) {
                // Closed, or the client has hung up.
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
