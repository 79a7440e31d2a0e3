package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Effect;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a launch costs in calls, counted by the sandbox. A healthy launch has three events (CodeDeploy's of the
 * instance and of the deployment, Auto Scaling's) and by the end of its probe.
 */
@Tag("verify")
class FewCallsTest {
    /** Each call that one healthy launch makes, and how often; a call that is not here is one too many. */
    private static final Map<String, Integer> HEALTHY = new TreeMap<>(Map.ofEntries(
            Map.entry("autoscaling:DescribeAutoScalingGroups", 1),
            Map.entry("autoscaling:DescribeAutoScalingInstances", 1),
            Map.entry("codedeploy:BatchGetDeployments", 1),
            Map.entry("dynamodb:GetItem", 1),
            Map.entry("dynamodb:PutItem", 3),
            Map.entry("dynamodb:Query", 3),
            Map.entry("ec2:DescribeInstances", 1),
            Map.entry("events:PutEvents", 1),
            Map.entry("sqs:SendMessage", 1),
            Map.entry("ssm:GetCommandInvocation", 1),
            Map.entry("ssm:SendCommand", 1)));

    /** Of these a batch of launches makes one together. */
    private static final Set<String> SHARED = Set.of(
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
            "ec2:DescribeInstances",
            "ssm:SendCommand");

    private static Map<String, Integer> counted(FunctionStage stage) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Call call : stage.aws.calls().all()) {
            counts.merge(call.service() + ":" + call.operation(), 1, Integer::sum);
        }
        return counts;
    }

    private static List<Instance> launches(FunctionStage stage, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> stage.launch(FunctionStage.HEALTHY))
                .toList();
    }

    @Test
    void launchesOfSeveralGroups_readTheGroupsTogether() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<Instance> some = IntStream.range(0, 4)
                    .mapToObj(i -> stage.launch(stage.aws.group("web-" + i), FunctionStage.HEALTHY))
                    .toList();
            stage.settle();
            closed(stage, some);
            assertEquals(
                    1,
                    stage.aws
                            .calls()
                            .of("autoscaling", "DescribeAutoScalingGroups")
                            .size());
        }
    }

    private static void closed(FunctionStage stage, List<Instance> instances) {
        for (Instance instance : instances) {
            assertEquals("CLOSED", stage.status(instance));
            assertEquals(1, stage.commands("Probe", instance).size());
        }
        assertEquals(List.of(), stage.aws.deadLetters().messages());
        assertEquals(List.of(), stage.aws.calls().of("ec2", "CreateTags"));
    }

    @Test
    void healthyLaunch_makesTheseCallsAndNoOther() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<Instance> launched = launches(stage, 1);
            stage.settle();
            assertEquals(HEALTHY, counted(stage));
            closed(stage, launched);
        }
    }

    /** The gate costs an answer, and the group's hooks once in five minutes. */
    @Test
    void gatedHealthyLaunch_makesTwoCallsMore() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            List<Instance> launched = launches(stage, 1);
            stage.settle();
            Map<String, Integer> gated = counted(stage);
            System.out.printf("calls of a gated healthy launch: %s%n", gated);
            assertEquals(1, gated.get("autoscaling:CompleteLifecycleAction"));
            assertEquals(1, gated.get("autoscaling:DescribeLifecycleHooks"));
            assertNull(gated.get("autoscaling:RecordLifecycleActionHeartbeat"));
            assertTrue(ofServices(gated) <= ofServices(HEALTHY) + 2, gated::toString);
            closed(stage, launched);
        }
    }

    /** All calls but those of the case's own store and timers. */
    private static int ofServices(Map<String, Integer> calls) {
        return calls.entrySet().stream()
                .filter(call -> !call.getKey().startsWith("dynamodb:")
                        && !call.getKey().startsWith("sqs:")
                        && !call.getKey().startsWith("events:"))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    @Test
    void fiftyHealthyLaunches_shareWhatTheyCan() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<Instance> fifty = launches(stage, 50);
            stage.settle();
            Map<String, Integer> wanted = new TreeMap<>();
            HEALTHY.forEach((call, count) -> wanted.put(call, SHARED.contains(call) ? 1 : 50 * count));
            wanted.remove("ssm:GetCommandInvocation");
            wanted.put("ssm:ListCommandInvocations", 1);
            // One call says for 25 deployments what began them.
            wanted.put("codedeploy:BatchGetDeployments", 2);
            assertEquals(wanted, counted(stage));
            closed(stage, fifty);
        }
    }

    @Test
    void launchesOfTwoBatches_askForTheirGroupOnce() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            launches(stage, 1);
            stage.aws.settle(Duration.ofSeconds(20));
            launches(stage, 1);
            stage.settle();
            assertEquals(2, stage.aws.calls().of("ec2", "DescribeInstances").size());
            assertEquals(
                    1,
                    stage.aws
                            .calls()
                            .of("autoscaling", "DescribeAutoScalingGroups")
                            .size());
        }
    }

    /** SSM refuses the whole command for one instance: the other 49 are probed all the same, in a few commands. */
    @Test
    void oneUnreachable_doesNotFailTheOtherFortyNine() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<Instance> fifty = IntStream.range(0, 50)
                    .mapToObj(i -> stage.group().launch(Image.EMPTY))
                    .toList();
            Instance deaf = fifty.get(17);
            Predicate<Call> toDeaf = call -> call.operation().equals("SendCommand")
                    && call.input().toString().contains(deaf.id())
                    && call.at().isBefore(deaf.launchTime().plusSeconds(90));
            stage.aws
                    .faults()
                    .by(call -> toDeaf.test(call)
                            ? new Effect.Fail(400, "InvalidInstanceId", "not registered")
                            : new Effect.None());
            stage.aws.settle(Duration.ofSeconds(60));
            assertEquals("UNREACHABLE", stage.caseOf(deaf).finding().verdict());
            List<Instance> others = new ArrayList<>(fifty);
            others.remove(deaf);
            closed(stage, others);
            // 50, 25, 12 or 13, 6 or 7, 3 or 4, 1 or 2, 1: the refused ones and their other halves.
            assertTrue(stage.aws.calls().of("ssm", "SendCommand").size() <= 13);
            stage.settle();
            closed(stage, fifty);
        }
    }

    /** An instance that EC2 has forgotten already is ignored; the others of its batch are not. */
    @Test
    void oneUnknown_doesNotFailTheOthers() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<Instance> ten = launches(stage, 10);
            stage.aws.advance(Duration.ofMinutes(2));
            ObjectNode launch = stage.aws.events().events().stream()
                    .filter(event -> event.toString().contains("EC2 Instance Launch Successful"))
                    .findFirst()
                    .orElseThrow();
            String gone = "i-0000000000000dead";
            String forged = launch.toString().replaceAll("i-[0-9a-f]{17}", gone);
            stage.aws.queue().send(forged, Duration.ZERO);
            stage.settle();
            closed(stage, ten);
            assertTrue(stage.log().contains("EC2 does not know this instance"), stage.log());
            assertEquals(1, stage.aws.calls().of("ec2", "DescribeInstances").size());
        }
    }

    /** One failing read fails the batch once, not once for each of its messages; all come again and are done. */
    @Test
    void failingRead_isAskedOnceForTheBatch() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            List<Instance> ten = launches(stage, 10);
            stage.aws.faults().on("ec2", "DescribeInstances").fail("UnauthorizedOperation", "not now");
            stage.settle();
            closed(stage, ten);
            assertEquals(2, stage.aws.calls().of("ec2", "DescribeInstances").size());
        }
    }

    /** CodeDeploy's events lost: its record is read instead, once. */
    @Test
    void launchAlone_readsCodeDeployOnce() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(EventBus.sentBy("aws.codedeploy"));
            List<Instance> launched = launches(stage, 1);
            stage.settle();
            closed(stage, launched);
            assertEquals(
                    List.of("BatchGetDeploymentTargets"),
                    stage.aws.calls().where(call -> call.service().equals("codedeploy")).stream()
                            .map(Call::operation)
                            .toList());
        }
    }

    private static void lose(FunctionStage stage, Predicate<JsonNode> lost) {
        stage.aws.events().lose(lost);
    }

    private static boolean deploymentOfAnInstance(JsonNode event) {
        return event.path("detail-type").asText().equals("CodeDeploy Instance State-change Notification");
    }

    private static boolean launchOrDeploymentOfAnInstance(JsonNode event) {
        return event.path("detail-type").asText().contains("Instance")
                && !event.path("source").asText().equals("aws.ssm");
    }

    /**
     * The end of a deployment serves instances whose own events were lost. If CodeDeploy throttles it backs off: one
     * call for the whole batch, no verdict waits for it, and after two receives it is done.
     */
    @Test
    void endsOfDeployments_backOffWhereCodeDeployIsBusy() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            lose(stage, FewCallsTest::deploymentOfAnInstance);
            stage.aws
                    .faults()
                    .on("codedeploy", "ListDeploymentTargets")
                    .times(2)
                    .throttle();
            List<Instance> ten = launches(stage, 10);
            stage.aws.settle(Duration.ofMinutes(2));
            closed(stage, ten);
            assertEquals(
                    1,
                    stage.aws.calls().of("codedeploy", "ListDeploymentTargets").size());
            assertTrue(stage.log().contains("\"10 messages wait\""), stage.log());
            stage.aws.settle(Duration.ofMinutes(15));
            assertEquals(
                    2,
                    stage.aws.calls().of("codedeploy", "ListDeploymentTargets").size());
            stage.settle();
            assertEquals(
                    12,
                    stage.aws.calls().of("codedeploy", "ListDeploymentTargets").size());
            closed(stage, ten);
        }
    }

    /** Of many launches at once CodeDeploy is asked about ten a minute: the launches' own events find the instances. */
    @Test
    void manyEndsOfLaunches_costTenReadsAMinute() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            lose(stage, FewCallsTest::deploymentOfAnInstance);
            List<Instance> launches = launches(stage, 13);
            stage.settle();
            closed(stage, launches);
            assertEquals(
                    10,
                    stage.aws.calls().of("codedeploy", "ListDeploymentTargets").size());
            assertEquals(3, stage.log().split("\"many launches", -1).length - 1, stage.log());
            List<Instance> later = launches(stage, 2);
            stage.settle();
            closed(stage, later);
            assertEquals(
                    12,
                    stage.aws.calls().of("codedeploy", "ListDeploymentTargets").size());
        }
    }

    /** Not even the launch's own event came: those that CodeDeploy was not asked about are found by the schedule. */
    @Test
    void manyEndsOfLaunches_whoseOtherEventsAreLost_areFoundByTheSchedule() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            lose(stage, FewCallsTest::launchOrDeploymentOfAnInstance);
            List<Instance> launches = launches(stage, 13);
            stage.settle();
            assertEquals(
                    3,
                    launches.stream()
                            .filter(instance -> stage.latest(instance).isEmpty())
                            .count());
            stage.aws.runSchedule();
            stage.settle();
            closed(stage, launches);
        }
    }

    /** No other event came, and CodeDeploy throttled: late, but not lost. */
    @Test
    void endOfDeployment_thatBackedOff_opensTheCaseWhenItComesAgain() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            lose(stage, FewCallsTest::launchOrDeploymentOfAnInstance);
            // Busy until the second delivery: its first try too, which this time is made again.
            stage.aws
                    .faults()
                    .on("codedeploy", "ListDeploymentTargets")
                    .times(2)
                    .throttle();
            List<Instance> launched = launches(stage, 1);
            stage.aws.settle(Duration.ofMinutes(5));
            assertTrue(stage.latest(launched.getFirst()).isEmpty());
            stage.settle();
            closed(stage, launched);
            assertEquals(
                    3,
                    stage.aws.calls().of("codedeploy", "ListDeploymentTargets").size());
        }
    }
}
