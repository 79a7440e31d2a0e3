package launchguard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import launchguard.aws.Clients;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Image;
import launchguard.sandbox.Sandbox;
import launchguard.settings.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** What is done before the first event, and that it leaves a function that works. */
@Tag("verify")
class PrimingTest {
    private static Clients clients(URI endpoint) {
        return Clients.with(builder -> builder.endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))));
    }

    /** Every step of a healthy launch, to the event of its end, without a failure. */
    @Test
    void rehearsal_goesTheWholeWay() {
        try (Sandbox aws = Sandbox.start()) {
            assertEquals(
                    List.of(
                            "Query",
                            "DescribeInstances",
                            "DescribeAutoScalingInstances",
                            "DescribeAutoScalingGroups",
                            "PutItem",
                            "SendMessage",
                            "Query",
                            "SendCommand",
                            "PutItem",
                            "BatchGetDeployments",
                            "Query",
                            "GetCommandInvocation",
                            "PutEvents",
                            "PutItem"),
                    new Priming(
                                    clients(URI.create(aws.environment().get("AWS_ENDPOINT_URL"))),
                                    Settings.from(aws.environment()))
                            .run(Duration.ofMinutes(2)));
        }
    }

    /** Nothing reaches AWS, the log or the metrics; the first launch is handled as usual. */
    @Test
    void priming_makesNoCall_andLeavesAFunctionThatWorks() {
        try (Sandbox aws = Sandbox.start()) {
            ByteArrayOutputStream log = new ByteArrayOutputStream();
            Functions.install(aws, new PrintStream(log, true, UTF_8));
            new Priming(Functions.clients(aws), Settings.from(aws.environment())).run();
            assertEquals(List.of(), aws.calls().all());
            assertEquals(List.of(), aws.queue().messages());
            assertEquals("", log.toString(UTF_8));
            assertEquals(0, aws.visits(), "nothing to shake hands about without TLS");
            aws.group("web").launch(Image.EMPTY);
            assertTrue(aws.settle(Duration.ofHours(1)));
            assertEquals(
                    List.of("CLOSED"),
                    aws.events().from("launch-guard").stream()
                            .map(event -> event.at("/detail/status").asText())
                            .toList());
            assertTrue(aws.invocations().stream().allMatch(invocation -> invocation.failure() == null));
        }
    }

    @Test
    void tls_isSpokenBeforeItIsNeeded() throws IOException {
        try (TlsHandshakes service = new TlsHandshakes();
                Sandbox aws = Sandbox.start()) {
            Priming priming = new Priming(clients(service.uri()), Settings.from(aws.environment()));
            priming.run();
            assertTrue(service.counted() > 0, "not before the first event");
        }
    }

    @Test
    void silentServices_dontKeepTheFunctionFromStarting() throws IOException {
        try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Sandbox aws = Sandbox.start()) {
            URI mute = URI.create("https://localhost:" + door.getLocalPort());
            Priming priming = new Priming(clients(mute), Settings.from(aws.environment()));
            priming.run(Duration.ofMillis(1));
            assertTrue(
                    Thread.getAllStackTraces().keySet().stream()
                            .anyMatch(thread -> thread.getName().equals("priming")),
                    "it has gone on while its calls still wait");
        }
        assertTrue(Priming.PATIENCE.toSeconds() < 8, "init has ten seconds");
    }
}
