package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import launchguard.cases.CaseStep.Probing;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Effect;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events come late, twice, in another order or never; instances go away; others work on the same case. */
@Tag("verify")
class DeliveryTest {
    private static final List<Duration> LOST = List.of();
    private static final List<Duration> AT_ONCE = List.of(Duration.ZERO);

    private static Function<ObjectNode, List<Duration>> bySource(String source, List<Duration> delays) {
        return event -> event.path("source").asText().equals(source) ? delays : AT_ONCE;
    }

    private static void repairs(Function<ObjectNode, List<Duration>> delays) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().delays(delays);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals(1, stage.commands("Redeploy").size());
            assertEquals(1, stage.caseOf(broken).id().number());
            assertEquals(1, stage.published("Case Closed", broken).size());
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        }
    }

    @Test
    void everyEventFiveTimes() {
        repairs(event -> Collections.nCopies(5, Duration.ofSeconds(1)));
    }

    @Test
    void everyEventFiveTimes_overAnHour() {
        repairs(event ->
                IntStream.range(0, 5).mapToObj(i -> Duration.ofMinutes(14L * i)).toList());
    }

    @Test
    void launchBeforeDeployment() {
        repairs(bySource("aws.codedeploy", List.of(Duration.ofSeconds(12))));
    }

    @Test
    void launchAlone() {
        repairs(bySource("aws.codedeploy", LOST));
    }

    @Test
    void endsOfCommandsLost() {
        repairs(bySource("aws.ssm", LOST));
    }

    @Test
    void endsOfCommandsLate() {
        repairs(bySource("aws.ssm", List.of(Duration.ofMinutes(20), Duration.ofMinutes(50))));
    }

    @Test
    void nothingButTheSchedule() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().delays(event -> LOST);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settleWithSchedule(Duration.ofHours(2));
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals(1, stage.commands("Redeploy").size());
            assertEquals(1, stage.caseOf(broken).id().number());
        }
    }

    @Test
    void lostTimer_isSetAnewByTheSchedule() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(EventBus.sentBy("aws.ssm"));
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals("PROBING", stage.status(broken));
            stage.aws.advance(Duration.ofMinutes(30));
            // What is in the queue is not delivered.
            assertEquals(1, stage.aws.runSchedule().path("rearmed").asInt());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    @Test
    void launchAndDeploymentInOneBatch_oneCommand_andTheCaseKnowsIt() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().delays(event -> LOST);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(3));
            List<ObjectNode> events = Stream.of("aws.autoscaling", "aws.codedeploy")
                    .flatMap(source -> stage.aws.events().from(source).stream())
                    .filter(event -> stage.aws.events().matches(event))
                    .toList();
            stage.aws.invoke(Json.object(
                            "Records",
                            events.stream()
                                    .map(event ->
                                            Map.of("messageId", event.path("id").asText(), "body", event.toString()))
                                    .toList())
                    .toString());
            assertEquals(1, stage.commands("Probe").size());
            assertTrue(
                    stage.caseOf(broken).step() instanceof Probing,
                    stage.caseOf(broken).toString());
            assertEquals(
                    broken.launchDeployment().orElseThrow(),
                    String.valueOf(stage.caseOf(broken).deployment()));
        }
    }

    @Test
    void tenLaunches_oneCommand_andOneThatSsmRefusesDoesNotFailTheOthers() {
        for (boolean refused : new boolean[] {false, true}) {
            try (FunctionStage stage = FunctionStage.observing()) {
                stage.aws.events().lose(EventBus.sentBy("aws.codedeploy"));
                List<Instance> all = IntStream.range(0, 10)
                        .mapToObj(i -> stage.group().launch(Image.EMPTY))
                        .toList();
                if (refused) {
                    stage.aws
                            .faults()
                            .by(call -> call.operation().equals("SendCommand")
                                            && call.input()
                                                    .toString()
                                                    .contains(all.get(3).id())
                                            && call.at()
                                                    .isBefore(all.get(3)
                                                            .launchTime()
                                                            .plusSeconds(300))
                                    ? new Effect.Fail(400, "InvalidInstanceId", "refused")
                                    : new Effect.None());
                }
                stage.settle();
                assertEquals(
                        Collections.nCopies(10, "CLOSED"),
                        all.stream().map(stage::status).toList());
                assertEquals(
                        refused ? 1 : 0, stage.commands("Probe", all.get(3)).size() - (refused ? 0 : 1));
                assertEquals(1, stage.commands("Probe", all.get(4)).size());
                if (!refused) {
                    assertEquals(1, stage.commands("Probe").size());
                }
            }
        }
    }

    @Test
    void unregisteredForFiveMinutes_isAskedAgain() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws
                    .faults()
                    .by(call -> call.operation().equals("SendCommand")
                                    && call.at().isBefore(broken.launchTime().plusSeconds(300))
                            ? new Effect.Fail(400, "InvalidInstanceId", "not registered")
                            : new Effect.None());
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals("UNREACHABLE", stage.caseOf(broken).finding().verdict());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
        }
    }

    @Test
    void newDeploymentOnAClosedCase_opensTheNext_launchDoesNot() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            ObjectNode launch = stage.aws.events().from("aws.autoscaling").getFirst();
            assertEquals(
                    "CLOSED", stage.aws.invoke(launch.toString()).path("status").asText());
            ObjectNode success = stage.aws.events().from("aws.codedeploy").stream()
                    .filter(event -> event.toString().contains("SUCCESS")
                            && event.toString().contains(instance.id()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(
                    "CLOSED",
                    stage.aws.invoke(success.toString()).path("status").asText());
            String other = success.toString().replaceAll("d-[0-9A-Z]{9}", "d-SOMEOTHER");
            var next = stage.aws.invoke(other);
            assertEquals("PROBING", next.path("status").asText(), next.toString());
            assertEquals(2, stage.caseOf(instance).id().number());
            stage.settle();
        }
    }

    @Test
    void newDeploymentOnAnOpenCase_becomesTheOneAskedAbout() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(EventBus.sentBy("aws.ssm"));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(1));
            String other = stage.aws.events().from("aws.codedeploy").stream()
                    .filter(event -> event.toString().contains("SUCCESS")
                            && event.toString().contains(instance.id()))
                    .findFirst()
                    .orElseThrow()
                    .toString()
                    .replaceAll("d-[0-9A-Z]{9}", "d-SOMEOTHER");
            stage.aws.invoke(other);
            assertEquals("d-SOMEOTHER", String.valueOf(stage.caseOf(instance).deployment()));
            assertEquals(1, stage.caseOf(instance).id().number());
        }
    }

    @Test
    void lateEventOfAnEarlierDeployment_changesNothing() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(EventBus.sentBy("aws.ssm"));
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(1));
            String first = stage.aws.events().from("aws.codedeploy").stream()
                    .filter(event -> event.toString().contains("SUCCESS")
                            && event.toString().contains(instance.id()))
                    .findFirst()
                    .orElseThrow()
                    .toString();
            stage.aws.invoke(first.replaceAll("d-[0-9A-Z]{9}", "d-SOMEOTHER"));
            stage.aws.invoke(first);
            assertEquals("d-SOMEOTHER", String.valueOf(stage.caseOf(instance).deployment()));
            assertEquals(1, stage.caseOf(instance).id().number());
        }
    }

    @Test
    void echoOfOurGroupDeployment_opensNothing() {
        try (FunctionStage stage = FunctionStage.remediating("RedeployScope", "group")) {
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals(1, stage.caseOf(broken).id().number());
            String ours = stage.aws.codeDeploy().all().getLast().id();
            for (ObjectNode event : stage.aws.events().from("aws.codedeploy")) {
                if (event.toString().contains(ours) && event.toString().contains("SUCCESS")) {
                    stage.aws.invoke(event.toString());
                }
            }
            assertEquals(1, stage.caseOf(broken).id().number());
        }
    }

    @Test
    void reboot_inTheMiddle() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launchWithFiles(FunctionStage.RACED);
            String before = "11111111-1111-4111-8111-111111111111";
            String after = "22222222-2222-4222-8222-222222222222";
            broken.root().write("proc/sys/kernel/random/boot_id", before + "\n");
            stage.aws.advance(Duration.ofSeconds(20));
            stage.aws.codeDeploy().running(stage.aws.deploymentGroup(), "d-OTHER0001");
            stage.aws.settle(Duration.ofMinutes(2));
            assertEquals("DEPLOYMENT_RUNNING", stage.refusal(broken));
            assertEquals(before, stage.caseOf(broken).memory().bootId());
            broken.root().write("proc/sys/kernel/random/boot_id", after + "\n");
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals(
                    after,
                    stage.caseOf(broken).memory().bootId(),
                    stage.caseOf(broken).finding().toString());
            assertEquals(List.of(), stage.foreignChanges());
        }
    }

    @Test
    void instanceThatEnds_atAnyMoment_isClosedAndLeftAlone() {
        for (int seconds : List.of(24, 30, 39, 43, 47, 58, 62, 66)) {
            for (boolean stopped : new boolean[] {false, true}) {
                try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
                    Instance broken = stage.launch(FunctionStage.RACED);
                    stage.aws.settle(Duration.ofSeconds(seconds));
                    broken.state(stopped ? "stopped" : "terminated");
                    broken.agent(false);
                    stage.settle();
                    String status = stage.status(broken);
                    assertTrue(
                            List.of("CLOSED", "REPAIRED", "UNRESOLVED").contains(status),
                            seconds + " " + stage.caseOf(broken));
                    assertTrue(stage.commands("Redeploy").size() <= 1);
                    assertEquals(List.of(), stage.aws.calls().of("autoscaling", "SetInstanceHealth"));
                    assertEquals(List.of(), stage.aws.deadLetters().messages());
                }
            }
        }
    }

    @Test
    void eightWorkersOnTheSameSignals_oneRemedy() throws Exception {
        try (FunctionStage stage = FunctionStage.remediating();
                ExecutorService workers = Executors.newFixedThreadPool(8)) {
            stage.aws.events().delays(event -> LOST);
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(2));
            int seen = 0;
            for (int round = 0; round < 4; round++) {
                List<ObjectNode> events = stage.aws.events().events().stream()
                        .filter(event -> stage.aws.events().matches(event))
                        .toList();
                for (ObjectNode event : events.subList(seen, events.size())) {
                    together(workers, () -> stage.aws.invoke(event.toString()));
                }
                seen = events.size();
                stage.aws.advance(Duration.ofSeconds(40));
            }
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken), stage.caseOf(broken).toString());
            assertEquals(1, stage.commands("Redeploy").size());
            assertEquals(1, stage.caseOf(broken).id().number());
        }
    }

    private static void together(ExecutorService workers, Runnable work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> all = IntStream.range(0, 8)
                .<Future<?>>mapToObj(i -> workers.submit(() -> {
                    start.await();
                    work.run();
                    return null;
                }))
                .toList();
        start.countDown();
        for (Future<?> task : all) {
            task.get();
        }
    }
}
