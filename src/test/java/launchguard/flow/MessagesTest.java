package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import launchguard.Thorough;
import launchguard.cases.Case;
import launchguard.cases.CaseStep.Probing;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Message;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Effect;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A step is stored first, then its recheck is sent: whatever fails, no message leads to two, and no case is without a
 * timer.
 */
@Tag("verify")
class MessagesTest {
    private static final Duration VISIBILITY = Duration.ofSeconds(750);

    private static List<Call> sent(FunctionStage stage) {
        return stage.aws.calls().of("sqs", "SendMessage");
    }

    /** What the table stored as a step: writes of a case with a timer of its own, by case and step. */
    private static long steps(FunctionStage stage) {
        return stage.aws.calls().all().stream()
                .filter(call -> call.service().equals("dynamodb"))
                .flatMap(call -> Stream.concat(
                        Stream.of(call.input().path("Item")),
                        StreamSupport.stream(call.input().path("TransactItems").spliterator(), false)
                                .map(item -> item.at("/Put/Item"))))
                .map(item -> item.at("/document/S").asText())
                .filter(document -> document.contains("\"timer\""))
                .map(Json::parse)
                .map(document -> document.path("id").asText() + "/"
                        + document.at("/timer/step").asInt())
                .distinct()
                .count();
    }

    private static long redeliveries(FunctionStage stage) {
        Map<String, Integer> receives = new HashMap<>();
        stage.aws
                .invocations()
                .forEach(invocation -> Json.parse(invocation.event())
                        .path("Records")
                        .forEach(node -> receives.merge(node.path("messageId").asText(), 1, Integer::sum)));
        return receives.values().stream().mapToInt(times -> times - 1).sum();
    }

    /** Promise 9. */
    private static void noMoreThanStepsAndRedeliveries(FunctionStage stage) {
        assertTrue(
                sent(stage).size() <= steps(stage) + redeliveries(stage),
                sent(stage).size() + " sent, " + steps(stage) + " steps, " + redeliveries(stage) + " redeliveries");
    }

    private static List<Message> rechecks(FunctionStage stage, Case current) {
        return stage.aws.queue().messages().stream()
                .filter(message -> message.body().contains("launch-guard.recheck"))
                .filter(message -> message.body().contains(current.id().toString()))
                .toList();
    }

    /** Proofs K and K2 of the outside review: writes that fail for hours, the schedule beside them. */
    @ParameterizedTest
    @CsvSource({
        "ProvisionedThroughputExceededException, false",
        "AccessDeniedException, false",
        "ProvisionedThroughputExceededException, true",
        "AccessDeniedException, true"
    })
    void writesThatFailForHours_sendNothing(String code, boolean schedule) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofSeconds(30));
            int before = sent(stage).size();
            stage.aws.faults().on("dynamodb", "PutItem").always().fail(code, "asked for");
            stage.aws.faults().on("dynamodb", "TransactWriteItems").always().fail(code, "asked for");
            for (int i = 0; i < 8; i++) {
                if (schedule) {
                    stage.aws.settleWithSchedule(Duration.ofMinutes(15));
                } else {
                    stage.aws.settle(Duration.ofMinutes(15));
                }
                assertEquals(before, sent(stage).size(), "a step that can't be saved sends nothing");
            }
            stage.aws.faults().clear();
            stage.aws.settleWithSchedule(Duration.ofHours(2));
            assertTrue(stage.caseOf(broken).ended(), stage.caseOf(broken).toString());
            noMoreThanStepsAndRedeliveries(stage);
        }
    }

    /** The write and then the recheck, for every step of a repair; and of each step one. */
    @Test
    void everyStep_isWrittenBeforeItsRecheckIsSent() {
        try (FunctionStage stage =
                FunctionStage.remediating("Ladder", "restart,redeploy,replace", "ReplaceSingle", "true")) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.nextRemedies(broken, 75, 21, 75, 0);
            stage.settle();
            assertTrue(stage.caseOf(broken).ended());
            List<String> written = new ArrayList<>();
            for (Call call : stage.aws.calls().all()) {
                if (call.service().equals("dynamodb")) {
                    written.add(call.input().toString());
                } else if (call.operation().equals("SendMessage")) {
                    int step = Json.parse(call.input().path("MessageBody").asText())
                            .path("step")
                            .asInt();
                    assertTrue(step > 0, call.toString());
                    assertTrue(
                            written.stream().anyMatch(put -> put.contains("\\\"timer\\\":{\\\"step\\\":" + step)),
                            "sent before it was stored: " + call.input());
                }
            }
            assertEquals(steps(stage), sent(stage).size());
        }
    }

    /** Each effect and each recheck in each build, the other pairs in the long run. */
    static Stream<Arguments> notSent() {
        return Thorough.part(
                Stream.of("fail", "throttle", "lose")
                        .flatMap(effect -> IntStream.rangeClosed(1, 4).mapToObj(nth -> Arguments.of(nth, effect)))
                        .toList(),
                3)
                .stream();
    }

    /** Whichever of its rechecks can't be sent, and also where only the answer is lost: the message in hand comes again. */
    @ParameterizedTest
    @Tag("thorough")
    @MethodSource("notSent")
    void recheckThatCouldNotBeSent_isSentByTheMessageThatMovedTheStep(int nth, String effect) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            // No event comes but those of the launch, so that the case lives by its rechecks.
            stage.aws.events().lose(EventBus.sentBy("aws.ssm"));
            int notTaken = effect.equals("fail") ? 2 : effect.equals("throttle") ? 6 : 0;
            switch (effect) {
                case "fail" ->
                    stage.aws
                            .faults()
                            .on("sqs", "SendMessage")
                            .nth(nth)
                            .times(2)
                            .fail(503);
                case "throttle" ->
                    stage.aws
                            .faults()
                            .on("sqs", "SendMessage")
                            .nth(nth)
                            .times(6)
                            .throttle();
                default -> stage.aws.faults().on("sqs", "SendMessage").nth(nth).loseAnswer();
            }
            Instance broken = stage.launch(FunctionStage.RACED);
            while (!stage.aws.settle(Duration.ofMinutes(1))) {
                stage.latest(broken)
                        .filter(current -> !current.ended())
                        .ifPresent(current -> keptByOne(stage, current));
            }
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals(1, stage.commands("Redeploy", broken).size());
            assertEquals(List.of(), stage.aws.deadLetters().messages());
            assertTrue(
                    sent(stage).size() - notTaken <= steps(stage) + redeliveries(stage),
                    sent(stage).size() + " sent, " + steps(stage) + " steps, " + redeliveries(stage) + " redeliveries");
        }
    }

    private static void keptByOne(FunctionStage stage, Case current) {
        boolean kept = stage.aws.queue().messages().stream()
                .anyMatch(message -> message.id().equals(current.timer().movedBy())
                        || message.body()
                                .endsWith(",\"step\":" + current.timer().step() + "}"));
        assertTrue(kept, "nothing keeps " + current);
    }

    /** A healthy launch whose probe is under way; the event of its end is lost. */
    private static Instance probing(FunctionStage stage) {
        stage.aws.events().lose(EventBus.sentBy("aws.ssm"));
        Instance instance = stage.launch(FunctionStage.HEALTHY);
        stage.aws.settle(Duration.ofMinutes(2));
        return instance;
    }

    /** Its clock is ahead of the queue's, or the timer is longer than the queue delays: it rings before its time. */
    @Test
    void earlyRecheckOfTheStep_isPutBackForTheRest() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance instance = probing(stage);
            Case before = stage.caseOf(instance);
            assertTrue(before.step() instanceof Probing, before.toString());
            Message timer = rechecks(stage, before).getFirst();
            int calls = sent(stage).size();
            JsonNode answer = stage.aws.invoke(Json.object(
                            "Records",
                            List.of(Map.of(
                                    "messageId", timer.id(),
                                    "receiptHandle", receive(stage, timer),
                                    "eventSource", "aws:sqs",
                                    "attributes", Map.of("ApproximateReceiveCount", "1"),
                                    "body", timer.body())))
                    .toString());
            assertEquals(
                    timer.id(), answer.at("/batchItemFailures/0/itemIdentifier").asText());
            assertEquals(before, stage.caseOf(instance));
            assertEquals(calls, sent(stage).size());
            Instant due = before.due();
            Duration apart =
                    Duration.between(due, rechecks(stage, before).getFirst().visibleAt());
            assertTrue(apart.abs().compareTo(Duration.ofSeconds(1)) <= 0, "put back " + apart + " from its time");
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
            noMoreThanStepsAndRedeliveries(stage);
        }
    }

    /** Receives that message as the queue's poller does, before its time. */
    private static String receive(FunctionStage stage, Message timer) {
        return stage.aws.queue().handOut(timer);
    }

    /** Before its last receive a message that must wait is sent again, with the same words. */
    @Test
    void earlyRecheck_isNoDeadLetter_howeverOftenItComes() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance instance = probing(stage);
            Case before = stage.caseOf(instance);
            for (int i = 0; i < 12; i++) {
                rechecks(stage, before).forEach(stage.aws.queue()::showNow);
                stage.aws.deliver();
                assertEquals(1, rechecks(stage, before).size());
            }
            assertEquals(before, stage.caseOf(instance));
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }

    /**
     * Copies of a recheck, rechecks of other steps and those without a number: none sends anything before the step is
     * due.
     */
    @Test
    void otherMessages_areDroppedAndSendNothing() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance instance = probing(stage);
            Case before = stage.caseOf(instance);
            int calls = sent(stage).size();
            String body = "{\"source\":\"launch-guard.recheck\",\"caseId\":\"" + before.id() + "\",\"instanceId\":\""
                    + instance.id() + "\"";
            int step = before.timer().step();
            for (int i = 0; i < 30; i++) {
                stage.aws.queue().send(body + "}", Duration.ZERO);
                stage.aws.queue().send(body + ",\"step\":" + (step + 1 + i) + "}", Duration.ZERO);
                stage.aws.queue().send(body + ",\"step\":" + Math.max(1, step - 1) + "}", Duration.ofSeconds(i));
            }
            stage.aws.settle(Duration.ofMinutes(5));
            assertEquals(before.version(), stage.caseOf(instance).version());
            assertEquals(calls, sent(stage).size());
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
        }
    }

    /** Every event and every recheck is delivered five times: each moves its case once, and leads to one recheck. */
    @Test
    void everyMessageFiveTimes_oneRecheckForEachStep() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws
                    .events()
                    .delays(event -> List.of(
                            Duration.ZERO,
                            Duration.ofSeconds(1),
                            Duration.ofMinutes(1),
                            Duration.ofMinutes(14),
                            Duration.ofMinutes(31)));
            stage.aws.faults().on("ssm", "SendCommand").times(9).throttle();
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            noMoreThanStepsAndRedeliveries(stage);
        }
    }

    /** A direct request that dies between its write and its recheck: the schedule takes the case up at its next tick. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void directRequestThatDiesInBetween_isResumedByTheNextTick(boolean answered) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(event -> true);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(3));
            if (answered) {
                stage.aws.faults().on("sqs", "SendMessage").dieAfter();
            } else {
                stage.aws.faults().on("sqs", "SendMessage").dieBefore();
            }
            Throwable died = null;
            try {
                stage.ask(broken, ",\"waitSeconds\":0");
            } catch (IllegalStateException dead) {
                died = dead;
            }
            assertNotEquals(null, died);
            Case opened = stage.caseOf(broken);
            stage.aws.advance(Duration.ofSeconds(20));
            // No record shows that the recheck was sent, so the schedule assumes none.
            assertEquals(1, stage.aws.runSchedule().path("rearmed").asInt());
            assertEquals(opened.timer().step() + 1, stage.caseOf(broken).timer().step());
            assertEquals(0, stage.aws.runSchedule().path("rearmed").asInt());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    /** One that does not die leaves nothing to the schedule. */
    @Test
    void directRequest_isNotReArmedWhileItsTimerRuns() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(event -> true);
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.advance(Duration.ofMinutes(3));
            stage.ask(instance, ",\"waitSeconds\":0");
            assertEquals("{\"rearmed\":0,\"opened\":0}", stage.aws.runSchedule().toString());
            stage.settle();
            assertEquals("CLOSED", stage.status(instance));
        }
    }

    /** The schedule's own re-arming is a step: it is saved, and what can't be saved is not re-armed. */
    @Test
    void rearmedCase_getsOneRecheck_howeverManyTicksPass() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance instance = probing(stage);
            // SSM answers nothing to the rechecks for hours.
            stage.aws
                    .faults()
                    .by(call -> call.operation().equals("GetCommandInvocation")
                            ? new Effect.Fail(500, "InternalServerError", "asked for")
                            : new Effect.None());
            stage.aws.settleWithSchedule(Duration.ofHours(3));
            noMoreThanStepsAndRedeliveries(stage);
            int step = stage.caseOf(instance).timer().step();
            long live = rechecks(stage, stage.caseOf(instance)).stream()
                    .filter(message -> message.body().endsWith(",\"step\":" + step + "}"))
                    .count();
            assertTrue(live <= 1, live + " live rechecks");
            assertTrue(
                    rechecks(stage, stage.caseOf(instance)).size()
                            <= 1 + VISIBILITY.multipliedBy(5).toMinutes() / 15,
                    rechecks(stage, stage.caseOf(instance)).toString());
        }
    }
}
