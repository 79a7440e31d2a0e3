package launchguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import launchguard.aws.Clients;
import launchguard.flow.Settings;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Image;
import launchguard.sandbox.Sandbox;
import org.crac.Core;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** What is done before the first event, and that it leaves a function that works. */
class PrimingTest {
    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    private static LaunchGuardFunction function(Sandbox aws, URI endpoint) {
        return new LaunchGuardFunction(
                Settings.from(aws.environment()),
                Clients.with(builder -> builder.endpointOverride(endpoint)
                        .region(Region.EU_WEST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))),
                aws.clock(),
                aws::advance,
                NOWHERE);
    }

    /** Every service of the usual signal is called or dry-run; nothing is changed, nobody is named who exists. */
    @Test
    void checkpoint_readsOnceAndChangesNothing() {
        try (Sandbox aws = Sandbox.start()) {
            Functions.install(aws, NOWHERE).beforeCheckpoint(Core.getGlobalContext());
            Set<String> calls = new TreeSet<>();
            aws.calls().all().forEach(call -> calls.add(call.operation()));
            assertEquals(
                    new TreeSet<>(Set.of(
                            "DescribeAutoScalingInstances",
                            "DescribeInstances",
                            "GetCommandInvocation",
                            "GetItem",
                            "ListDeploymentTargets",
                            "Query")),
                    calls);
            assertEquals(6, aws.calls().all().size());
            assertEquals(List.of(), aws.calls().changing());
            assertEquals(List.of(), aws.queue().messages());
        }
    }

    @Test
    void restored_theFirstLaunchIsLookedAfter() {
        try (Sandbox aws = Sandbox.start()) {
            LaunchGuardFunction function = Functions.install(aws, NOWHERE);
            function.beforeCheckpoint(Core.getGlobalContext());
            aws.advance(Duration.ofDays(3));
            function.afterRestore(Core.getGlobalContext());
            aws.group("web").launch(Image.EMPTY);
            assertTrue(aws.settle(Duration.ofHours(1)));
            assertEquals(
                    List.of("CLOSED"),
                    aws.events().from("launch-guard").stream()
                            .map(event -> event.at("/detail/status").asText())
                            .toList());
            assertTrue(aws.invocations().stream().allMatch(one -> one.failure() == null));
        }
    }

    /** A snapshot holds no connection: what was open then is dead when the process is restored. */
    @Test
    void checkpoint_hangsUp_andLaterCallsDoNot() throws Exception {
        Queue<String> connections = new ConcurrentLinkedQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            connections.add(String.valueOf(exchange.getRequestHeaders().getFirst("Connection")));
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(400, -1);
            exchange.close();
        });
        server.start();
        try (Sandbox aws = Sandbox.start()) {
            URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            LaunchGuardFunction function = function(aws, endpoint);
            function.beforeCheckpoint(Core.getGlobalContext());
            assertEquals(6, connections.size());
            assertEquals(Set.of("close"), Set.copyOf(connections));
            connections.clear();
            aws.function(function);
            aws.queue().send("{\"source\":\"launch-guard.schedule\"}", Duration.ZERO);
            aws.deliver();
            assertEquals(Set.of("keep-alive"), Set.copyOf(connections));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void unreachableServices_keepNobodyFromStarting() {
        try (Sandbox aws = Sandbox.start()) {
            LaunchGuardFunction function = function(aws, URI.create("http://127.0.0.1:1"));
            Instant before = Instant.now();
            function.beforeCheckpoint(Core.getGlobalContext());
            assertTrue(Duration.between(before, Instant.now()).toSeconds() < 8, "init has ten seconds");
        }
    }
}
