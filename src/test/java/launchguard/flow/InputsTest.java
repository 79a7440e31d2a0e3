package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every input has an outcome or a reason, directly and from the queue, and none is lost. */
@Tag("verify")
class InputsTest {
    private static final Set<String> KEYS = Set.of(
            "instanceId",
            "status",
            "verdict",
            "marginSeconds",
            "marginUncertain",
            "reason",
            "action",
            "refusal",
            "would",
            "gate",
            "heldSeconds",
            "caseId",
            "commandId");

    /** The outcome of each sample for an instance that has just been launched, and of which no event has come. */
    private static final Map<String, String> OUTCOMES = Map.ofEntries(
            // The instance is in service, so the event is late, and it is the first about this launch. InvokeTest has
            // held instances.
            Map.entry("asg-gate-into-warm-pool", "PROBING"),
            Map.entry("asg-gate-launch", "PROBING"),
            Map.entry("asg-gate-out-of-warm-pool", "PROBING"),
            Map.entry("asg-gate-root-volume-replaced", "PROBING"),
            Map.entry("asg-launch-from-warm-pool", "PROBING"),
            Map.entry("asg-launch-lifecycle-action", "IGNORED"),
            Map.entry("asg-launch-successful", "PROBING"),
            Map.entry("asg-launch-successful-old-form", "PROBING"),
            Map.entry("asg-launch-unsuccessful", "IGNORED"),
            Map.entry("asg-launch-warm-pool", "IGNORED"),
            Map.entry("asg-terminate-successful", "IGNORED"),
            Map.entry("codedeploy-deployment-failure", "PROBING"),
            Map.entry("codedeploy-deployment-lambda-platform", "IGNORED"),
            Map.entry("codedeploy-deployment-ready", "IGNORED"),
            Map.entry("codedeploy-deployment-start", "IGNORED"),
            Map.entry("codedeploy-deployment-stop", "PROBING"),
            Map.entry("codedeploy-deployment-success", "PROBING"),
            Map.entry("codedeploy-instance-failure", "PROBING"),
            Map.entry("codedeploy-instance-on-premises", "IGNORED"),
            Map.entry("codedeploy-instance-ready", "IGNORED"),
            Map.entry("codedeploy-instance-start", "IGNORED"),
            Map.entry("codedeploy-instance-success", "PROBING"),
            Map.entry("ec2-state-change", "IGNORED"),
            Map.entry("manual-default", "CLOSED"),
            Map.entry("manual-diagnose", "CLOSED"),
            Map.entry("manual-remediate", "CLOSED"),
            Map.entry("recheck", "IGNORED"),
            Map.entry("ssm-command", "IGNORED"),
            Map.entry("ssm-command-invocation", "IGNORED"),
            Map.entry("ssm-other-association", "IGNORED"),
            Map.entry("ssm-other-document", "IGNORED"),
            // What follows a patch is off unless it is asked for.
            Map.entry("ssm-patch-association-success", "IGNORED"),
            Map.entry("ssm-patch-command-success", "IGNORED"),
            Map.entry("ssm-patch-in-progress", "IGNORED"),
            Map.entry("ssm-patch-with-hooks-failed", "IGNORED"),
            Map.entry("ssm-probe-in-progress", "IGNORED"),
            Map.entry("ssm-probe-success", "IGNORED"),
            Map.entry("ssm-probe-timed-out", "IGNORED"),
            Map.entry("ssm-redeploy-failed", "IGNORED"),
            Map.entry("ssm-restart-success", "IGNORED"));

    /** An instance of which no event has come, and the clock shortly after its launch. */
    private static Instance launched(FunctionStage stage) {
        stage.aws.events().lose(event -> true);
        Instance instance = stage.launch(FunctionStage.HEALTHY);
        stage.aws.advance(Duration.ofMinutes(3));
        return instance;
    }

    /** The last instance, if no event of it has come; else a new one. */
    private static Instance unknown(FunctionStage stage) {
        List<Instance> all = stage.group().instances();
        return all.isEmpty() || stage.latest(all.getLast()).isPresent() ? launched(stage) : all.getLast();
    }

    private static String about(Instance instance, String sample) {
        return sample.replaceAll("i-[0-9a-f]{17}", instance.id())
                .replaceAll("d-[0-9A-Z]{9}", instance.launchDeployment().orElseThrow())
                .replace("payments-blue", "web")
                .replace("payments-production", "prod");
    }

    private static Map<String, String> samples(String... folders) throws IOException {
        Map<String, String> samples = new TreeMap<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString().replace(".json", "");
                    if (!name.startsWith("sqs-") && !name.equals("manual-group") && !name.equals("schedule")) {
                        samples.put(name, Files.readString(file));
                    }
                }
            }
        }
        return samples;
    }

    private void everySample(String folder) throws IOException {
        Map<String, String> samples = samples(folder);
        Map<String, String> direct = new TreeMap<>();
        Map<String, String> queued = new TreeMap<>();
        try (FunctionStage stage = FunctionStage.remediating()) {
            for (Map.Entry<String, String> sample : samples.entrySet()) {
                // CodeDeploy itself knows nothing of Lambda's deployment there.
                boolean foreign = sample.getKey().contains("lambda");
                Instance instance = unknown(stage);
                JsonNode answer = stage.aws.invoke(foreign ? sample.getValue() : about(instance, sample.getValue()));
                direct.put(sample.getKey(), answer.path("status").asText());
                Set<String> keys = new TreeSet<>();
                answer.fieldNames().forEachRemaining(keys::add);
                assertTrue(KEYS.containsAll(keys), answer.toString());
                answer.forEach(
                        value -> assertTrue(!value.isNull() && !value.asText().isEmpty(), answer.toString()));
                assertTrue(answer.has("reason") || answer.has("caseId"), answer.toString());

                Instance other = unknown(stage);
                JsonNode batch = stage.aws.invoke(
                        batch(Map.of("m-1", foreign ? sample.getValue() : about(other, sample.getValue()))));
                assertEquals("{\"batchItemFailures\":[]}", batch.toString(), sample.getKey());
                queued.put(
                        sample.getKey(),
                        stage.latest(other).map(found -> found.status().name()).orElse("IGNORED"));
            }
        }
        Map<String, String> wanted = new TreeMap<>(OUTCOMES);
        wanted.keySet().retainAll(samples.keySet());
        assertEquals(wanted, direct);
        // Nothing waits for the answer to a message.
        wanted.replaceAll((sample, status) -> sample.startsWith("manual-") ? "PROBING" : status);
        assertEquals(wanted, queued);
    }

    private static String batch(Map<String, String> bodies) {
        return Json.object(
                        "Records",
                        bodies.entrySet().stream()
                                .map(body -> Map.of("messageId", body.getKey(), "body", body.getValue()))
                                .toList())
                .toString();
    }

    @Test
    void samplesOfTheStack() throws IOException {
        everySample("events");
    }

    @Test
    void samplesOfTheContract() throws IOException {
        everySample("src/test/resources/events-shared");
    }

    @Test
    void samplesAsTheyAre_areOfAnInstanceThatEc2DoesNotKnow() throws IOException {
        try (FunctionStage stage = FunctionStage.remediating()) {
            for (String sample :
                    samples("events", "src/test/resources/events-shared").values()) {
                JsonNode answer = stage.aws.invoke(sample);
                assertEquals("IGNORED", answer.path("status").asText(), sample);
                assertTrue(answer.has("reason"), answer.toString());
            }
            assertEquals(
                    "{\"rearmed\":0,\"opened\":0}",
                    stage.aws
                            .invoke(Files.readString(Path.of("events/schedule.json")))
                            .toString());
            assertEquals(
                    "IGNORED",
                    stage.aws
                            .invoke(Files.readString(Path.of("events/manual-group.json")))
                            .get(0)
                            .path("status")
                            .asText());
            assertEquals(
                    "{\"batchItemFailures\":[]}",
                    stage.aws
                            .invoke(Files.readString(Path.of("events/sqs-batch.json")))
                            .toString());
            assertEquals(
                    "{\"batchItemFailures\":[]}",
                    stage.aws
                            .invoke(Files.readString(Path.of("events/sqs-batch-empty.json")))
                            .toString());
            assertEquals(
                    "{\"batchItemFailures\":[{\"itemIdentifier\":\"f041e548-6b83-548f-8c95-11ff93db5ebb\"}]}",
                    stage.aws
                            .invoke(Files.readString(Path.of("events/sqs-batch-one-bad.json")))
                            .toString());
        }
    }

    @Test
    void whatIsNoSignal_isAnErrorThatSaysWhatWasExpected() {
        try (FunctionStage stage = FunctionStage.observing()) {
            for (String bad : List.of(
                    "",
                    "{",
                    "[]",
                    "null",
                    "{}",
                    "{\"instanceId\":\"i-1; rm -rf /\"}",
                    "{\"instanceId\":\"i-0123456789abcdef0\",\"waitSeconds\":61}",
                    "{\"instanceId\":\"i-0123456789abcdef0\",\"action\":\"reboot\"}",
                    "{\"autoScalingGroup\":\"\"}",
                    "[".repeat(10_000),
                    "{\"source\":\"launch-guard.recheck\",\"caseId\":\"../../etc\"}")) {
                IllegalStateException failed =
                        assertThrows(IllegalStateException.class, () -> stage.aws.invoke(bad), bad);
                Throwable cause = failed.getCause();
                assertTrue(cause instanceof IllegalArgumentException, String.valueOf(cause));
                assertTrue(
                        String.valueOf(cause.getMessage()).matches(".*(expected|must be|is not).*"), cause.toString());
            }
            assertEquals(List.of(), stage.aws.calls().all());
        }
    }

    @Test
    void badMessage_comesAgainAndEndsWithTheDeadLetters_itsNeighboursAreDone() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance good = stage.launch(FunctionStage.HEALTHY);
            stage.aws.queue().send("{\"instanceId\":", Duration.ofSeconds(22));
            stage.aws.queue().send("{\"instanceId\":\"i-1; rm -rf /\"}", Duration.ofSeconds(22));
            stage.aws.queue().send(big(), Duration.ofSeconds(22));
            stage.settle();
            assertEquals("CLOSED", stage.status(good));
            assertEquals(2, stage.aws.deadLetters().messages().size());
            assertEquals(List.of(), stage.aws.queue().messages());
            assertTrue(stage.log().contains("\"level\":\"ERROR\""));
        }
    }

    /** 300 KB of an event that is well formed. */
    private static String big() {
        return "{\"source\":\"aws.autoscaling\",\"detail-type\":\"EC2 Instance Launch Successful\",\"detail\":{"
                + "\"EC2InstanceId\":\"i-0123456789abcdef0\",\"AutoScalingGroupName\":\"web\",\"Cause\":\""
                + "x".repeat(300_000) + "\"}}";
    }

    @Test
    void bigEvent_isIgnoredWithAReason() {
        try (FunctionStage stage = FunctionStage.observing()) {
            JsonNode answer = stage.aws.invoke(big());
            assertEquals("IGNORED", answer.path("status").asText());
            assertTrue(stage.log().length() < 2_000);
        }
    }
}
