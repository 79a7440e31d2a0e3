package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import launchguard.Thorough;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Invocation;
import launchguard.sandbox.wire.Effect;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** If services don't answer, an invocation ends in time, and what it did not begin comes again at once. */
@Tag("verify")
class DeadlineTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final int LAUNCHES = Thorough.choose(8, 50);

    private static List<Instance> launches(FunctionStage stage, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> stage.group().launch(Image.EMPTY))
                .toList();
    }

    /** Every invocation has answered, and no message that one of them has done was delivered again. */
    private static Set<String> endedInTime(FunctionStage stage) {
        Set<String> done = new HashSet<>();
        for (Invocation invocation : stage.aws.invocations()) {
            assertEquals(null, invocation.failure());
            Set<String> failed = new HashSet<>();
            Json.parse(invocation.answer())
                    .path("batchItemFailures")
                    .forEach(node -> failed.add(node.path("itemIdentifier").asText()));
            for (JsonNode node : Json.parse(invocation.event()).path("Records")) {
                String id = node.path("messageId").asText();
                assertFalse(done.contains(id), "a finished message is handed out again: " + node);
                if (!failed.contains(id)) {
                    done.add(id);
                }
            }
        }
        return done;
    }

    /** A service does not answer for twenty minutes while each launch sends three events. */
    @ParameterizedTest
    @Tag("thorough")
    @CsvSource({
        "ssm, GetCommandInvocation",
        "ssm, ListCommandInvocations",
        "ssm, SendCommand",
        "ec2, DescribeInstances",
        "dynamodb, PutItem"
    })
    void bigBatch_endsInTime_andIsDoneLater(String service, String operation) {
        try (FunctionStage stage = FunctionStage.observing()) {
            List<Instance> all = launches(stage, LAUNCHES);
            if (operation.contains("CommandInvocation")) {
                stage.aws.settle(Duration.ofSeconds(35));
            }
            if (operation.equals("GetCommandInvocation")) {
                // Where the list is silent too, each is asked for by itself.
                stage.aws
                        .faults()
                        .on(service, "ListCommandInvocations")
                        .always()
                        .silentFor(SILENCE);
            }
            stage.aws.faults().on(service, operation).always().silentFor(SILENCE);
            Instant silent = stage.aws.clock().instant();
            stage.aws.settle(Duration.ofMinutes(20));
            stage.aws.faults().clear();
            assertTrue(Duration.between(silent, stage.aws.clock().instant()).compareTo(TIMEOUT) > 0);
            endedInTime(stage);
            stage.aws.settleWithSchedule(Duration.ofHours(3));
            for (Instance instance : all) {
                assertTrue(
                        stage.caseOf(instance).ended(), stage.caseOf(instance).toString());
            }
            int done = endedInTime(stage).size();
            assertTrue(done >= 3 * LAUNCHES, done + " messages are done");
            assertEquals(List.of(), stage.aws.queue().messages());
            triedBeforeDead(stage);
        }
    }

    /** A dead letter was begun at its last receive at the latest: the log says what was tried. */
    private static void triedBeforeDead(FunctionStage stage) {
        Set<String> tried = new HashSet<>();
        stage.logLines().stream()
                .filter(line -> line.path("level").asText().equals("ERROR"))
                .forEach(line -> tried.add(line.path("message").asText().replace("could not handle message ", "")));
        stage.aws.deadLetters().messages().forEach(message -> assertTrue(tried.contains(message.id()), message.body()));
    }

    /** What was not begun is visible again at once, not after the queue's whole visibility timeout. */
    @Test
    void whatWasNotBegun_comesAgainAtOnce() {
        try (FunctionStage stage = FunctionStage.observing()) {
            List<Instance> all = launches(stage, 100);
            stage.aws.settle(Duration.ofSeconds(35));
            Instant answers = stage.aws.clock().instant().plus(TIMEOUT);
            stage.aws
                    .faults()
                    .by(call ->
                            call.operation().contains("Invocation") && call.at().isBefore(answers)
                                    ? new Effect.Slow(SILENCE)
                                    : new Effect.None());
            stage.aws.settle(Duration.ofMinutes(5));
            Set<String> putBack = new HashSet<>();
            stage.aws.calls().of("sqs", "ChangeMessageVisibility").forEach(call -> {
                assertEquals(0, call.input().path("VisibilityTimeout").asInt(-1));
                putBack.add(call.input().path("ReceiptHandle").asText());
            });
            assertTrue(putBack.size() >= 20, putBack.size() + " were put back");
            // An instance whose own call was not answered waits for the queue's visibility timeout; all others are done
            // long
            // before. How many were asked in time depends on how their calls overlap.
            Set<String> unanswered = new HashSet<>();
            stage.aws.calls().of("ssm", "GetCommandInvocation").stream()
                    .filter(call -> call.at().isBefore(answers))
                    .forEach(call ->
                            unanswered.add(call.input().path("InstanceId").asText()));
            assertTrue(unanswered.size() < 100, "all were asked");
            for (Instance instance : all) {
                assertTrue(
                        unanswered.contains(instance.id())
                                || stage.caseOf(instance).ended(),
                        instance.id());
            }
            endedInTime(stage);
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }

    @Test
    void directRequest_endsInTime() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.aws.events().lose(event -> true);
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.advance(Duration.ofMinutes(3));
            stage.aws.faults().on("ssm", "GetCommandInvocation").always().silentFor(SILENCE);
            Instant asked = stage.aws.clock().instant();
            try {
                stage.ask(instance, ",\"waitSeconds\":60");
            } catch (IllegalStateException fault) {
                assertTrue(String.valueOf(fault.getCause()).contains("could not read command"), fault.toString());
            }
            assertTrue(Duration.between(asked, stage.aws.clock().instant()).compareTo(TIMEOUT) < 0);
            stage.aws.faults().clear();
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
        }
    }
}
