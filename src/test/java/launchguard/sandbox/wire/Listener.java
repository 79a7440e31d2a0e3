package launchguard.sandbox.wire;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/** A port on loopback that serves one endpoint after the other: clients made for it can be used again. */
final class Listener {
    static {
        // The JDK's server waits 40 ms before each answer unless told not to.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final ConcurrentLinkedDeque<Listener> FREE = new ConcurrentLinkedDeque<>();
    private static final HttpHandler NOBODY = HttpExchange::close;
    private final HttpServer server;
    private volatile HttpHandler handler = NOBODY;

    private Listener() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> handler.handle(exchange));
        server.start();
    }

    /** An unused one. */
    static Listener take() {
        Listener free = FREE.poll();
        if (free != null) {
            return free;
        }
        // The server's own thread inherits that it keeps no process alive.
        FutureTask<Listener> started = new FutureTask<>(Listener::new);
        Thread.ofPlatform().daemon().name("sandbox-listener").start(started);
        try {
            return started.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("no port on loopback", e);
        }
    }

    void serve(HttpHandler by) {
        handler = by;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Returns it for the next endpoint. */
    void giveBack() {
        handler = NOBODY;
        FREE.push(this);
    }
}
