package launchguard.packaged;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Lambda's side of one execution environment: the HTTP interface that a runtime asks for work, and answers to.
 *
 * <p>Interface: <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda runtime API</a>.
 */
public final class RuntimeApi implements AutoCloseable {
    static {
        // The JDK's server waits 40 ms before each answer unless told not to.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final String BASE = "/2018-06-01/runtime/";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<Work> waiting = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<Reply>> open = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Long> ready = new CompletableFuture<>();

    /** Listens on a port of its own. */
    public RuntimeApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    private record Work(String id, String event) {}

    /**
     * What the function gave back.
     *
     * @param failed whether it is an error object
     */
    public record Reply(boolean failed, String body) {}

    /** Host and port, as the variable AWS_LAMBDA_RUNTIME_API holds them. */
    public String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Done, with {@link System#nanoTime()}, when the runtime first asks for work: init is over. Fails when init failed. */
    public CompletableFuture<Long> ready() {
        return ready;
    }

    /** Hands out one event. */
    public CompletableFuture<Reply> invoke(String event) {
        Work work = new Work(UUID.randomUUID().toString(), event);
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        open.put(work.id(), reply);
        waiting.add(work);
        return reply;
    }

    /** What the runtime asked or reported so far, as {@code GET invocation/next}; ids of requests are left out. */
    public List<String> asked() {
        return List.copyOf(asked);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String what = path.startsWith(BASE) ? path.substring(BASE.length()) : path;
            String[] parts = what.split("/", -1);
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + (parts.length == 3 ? parts[0] + "/" + parts[2] : what));
            switch (what) {
                case "invocation/next" -> next(exchange);
                case "init/error" -> {
                    ready.completeExceptionally(new IllegalStateException(what + ": " + body));
                    send(exchange, 202, "{\"status\":\"OK\"}");
                }
                default -> {
                    CompletableFuture<Reply> reply = parts.length == 3 ? open.remove(parts[1]) : null;
                    send(exchange, reply == null ? 404 : 202, "{\"status\":\"OK\"}");
                    if (reply != null) {
                        reply.complete(new Reply(parts[2].equals("error"), body));
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void next(HttpExchange exchange) throws IOException, InterruptedException {
        ready.complete(System.nanoTime());
        Work work = waiting.take();
        exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", work.id());
        exchange.getResponseHeaders()
                .set(
                        "Lambda-Runtime-Deadline-Ms",
                        String.valueOf(System.currentTimeMillis()
                                + Duration.ofMinutes(2).toMillis()));
        exchange.getResponseHeaders()
                .set(
                        "Lambda-Runtime-Invoked-Function-Arn",
                        "arn:aws:lambda:ap-northeast-1:123456789012:function:launch-guard");
        send(exchange, 200, work.event());
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
