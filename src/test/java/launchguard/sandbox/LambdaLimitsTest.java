package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import launchguard.sandbox.wire.Endpoint;
import launchguard.sandbox.wire.Json;
import launchguard.template.Template;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Limits of Lambda, SQS and IAM that the sandbox enforces: hops, timeouts, messages in flight, permissions. */
class LambdaLimitsTest {
    private static final StaticCredentialsProvider FUNCTION =
            StaticCredentialsProvider.create(AwsBasicCredentials.create(Endpoint.OF_FUNCTION + "test", "test"));
    private static final String LOOP = "/Resources/LaunchGuardFunction/Properties/RecursiveLoop";

    private static SqsClient sqs(Sandbox aws) {
        return aws.configure(SqsClient.builder())
                .credentialsProvider(FUNCTION)
                .overrideConfiguration(override -> override.retryStrategy(retry -> retry.maxAttempts(1)))
                .build();
    }

    private static String url(Sandbox aws) {
        return aws.environment().getOrDefault("LAUNCH_GUARD_QUEUE_URL", "");
    }

    /** A function that sends itself a message in each invocation, so many times. */
    private static RequestStreamHandler chain(Sandbox aws, SqsClient sqs, AtomicInteger invoked, int times) {
        return (in, out, context) -> {
            in.readAllBytes();
            if (invoked.incrementAndGet() < times) {
                sqs.sendMessage(
                        send -> send.queueUrl(url(aws)).messageBody("again").delaySeconds(60));
            }
        };
    }

    @Test
    void chainOfMoreThanSixteenInvocations_isStopped() {
        try (Sandbox aws = Sandbox.start(Map.of(), template -> template.without(LOOP));
                SqsClient sqs = sqs(aws)) {
            AtomicInteger invoked = new AtomicInteger();
            aws.function(chain(aws, sqs, invoked, 40));
            aws.queue().send("first", Duration.ZERO);
            aws.settle(Duration.ofHours(2));
            assertEquals(16, invoked.get());
            assertEquals(1, aws.deadLetters().messages().size());
            assertTrue(aws.droppedAsLoop() > 0);
        }
    }

    @Test
    void chain_goesOnWhereTheTemplateAllowsIt() {
        try (Sandbox aws = Sandbox.start(Map.of());
                SqsClient sqs = sqs(aws)) {
            AtomicInteger invoked = new AtomicInteger();
            aws.function(chain(aws, sqs, invoked, 40));
            aws.queue().send("first", Duration.ZERO);
            aws.settle(Duration.ofHours(2));
            assertEquals(40, invoked.get());
            assertEquals(0, aws.droppedAsLoop());
            assertTrue(Template.read(java.nio.file.Path.of("template.yaml")).recursionAllowed());
        }
    }

    @Test
    void messagesCarryTheirLineage_andEventsBeginAnew() {
        try (Sandbox aws = Sandbox.start(Map.of());
                SqsClient sqs = sqs(aws)) {
            List<String> headers = new ArrayList<>();
            AtomicInteger invoked = new AtomicInteger();
            aws.function((in, out, context) -> {
                JsonNode batch = Json.read(in.readAllBytes());
                headers.add(batch.at("/Records/0/attributes/AWSTraceHeader").asText("none"));
                if (invoked.incrementAndGet() < 3) {
                    sqs.sendMessage(send -> send.queueUrl(url(aws)).messageBody("again"));
                }
            });
            aws.queue().send("first", Duration.ZERO);
            aws.settle(Duration.ofHours(1));
            assertEquals("none", headers.getFirst());
            assertTrue(headers.get(1).endsWith("Lineage=1:a87bd80c:1"), headers.get(1));
            assertTrue(headers.get(2).endsWith("Lineage=1:a87bd80c:2"), headers.get(2));
        }
    }

    private record Slow(Sandbox aws, SqsClient sqs, int calls, List<Integer> left) implements RequestStreamHandler {
        @Override
        public void handleRequest(InputStream in, OutputStream out, Context context) {
            for (int i = 0; i < calls; i++) {
                left.add(context.getRemainingTimeInMillis());
                sqs.sendMessage(send -> send.queueUrl(url(aws)).messageBody("x").delaySeconds(900));
            }
        }
    }

    @Test
    void invocation_isCutAtItsTimeout_andItsWholeBatchComesBack() {
        try (Sandbox aws = Sandbox.start(Map.of());
                SqsClient sqs = sqs(aws)) {
            aws.settings().latency(call -> Duration.ofSeconds(50));
            List<Integer> left = new ArrayList<>();
            aws.function(new Slow(aws, sqs, 5, left));
            aws.queue().send("work", Duration.ZERO);
            Instant begun = aws.clock().instant();
            assertEquals(1, aws.deliver());
            assertEquals(List.of(120_000, 70_000, 20_000), left);
            assertEquals(2, aws.calls().of("sqs", "SendMessage").size() - 1, "the third was under way");
            assertEquals(3, aws.queue().messages().size(), "the batch's own message, and two that were sent");
            assertEquals(
                    begun.plus(Duration.ofSeconds(150)), aws.clock().instant(), "its last call passed the timeout");
            assertTrue(String.valueOf(aws.invocations().getFirst().failure()).contains("timed out"));
        }
    }

    @Test
    void silentCall_costsTheInvocationItsTime() {
        try (Sandbox aws = Sandbox.start(Map.of());
                SqsClient sqs = sqs(aws)) {
            aws.faults().on("sqs", "SendMessage").silentFor(Duration.ofSeconds(5));
            List<Integer> left = new ArrayList<>();
            aws.function((in, out, context) -> {
                assertThrows(
                        SdkClientException.class,
                        () -> sqs.sendMessage(send -> send.queueUrl(url(aws)).messageBody("x")));
                left.add(context.getRemainingTimeInMillis());
                out.write("{}".getBytes(StandardCharsets.UTF_8));
            });
            aws.invoke("{}");
            assertEquals(List.of(115_000), left);
            assertEquals(List.of(), aws.queue().messages());
        }
    }

    private static String denied(Runnable call) {
        return Optional.ofNullable(
                        assertThrows(AwsServiceException.class, call::run).awsErrorDetails())
                .orElseThrow()
                .errorCode();
    }

    @Test
    void whatTheRoleDoesNotAllow_isDenied() {
        try (Sandbox aws = Sandbox.start(Map.of("Mode", "remediate"));
                SsmClient ssm = aws.configure(SsmClient.builder())
                        .credentialsProvider(FUNCTION)
                        .build();
                Ec2Client ec2 = aws.configure(Ec2Client.builder())
                        .credentialsProvider(FUNCTION)
                        .build();
                AutoScalingClient scaling = aws.configure(AutoScalingClient.builder())
                        .credentialsProvider(FUNCTION)
                        .build()) {
            Instance instance = aws.group("web").launch(Image.EMPTY);
            aws.advance(Duration.ofMinutes(2));
            Runnable tag = () -> ec2.createTags(create -> create.resources(instance.id())
                    .tags(Tag.builder()
                            .key("launch-guard:verdict")
                            .value("HEALTHY")
                            .build()));
            Runnable probe = () -> ssm.sendCommand(
                    send -> send.documentName("LaunchGuard-Probe").instanceIds(instance.id()));
            Runnable replace = () -> scaling.setInstanceHealth(
                    health -> health.instanceId(instance.id()).healthStatus("Unhealthy"));
            tag.run();
            probe.run();
            assertEquals(
                    "UnauthorizedOperation", denied(() -> ec2.deleteTags(delete -> delete.resources(instance.id()))));
            assertEquals(
                    "AccessDeniedException",
                    denied(() -> ssm.sendCommand(
                            send -> send.documentName("AWS-RunShellScript").instanceIds(instance.id()))));
            aws.group("web").tags().remove("launch-guard");
            instance.tags().remove("launch-guard");
            assertEquals("UnauthorizedOperation", denied(tag));
            assertEquals("AccessDeniedException", denied(probe));
            assertEquals("AccessDenied", denied(replace));
            assertEquals("Healthy", instance.health());
            assertFalse(aws.calls().of("autoscaling", "SetInstanceHealth").isEmpty());
            assertEquals(2, aws.calls().denied().size(), aws.calls().denied().toString());
            aws.calls().denialsSeen();
        }
    }

    @Test
    void queue_handsOutNoMoreThanMayBeInFlight() {
        try (Sandbox aws = Sandbox.start(Map.of());
                SqsClient sqs = aws.configure(SqsClient.builder()).build()) {
            aws.queue().mostInFlight(2);
            for (int i = 0; i < 3; i++) {
                aws.queue().send("m" + i, Duration.ZERO);
            }
            List<Message> received = sqs.receiveMessage(
                            receive -> receive.queueUrl(url(aws)).maxNumberOfMessages(10))
                    .messages();
            assertEquals(2, received.size());
            SqsException error =
                    assertThrows(SqsException.class, () -> sqs.receiveMessage(receive -> receive.queueUrl(url(aws))));
            assertEquals("OverLimit", error.awsErrorDetails().errorCode());
            sqs.deleteMessage(delete ->
                    delete.queueUrl(url(aws)).receiptHandle(received.getFirst().receiptHandle()));
            assertEquals(
                    1,
                    sqs.receiveMessage(receive -> receive.queueUrl(url(aws)))
                            .messages()
                            .size());
        }
    }

    @Test
    void visibility_isChangedOnlyInFlightAndForTwelveHoursInAll() {
        try (Sandbox aws = Sandbox.start(Map.of());
                SqsClient sqs = aws.configure(SqsClient.builder()).build()) {
            aws.queue().send("m", Duration.ZERO);
            String receipt = sqs.receiveMessage(receive -> receive.queueUrl(url(aws)))
                    .messages()
                    .getFirst()
                    .receiptHandle();
            aws.advance(Duration.ofSeconds(10));
            assertEquals("InvalidParameterValue", hiding(aws, sqs, receipt, 43_200));
            assertEquals("", hiding(aws, sqs, receipt, 43_190));
            assertEquals("", hiding(aws, sqs, receipt, 0));
            assertEquals("MessageNotInflight", hiding(aws, sqs, receipt, 30));
        }
    }

    private static String hiding(Sandbox aws, SqsClient sqs, String receipt, int seconds) {
        try {
            sqs.changeMessageVisibility(
                    change -> change.queueUrl(url(aws)).receiptHandle(receipt).visibilityTimeout(seconds));
            return "";
        } catch (SqsException error) {
            return error.awsErrorDetails().errorCode();
        }
    }
}
