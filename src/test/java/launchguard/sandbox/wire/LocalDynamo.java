package launchguard.sandbox.wire;

import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * AWS's own local DynamoDB, in this process and in memory; it ends with the process. There is one for all sandboxes: its
 * servers share one static table of operations, which each new server empties and fills again, and meanwhile all others
 * answer InvalidAction.
 */
final class LocalDynamo implements Dynamo {
    private static final List<String> FORWARDED =
            List.of("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date");
    private static final List<String> RETURNED = List.of("Content-Type", "x-amzn-RequestId", "x-amz-crc32");
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI uri;

    /** It takes a port by number, and between finding a free one and taking it another process may be quicker. */
    private static final int TRIES = 5;

    private LocalDynamo() {
        uri = start(TRIES);
    }

    /** The one of this process; each sandbox has a table of its own in it. */
    static LocalDynamo shared() {
        return Shared.ONE;
    }

    private static final class Shared {
        private static final LocalDynamo ONE = new LocalDynamo();
    }

    private static URI start(int tries) {
        try {
            int port = freePort();
            quietly(port);
            return URI.create("http://127.0.0.1:" + port);
        } catch (Exception e) {
            if (tries > 1) {
                return start(tries - 1);
            }
            throw new IllegalStateException("DynamoDBLocal did not start in " + TRIES + " tries", e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** It prints a banner to stdout, which belongs to the demo's story. */
    private static synchronized void quietly(int port) throws Exception {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try {
            DynamoDBProxyServer server = ServerRunner.createServerFromCommandLineArgs(
                    new String[] {"-inMemory", "-sharedDb", "-disableTelemetry", "-port", String.valueOf(port)});
            server.start();
        } finally {
            System.setOut(out);
        }
    }

    URI uri() {
        return uri;
    }

    @Override
    public Answer answer(Request forwarded, Headers headers, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        for (String name : FORWARDED) {
            String value = headers.getFirst(name);
            if (value != null) {
                request.header(name, value);
            }
        }
        try {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, String> returned = new TreeMap<>();
            for (String name : RETURNED) {
                response.headers().firstValue(name).ifPresent(value -> returned.put(name, value));
            }
            return new Answer(response.statusCode(), returned, response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
