package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Message;
import launchguard.sandbox.wire.Call;
import launchguard.template.Template;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Unreadable messages become dead letters, the others are done, and the documented redrive works. */
class DeadLettersTest {
    private static final String FACE = "\ud83d\ude00";

    /** Each can't be read, and must come back without the others. */
    private static final List<String> POISON = List.of(
            "x",
            "null",
            "[]",
            "1e999",
            "\"{}\"",
            "{}",
            "{\"instanceId\":",
            "{\"instanceId\":null}",
            "{\"instanceId\":[\"i-0123456789abcdef0\"]}",
            "{\"instanceId\":\"i-1; rm -rf /\"}",
            "{\"instanceId\":\"i-0123456789abcdef0\\u0000\"}",
            "{\"instanceId\":\"i-0123456789abcdef0\",\"instanceId\":\"i-0123456789abcdef1\"}",
            "{\"instanceId\":\"i-0123456789abcdef0\",\"waitSeconds\":1e400}",
            "{\"autoScalingGroup\":\"" + "x".repeat(100_000) + "\"}",
            "{\"source\":\"launch-guard.recheck\"}",
            "{\"source\":\"launch-guard.recheck\",\"caseId\":\"i-0123456789abcdef0.99999999999999999999.1\"}",
            "{\"source\":\"launch-guard.recheck\",\"caseId\":\"</script>\\u001b[31m\\u202e\\ud800" + FACE + "\"}",
            "{\"source\":\"aws.ssm\",\"detail-type\":\"EC2 Command Invocation Status-change"
                    + " Notification\",\"detail\":[]}",
            "{\"source\":\"aws.autoscaling\",\"detail-type\":\"EC2 Instance Launch Successful\",\"detail\":"
                    + "{\"EC2InstanceId\":\"i-\\u001b]0;\\u0007\",\"AutoScalingGroupName\":\"web\"}}",
            "{\"source\":\"aws.codedeploy\",\"detail-type\":\"CodeDeploy Instance State-change"
                    + " Notification\",\"detail\":"
                    + "{\"state\":\"SUCCESS\",\"instanceId\":\"i-0123456789abcdef0\",\"deploymentId\":\"d-$(id)\","
                    + "\"application\":\"a\",\"deploymentGroup\":\"b\",\"instanceGroupId\":\"c\"}}",
            "[".repeat(10_000),
            "{\"a\":".repeat(10_000),
            "\u0000".repeat(1_000),
            "\u001b[2J\u001b[31m{}",
            "\ud800{\"instanceId\":\"i-0123456789abcdef0\"}");

    private static void nothingUnescaped(FunctionStage stage) {
        for (String line : stage.log().split("\n", -1)) {
            assertFalse(
                    line.codePoints()
                            .anyMatch(point -> Character.isISOControl(point)
                                    || Character.getType(point) == Character.FORMAT
                                    || Character.getType(point) == Character.SURROGATE),
                    line);
        }
        assertTrue(stage.logLines().stream().allMatch(line -> line.isObject()));
    }

    @Test
    void poison_goesToTheDeadLetters_andHarmsNoNeighbour() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance good = stage.launch(FunctionStage.HEALTHY);
            Instance broken = stage.launch(FunctionStage.RACED);
            // Among the events of the two launches, which come in the first seconds.
            POISON.forEach(body -> stage.aws.queue().send(body, Duration.ofSeconds(22)));
            stage.settle();
            assertEquals("HEALTHY", stage.caseOf(good).finding().verdict());
            assertEquals("STALE_JDK", stage.caseOf(broken).finding().verdict());
            assertEquals(List.of(), stage.aws.queue().messages());
            assertEquals(
                    POISON.stream().sorted().toList(),
                    stage.aws.deadLetters().messages().stream()
                            .map(Message::body)
                            .sorted()
                            .toList());
            // Handed out five times each, and each time with a reason in the log.
            int receives =
                    Template.read(Path.of("template.yaml")).queueSettings().maxReceiveCount();
            assertEquals(
                    (long) POISON.size() * receives,
                    stage.logLines().stream()
                            .filter(line -> line.path("level").asText().equals("ERROR"))
                            .filter(line -> line.at("/error/message").asText().length() > 20)
                            .count());
            nothingUnescaped(stage);
        }
    }

    /** The stack's output RedriveCommand, with each word of it as the SDK takes it, on the queues of the sandbox. */
    private static void redrive(FunctionStage stage, SqsClient sqs) {
        Template template = Template.read(Path.of("template.yaml"));
        String command = template.output("RedriveCommand");
        Matcher words = Pattern.compile(
                        "aws sqs start-message-move-task --region \\S+ --source-arn (\\S+) --destination-arn (\\S+)")
                .matcher(command.strip());
        assertTrue(words.matches(), command);
        Map<String, String> queues = Map.of(
                launchguard.template.Role.of(Map.of(), "a", "b").own("DeadLetterQueue"), "launch-guard-dead-letters",
                launchguard.template.Role.of(Map.of(), "a", "b").own("Queue"), "launch-guard-signals");
        sqs.startMessageMoveTask(task -> task.sourceArn(arn(stage, sqs, queues.getOrDefault(words.group(1), "")))
                .destinationArn(arn(stage, sqs, queues.getOrDefault(words.group(2), ""))));
    }

    private static String arn(FunctionStage stage, SqsClient sqs, String queue) {
        String url = stage.aws
                .environment()
                .getOrDefault("LAUNCH_GUARD_QUEUE_URL", "")
                .replace("launch-guard-signals", queue);
        return sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .getOrDefault(QueueAttributeName.QUEUE_ARN, "");
    }

    @Test
    void redriveCommand_bringsBackWhatCanBeDoneNow_andPoisonReturns() {
        try (FunctionStage stage = FunctionStage.observing();
                SqsClient sqs = stage.aws.configure(SqsClient.builder()).build()) {
            // EC2 is down for longer than five tries take: launches and their deployments go to the dead letters.
            stage.aws.faults().on("ec2", "DescribeInstances").always().fail(503);
            Instance lost = stage.launch(FunctionStage.HEALTHY);
            stage.aws.queue().send(POISON.getFirst(), Duration.ofSeconds(22));
            stage.settle();
            List<Message> dead = stage.aws.deadLetters().messages();
            assertTrue(dead.size() > 2, dead.toString());
            assertTrue(stage.latest(lost).isEmpty());

            stage.aws.faults().clear();
            redrive(stage, sqs);
            assertEquals(List.of(), stage.aws.deadLetters().messages());
            stage.settle();
            assertEquals("HEALTHY", stage.caseOf(lost).finding().verdict());
            assertTrue(stage.caseOf(lost).ended());
            assertEquals(
                    List.of(POISON.getFirst()),
                    stage.aws.deadLetters().messages().stream()
                            .map(Message::body)
                            .toList());
            assertEquals(List.of(), stage.aws.queue().messages());

            // Moved twice, nothing is done twice.
            long cases = stage.aws.calls().where(DeadLettersTest::opens).size();
            redrive(stage, sqs);
            stage.settle();
            assertEquals(cases, stage.aws.calls().where(DeadLettersTest::opens).size());
            assertEquals(1, stage.aws.deadLetters().messages().size());
        }
    }

    private static boolean opens(Call call) {
        return call.service().equals("dynamodb") && call.operation().equals("PutItem");
    }
}
