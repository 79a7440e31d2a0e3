package launchguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.settings.Settings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.SendCommandResponse;

/** The sample answers are as full as AWS's: the reading of a member that they lack would not be rehearsed. */
@Tag("verify")
class SampleLaunchTest {
    private final Sandbox aws = Sandbox.start();
    private final Instance instance = aws.group("web").launch(Image.EMPTY);

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void ec2_saysAllOfAnInstance() throws IOException {
        rehearsed("DescribeInstances", Ec2Client::builder, Ec2Client::describeInstances);
    }

    @Test
    void autoScaling_saysAllOfAnInstance() throws IOException {
        rehearsed(
                "DescribeAutoScalingInstances",
                AutoScalingClient::builder,
                AutoScalingClient::describeAutoScalingInstances);
    }

    @Test
    void autoScaling_saysAllOfAGroup() throws IOException {
        aws.group("web").suspend("AZRebalance");
        rehearsed(
                "DescribeAutoScalingGroups",
                AutoScalingClient::builder,
                client -> client.describeAutoScalingGroups(request -> request.includeInstances(false)));
    }

    @Test
    void ssm_saysAllOfACommandAndItsEnd() throws IOException {
        aws.advance(Duration.ofMinutes(2));
        List<String> commands = new ArrayList<>();
        rehearsed("SendCommand", SsmClient::builder, client -> {
            SendCommandResponse response = client.sendCommand(request -> request.documentName("LaunchGuard-Probe")
                    .instanceIds(instance.id())
                    .parameters(Map.of("waitSeconds", List.of("0"), "deploymentId", List.of(""))));
            commands.add(response.command().commandId());
            return response;
        });
        aws.advance(Duration.ofMinutes(2));
        rehearsed(
                "GetCommandInvocation",
                SsmClient::builder,
                client -> client.getCommandInvocation(
                        request -> request.commandId(commands.getFirst()).instanceId(instance.id())));
    }

    private <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> void rehearsed(
            String operation, Supplier<B> maker, Function<C, SdkPojo> call) throws IOException {
        SampleLaunch rehearsal = new SampleLaunch(Settings.from(aws.environment()), Instant.now());
        HttpServer stage = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        stage.createContext("/", exchange -> {
            byte[] answer = rehearsal.answer(operation, "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        stage.start();
        try {
            Set<String> real = new TreeSet<>();
            said("", call.apply(aws.configure(maker.get()).build()), real);
            Set<String> played = new TreeSet<>();
            URI address = URI.create("http://localhost:" + stage.getAddress().getPort());
            said(
                    "",
                    call.apply(
                            aws.configure(maker.get()).endpointOverride(address).build()),
                    played);
            real.removeAll(played);
            assertEquals(Set.of(), real, "not rehearsed");
            assertTrue(played.size() > 3, played.toString());
        } finally {
            stage.stop(0);
        }
    }

    /** The members that have a value, as a path each; of lists those of all elements. */
    private static void said(String path, Object value, Set<String> members) {
        switch (value) {
            case SdkPojo pojo ->
                pojo.sdkFields()
                        .forEach(field -> Stream.ofNullable(field.getValueOrDefault(pojo))
                                .filter(part ->
                                        !(part instanceof SdkAutoConstructList || part instanceof SdkAutoConstructMap))
                                .forEach(part -> said(path + "/" + field.memberName(), part, members)));
            case Collection<?> values -> {
                members.add(path);
                values.forEach(element -> said(path, element, members));
            }
            default -> members.add(path);
        }
    }
}
