package launchguard.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The sandbox behind TLS: each service on a port of its own, as each has a host of its own in AWS. */
final class Tls implements AutoCloseable {
    private static final List<String> SERVICES =
            List.of("AUTO_SCALING", "CODEDEPLOY", "DYNAMODB", "EC2", "EVENTBRIDGE", "SQS", "SSM");
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final List<ServerSocket> sockets = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final Path folder;
    private final LongAdder answering = new LongAdder();

    Tls(URI plain, Path folder) throws Exception {
        this.folder = folder;
        Path keys = folder.resolve("keys.p12");
        keytool(
                "-genkeypair",
                "-alias",
                "bench",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-validity",
                "2",
                "-keystore",
                keys.toString());
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "bench",
                "-keystore",
                keys.toString(),
                "-file",
                certificate().toString());
        // As long a list as a real one: reading it is part of the first handshake.
        Files.copy(Path.of(System.getProperty("java.home"), "lib/security/cacerts"), trust());
        keytool(
                "-importcert",
                "-noprompt",
                "-alias",
                "bench",
                "-keystore",
                trust().toString(),
                "-file",
                certificate().toString());
        KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        for (String service : SERVICES) {
            ServerSocket socket =
                    context.getServerSocketFactory().createServerSocket(0, 100, InetAddress.getByName("127.0.0.1"));
            sockets.add(socket);
            environment.put("AWS_ENDPOINT_URL_" + service, "https://localhost:" + socket.getLocalPort());
            Thread.ofVirtual().start(() -> accept(socket, plain));
        }
    }

    Path certificate() {
        return folder.resolve("certificate.pem");
    }

    Path trust() {
        return folder.resolve("cacerts");
    }

    Map<String, String> environment() {
        return environment;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin/keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", new String(PASSWORD)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }

    /** Nanoseconds during which the sandbox had unanswered requests, over all connections. */
    long answering() {
        return answering.sum();
    }

    private void accept(ServerSocket socket, URI plain) {
        try {
            while (true) {
                Socket client = socket.accept();
                client.setTcpNoDelay(true);
                Thread.ofPlatform().daemon().start(() -> relay(client, plain));
            }
        } catch (IOException closed) {
            // The bench is over.
        }
    }

    private void relay(Socket client, URI plain) {
        try (client;
                Socket server = new Socket(plain.getHost(), plain.getPort())) {
            server.setTcpNoDelay(true);
            AtomicLong asked = new AtomicLong();
            Thread back = Thread.ofPlatform().daemon().start(() -> copy(server, client, () -> answered(asked)));
            copy(client, server, () -> asked.set(System.nanoTime()));
            back.join(1000);
        } catch (IOException | InterruptedException ended) {
            // One side has hung up.
        }
    }

    private void answered(AtomicLong asked) {
        long since = asked.getAndSet(0);
        if (since != 0) {
            answering.add(System.nanoTime() - since);
        }
    }

    private static void copy(Socket from, Socket to, Runnable each) {
        byte[] buffer = new byte[16_384];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                each.run();
                out.write(buffer, 0, n);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException | UnsupportedOperationException ended) {
            // One side has hung up.
        }
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }
}
