package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ssm.SsmClient;

/** Events reach the function as Lambda brings them, and what fails comes again. */
class DeliveryTest {
    private final Sandbox aws = Sandbox.start();
    private final List<JsonNode> bodies = new ArrayList<>();
    private final RequestStreamHandler listener = (in, out, context) -> {
        for (JsonNode message : Json.read(in.readAllBytes()).path("Records")) {
            bodies.add(Json.parse(message.path("body").asText()));
        }
        out.write(Json.bytes(Json.object("batchItemFailures", List.of())));
    };

    @AfterEach
    void stop() {
        aws.close();
    }

    private List<String> types() {
        return bodies.stream().map(body -> body.path("detail-type").asText()).toList();
    }

    @Test
    void launch_hasAwssEventsInAwssOrder() {
        aws.function(listener);
        Instance instance = aws.group("web").launch("rpm-dnf-race-jdk8-status-error");
        assertTrue(aws.settle(Duration.ofHours(1)));
        assertEquals(
                List.of(
                        "CodeDeploy Instance State-change Notification",
                        "CodeDeploy Deployment State-change Notification",
                        "EC2 Instance Launch Successful"),
                types());
        assertEquals(
                instance.id(),
                bodies.getLast().path("detail").path("EC2InstanceId").asText());
        assertEquals(
                instance.id(),
                bodies.getFirst().path("detail").path("instanceId").asText());
        assertEquals("InService", instance.lifecycle());
        assertEquals(List.of(), aws.queue().messages());
    }

    @Test
    void unhealthyInstance_isReplaced() {
        aws.function(listener);
        ScalingGroup group = aws.group("web").replacements(gone -> Image.EMPTY);
        Instance broken = group.launch(Image.EMPTY);
        aws.settle(Duration.ofHours(1));
        try (AutoScalingClient scaling =
                aws.configure(AutoScalingClient.builder()).build()) {
            scaling.setInstanceHealth(health -> health.instanceId(broken.id()).healthStatus("Unhealthy"));
            assertEquals("Healthy", broken.health(), "within the grace period");
            group.suspend("ReplaceUnhealthy");
            scaling.setInstanceHealth(health ->
                    health.instanceId(broken.id()).healthStatus("Unhealthy").shouldRespectGracePeriod(false));
        }
        aws.settle(Duration.ofHours(1));
        assertEquals("InService", broken.lifecycle());
        group.resume();
        aws.settle(Duration.ofHours(1));
        assertEquals("terminated", broken.state());
        assertEquals(1, group.instances().size());
        assertEquals("InService", group.instances().getFirst().lifecycle());
    }

    @Test
    void failedMessage_comesAgainAndEndsWithTheDeadLetters() {
        aws.function((in, out, context) -> {
            JsonNode messages = Json.read(in.readAllBytes()).path("Records");
            List<Object> failures = new ArrayList<>();
            for (JsonNode message : messages) {
                if (message.path("body").asText().equals("poison")) {
                    failures.add(Json.object(
                            "itemIdentifier", message.path("messageId").asText()));
                }
            }
            out.write(Json.bytes(Json.object("batchItemFailures", failures)));
        });
        aws.queue().send("poison", Duration.ZERO);
        aws.queue().send("good", Duration.ZERO);
        aws.settle(Duration.ofDays(1));
        assertEquals(5, aws.invocations().size());
        assertEquals("poison", aws.deadLetters().messages().getFirst().body());
        assertEquals(1, aws.deadLetters().messages().size());
    }

    @Test
    void events_areLostAndDoubled() {
        aws.function(listener);
        aws.events()
                .delays(event -> event.path("source").asText().equals("aws.autoscaling")
                        ? List.of(Duration.ofMinutes(10), Duration.ZERO)
                        : List.of());
        aws.group("web").launch("rpm-dnf-race-jdk8-status-error");
        Instant before = aws.clock().instant();
        aws.settle(Duration.ofHours(1));
        assertEquals(List.of("EC2 Instance Launch Successful", "EC2 Instance Launch Successful"), types());
        assertTrue(Duration.between(before, aws.clock().instant()).compareTo(Duration.ofMinutes(10)) > 0);
    }

    @Test
    void deadFunction_isCalledAgain() {
        aws.function((in, out, context) -> {
            try (Ec2Client ec2 = aws.configure(Ec2Client.builder()).build()) {
                ec2.describeInstances();
            }
            listener.handleRequest(in, out, context);
        });
        aws.faults().atCall(1).dieAfter();
        aws.queue().send("{}", Duration.ZERO);
        aws.settle(Duration.ofHours(1));
        assertEquals(2, aws.invocations().size());
        assertEquals(1, bodies.size());
    }

    @Test
    void lostAnswer_isDoneAllTheSame() {
        Instance instance = aws.group("web").launch(Image.EMPTY);
        aws.advance(Duration.ofMinutes(1));
        aws.faults().on("ssm", "SendCommand").always().loseAnswer();
        try (SsmClient ssm = aws.configure(SsmClient.builder()).build()) {
            assertThrows(
                    SdkClientException.class,
                    () -> ssm.sendCommand(
                            send -> send.documentName("LaunchGuard-Probe").instanceIds(instance.id())));
        }
        assertFalse(aws.commands().all().isEmpty());
    }

    @Test
    void throttling_isRetriedByTheClient() {
        aws.faults().on("ec2", "DescribeInstances").throttle();
        try (Ec2Client ec2 = aws.configure(Ec2Client.builder()).build()) {
            ec2.describeInstances();
        }
        assertEquals(2, aws.calls().of("ec2", "DescribeInstances").size());
    }

    @Test
    void unknownCall_failsTheTest() {
        Sandbox other = Sandbox.start();
        try (AutoScalingClient scaling =
                other.configure(AutoScalingClient.builder()).build()) {
            assertThrows(Exception.class, scaling::describeAccountLimits);
        }
        assertThrows(AssertionError.class, other::close);
    }
}
