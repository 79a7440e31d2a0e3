package launchguard.signal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import launchguard.model.ActionToken;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.GroupName;
import launchguard.model.HookName;
import launchguard.model.InstanceId;
import launchguard.signal.Signal.CommandEnded;
import launchguard.signal.Signal.DeploymentEnded;
import launchguard.signal.Signal.GroupAsked;
import launchguard.signal.Signal.InstanceAsked;
import launchguard.signal.Signal.InstanceDeployed;
import launchguard.signal.Signal.InstanceHeld;
import launchguard.signal.Signal.InstanceLaunched;
import launchguard.signal.Signal.LaunchFailed;
import launchguard.signal.Signal.NotOurs;
import launchguard.signal.Signal.Recheck;
import launchguard.signal.Signal.ScheduleTick;
import launchguard.signal.Signal.Wish;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in becomes the right signal, alone and in a batch, or an error that says what was expected. */
class SignalReaderTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final InstanceId I = new InstanceId("i-1234567890abcdef0");

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void samples(String file, Signal expected) throws Exception {
        String event = Files.readString(Path.of("src/test/resources/events-shared", file + ".json"));
        assertEquals(expected, single(event.getBytes(UTF_8)), "alone");
        assertEquals(
                expected, SignalReader.read(messages(batch(event)).getFirst().getBody()), "in a batch");
    }

    static Stream<Arguments> samples() {
        return Stream.of(
                Arguments.of("asg-launch-successful", new InstanceLaunched(I, new GroupName("my-asg"))),
                Arguments.of(
                        "codedeploy-instance-success",
                        new InstanceDeployed(
                                new InstanceId("i-0000000aaaaaaaaaa"),
                                new DeploymentId("d-123456789"),
                                group("8cd3bfa8-9e72-4cbe-a1e5-da4efc7efd49"),
                                true)),
                Arguments.of(
                        "codedeploy-deployment-success",
                        new DeploymentEnded(
                                new DeploymentId("d-123456789"), group("9fd2fbef-2157-40d8-91e7-6845af69e2d2"))),
                Arguments.of(
                        "ssm-command-invocation",
                        new CommandEnded(
                                new InstanceId("i-9bb89e2b"),
                                new CommandId("e8d3c0e4-71f7-4491-898f-c9b35bee5f3b"),
                                "AWS-RunPowerShellScript")),
                Arguments.of(
                        "asg-launch-lifecycle-action",
                        new InstanceHeld(
                                I,
                                new GroupName("my-asg"),
                                new HookName("my-launch-lifecycle-hook"),
                                new ActionToken("87654321-4321-4321-4321-21098EXAMPLE"),
                                false,
                                false)),
                notOurs("ssm-command", "EC2 Command Status-change Notification", "aws.ssm"),
                notOurs("ec2-state-change", "EC2 Instance State-change Notification", "aws.ec2"));
    }

    private static DeploymentGroup group(String id) {
        return new DeploymentGroup("myApplication", "myDeploymentGroup", id);
    }

    private static Arguments notOurs(String file, String type, String source) {
        return Arguments.of(
                file,
                new NotOurs("\"" + type + "\" of \"" + source + "\" is not one of the events that Launch Guard takes"));
    }

    @Test
    void launchThatFailed_namesItsInstance_whereThereWasOne() throws Exception {
        String event = Files.readString(Path.of("events/asg-launch-unsuccessful.json"));
        assertEquals(
                new LaunchFailed(new InstanceId("i-0123456789abcdef0"), new GroupName("payments-blue")),
                single(event.getBytes(UTF_8)));
        assertEquals(
                new NotOurs("the launch failed before there was an instance"),
                single(event.replace("\"EC2InstanceId\": \"i-0123456789abcdef0\"", "\"EC2InstanceId\": \"\"")
                        .getBytes(UTF_8)));
    }

    @ParameterizedTest(name = "{0} {1} = {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "asg-launch-successful|Destination|\"WarmPool\"|not into the group",
                "asg-launch-lifecycle-action|LifecycleTransition|\"autoscaling:EC2_INSTANCE_TERMINATING\"|another transition",
                "asg-launch-lifecycle-action|Destination|\"Elsewhere\"|another destination",
                "codedeploy-instance-success|state|\"START\"|has not ended: \"START\"",
                "codedeploy-instance-success|state|\"READY\"|has not ended: \"READY\"",
                "codedeploy-instance-success|instanceId|\"mi-0123456789abcdef0\"|outside EC2",
                "codedeploy-instance-success|instanceId|\"my on-premises box\"|outside EC2",
                "codedeploy-deployment-success|state|\"START\"|has not ended: \"START\"",
                "codedeploy-deployment-success|state|\"READY\"|has not ended: \"READY\"",
                "codedeploy-deployment-success|state|\"QUEUED\"|has not ended: \"QUEUED\"",
                "ssm-command-invocation|status|\"InProgress\"|has not ended",
                "ssm-command-invocation|status|\"Delayed\"|has not ended",
                "ssm-command-invocation|instance-id|\"mi-0123456789abcdef0\"|outside EC2",
            })
    void notOurs(String file, String member, String value, String reason) throws Exception {
        NotOurs signal = assertInstanceOf(NotOurs.class, SignalReader.read(changed(file, member, value)));
        assertTrue(signal.reason().contains(reason), signal.reason());
    }

    @Test
    void heldInstances_plainIntoThePoolOutOfItAndWithANewRootVolume() throws Exception {
        String file = "asg-launch-lifecycle-action";
        ObjectNode least = sample(file);
        ((ObjectNode) least.path("detail")).remove(List.of("Destination", "Origin", "NotificationMetadata"));
        assertFalse(
                assertInstanceOf(InstanceHeld.class, SignalReader.read(least)).intoWarmPool());
        assertTrue(assertInstanceOf(InstanceHeld.class, SignalReader.read(changed(file, "Destination", "\"WarmPool\"")))
                .intoWarmPool());
        assertFalse(assertInstanceOf(InstanceHeld.class, SignalReader.read(changed(file, "Origin", "\"WarmPool\"")))
                .intoWarmPool());
        assertTrue(assertInstanceOf(
                        InstanceHeld.class, SignalReader.read(changed(file, "Action", "\"ReplaceRootVolume\"")))
                .rootVolumeReplaced());
    }

    @Test
    void unusualButOurs() throws Exception {
        ObjectNode old = sample("asg-launch-successful");
        ((ObjectNode) old.path("detail")).remove(List.of("Destination", "Origin"));
        assertInstanceOf(InstanceLaunched.class, SignalReader.read(old));
        assertEquals(
                false,
                assertInstanceOf(
                                InstanceDeployed.class,
                                SignalReader.read(changed("codedeploy-instance-success", "state", "\"FAILURE\"")))
                        .succeeded());
        assertInstanceOf(
                DeploymentEnded.class,
                SignalReader.read(changed("codedeploy-deployment-success", "state", "\"STOP\"")));
        for (String status : List.of("Success", "Failed", "TimedOut", "Cancelled", "Undeliverable", "Some New One")) {
            assertInstanceOf(
                    CommandEnded.class,
                    SignalReader.read(changed("ssm-command-invocation", "status", "\"" + status + "\"")));
        }
    }

    @ParameterizedTest(name = "{0} {1} = {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "asg-launch-successful|EC2InstanceId|\"i-1; rm -rf /\"|i- and 8 or 17",
                "asg-launch-successful|EC2InstanceId|5|\"EC2InstanceId\" must be a text",
                "asg-launch-successful|EC2InstanceId|\"\"|\"EC2InstanceId\" must be a text",
                "asg-launch-successful|EC2InstanceId|\"i-1234567890abcdef0\\u0000\"|i- and 8 or 17",
                "asg-launch-successful|EC2InstanceId|\"i-1234567890abcdef0\\n\"|i- and 8 or 17",
                "asg-launch-successful|EC2InstanceId|\"I-1234567890ABCDEF0\"|i- and 8 or 17",
                "asg-launch-successful|AutoScalingGroupName|\"a\\u0000b\"|1 to 255 printable",
                "asg-launch-successful|AutoScalingGroupName|[]|\"AutoScalingGroupName\" must be a text",
                "asg-launch-successful|Destination|7|\"Destination\" must be a text",
                "codedeploy-instance-success|deploymentId|\"../../etc/passwd\"|as in d-4XAMPLE01",
                "codedeploy-instance-success|instanceGroupId|\"../x\"|letters, digits and -",
                "codedeploy-instance-success|instanceId|\"i-1$(reboot)\"|i- and 8 or 17",
                "codedeploy-deployment-success|state|null|\"state\" must be a text",
                "ssm-command-invocation|command-id|\"x\"|a UUID",
                "ssm-command-invocation|status|{}|\"status\" must be a text",
            })
    void wrongMembersOfOurEvents(String file, String member, String value, String says) throws Exception {
        assertSays(says, () -> SignalReader.read(changed(file, member, value)));
    }

    @Test
    void requests() throws Exception {
        assertEquals(asked(Wish.DEFAULT, 20), read("{'instanceId':'i-1234567890abcdef0'}"));
        assertEquals(
                asked(Wish.DIAGNOSE, 0),
                read("{'instanceId':'i-1234567890abcdef0','action':'diagnose','waitSeconds':0}"));
        assertEquals(
                asked(Wish.REMEDIATE, 60),
                read("{'instanceId':'i-1234567890abcdef0','action':'remediate','waitSeconds':60}"));
        assertEquals(
                new GroupAsked(new GroupName("grüße / 1"), Wish.DEFAULT), read("{'autoScalingGroup':'grüße / 1'}"));
        assertEquals(new ScheduleTick(), read("{'source':'launch-guard.schedule'}"));
        assertEquals(
                new Recheck(new CaseId(I, Instant.ofEpochSecond(1_700_000_000), 2), null),
                read("{'source':'launch-guard.recheck','caseId':'i-1234567890abcdef0.1700000000.2'}"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|expected an SQS batch",
                "[]|expected an SQS batch",
                "null|expected an SQS batch",
                "5|expected an SQS batch",
                "``|expected an SQS batch",
                "{|expected an SQS batch",
                "{'instanceId':'i-1234567890abcdef0'} {}|expected an SQS batch",
                "{'instanceId':'i-1234567890abcdef0','instanceId':'i-1234567890abcdef1'}|Duplicate field",
                "{'Records':{}}|Records is not a list",
                "{'Records':null}|Records is not a list",
                "{'source':'aws.ec2'}|expected an SQS batch",
                "{'source':5,'detail-type':'x','detail':{}}|\"source\" must be a text",
                "{'source':'aws.autoscaling','detail-type':'EC2 Instance Launch Successful'}|\"detail\" of the event",
                "{'source':'aws.autoscaling','detail-type':'EC2 Instance Launch Successful','detail':'x'}|\"detail\" of",
                "{'instanceId':'i-1; rm -rf /'}|\"i-1; rm -rf /\" is not one: expected i- and 8 or 17",
                "{'instanceId':['i-1234567890abcdef0']}|\"instanceId\" must be a text",
                "{'instanceId':null}|\"instanceId\" must be a text",
                "{'autoScalingGroup':''}|\"autoScalingGroup\" must be a text",
                "{'autoScalingGroup':'a:b'}|without a colon",
                "{'instanceId':'i-1234567890abcdef0','action':'destroy'}|\"diagnose\" or \"remediate\"",
                "{'instanceId':'i-1234567890abcdef0','action':1}|\"diagnose\" or \"remediate\"",
                "{'instanceId':'i-1234567890abcdef0','action':null}|\"diagnose\" or \"remediate\"",
                "{'source':'launch-guard.recheck'}|\"caseId\" must be a text",
                "{'source':'launch-guard.recheck','caseId':'x'}|INSTANCE.LAUNCH-SECOND.NUMBER",
                "{'source':'launch-guard.recheck','caseId':'i-1234567890abcdef0.1.99999999'}|INSTANCE.LAUNCH-SECOND"
            })
    void refused(String text, String says) {
        assertSays(says, () -> single(text.replace('\'', '"').getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "61",
                "1.5",
                "20.0",
                "1e1",
                "\"20\"",
                "null",
                "true",
                "[20]",
                "18446744073709551636",
                "1e400"
            })
    void wrongWaits(String seconds) {
        assertSays(
                "waitSeconds must be a whole number from 0 to 60",
                () -> read("{'instanceId':'i-1234567890abcdef0','waitSeconds':" + seconds + "}"));
    }

    @Test
    void batches() throws Exception {
        assertTrue(messages("{\"Records\":[]}").isEmpty());
        List<SQSMessage> odd = messages("{\"Records\":[5,{},{\"messageId\":7,\"body\":{}},{\"messageId\":\"m\","
                + "\"body\":\"{\\\"source\\\":\\\"launch-guard.schedule\\\"}\"}]}");
        assertEquals(
                List.of("", "", "7", "m"),
                odd.stream().map(SQSMessage::getMessageId).toList());
        for (SQSMessage message : odd.subList(0, 3)) {
            assertSays("not a JSON object", () -> SignalReader.read(message.getBody()));
        }
        assertEquals(new ScheduleTick(), SignalReader.read(odd.get(3).getBody()));
        assertSays("neither an event nor a request", () -> SignalReader.read("{\"Records\":[]}"));
    }

    /** A notification of another service that was pointed at the function, directly or through the queue. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'Records':[{'eventSource':'aws:s3','eventName':'ObjectCreated:Put','s3':{}}]}",
                "{'Records':[{'EventSource':'aws:sns','Sns':{'Message':'x'}}]}",
                "{'Records':[{'eventSource':'aws:dynamodb','dynamodb':{}}]}",
                "{'Records':[{'eventSource':'aws:kinesis','kinesis':{}}]}",
                "{'Records':[{'eventSource':'aws:ses','ses':{}}]}",
                "{'Records':[{'eventSource':'aws:codecommit'}]}",
                "{'Records':[{'cf':{'config':{}}}]}",
                "{'Records':[{'eventSource':'aws:sqs','messageId':'m','body':'{}'},{'eventSource':'aws:s3'}]}"
            })
    void recordsOfAnotherService(String quoted) {
        String text = quoted.replace('\'', '"');
        assertSays("expected an SQS batch (Records)", () -> SignalReader.delivery(text.getBytes(UTF_8)));
        assertSays("neither an event nor a request, but Records of", () -> SignalReader.read(text));
    }

    @Test
    void notificationOfSns_inAMessage() {
        assertSays(
                "a notification of SNS",
                () -> read("{'Type':'Notification','TopicArn':'arn:aws:sns:x:y:z','Message':'{}'}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",'action':'diagnose'", ",'waitSeconds':0"})
    void anIdAndAGroupTogether(String more) {
        assertSays(
                "expected \"instanceId\" or \"autoScalingGroup\", not both",
                () -> read("{'instanceId':'i-1234567890abcdef0','autoScalingGroup':'web'" + more + "}"));
    }

    @Test
    void stepOfARecheck() throws Exception {
        String recheck = "{'source':'launch-guard.recheck','caseId':'i-1234567890abcdef0.1700000000.2','step':";
        assertEquals(new Recheck(new CaseId(I, Instant.ofEpochSecond(1_700_000_000), 2), 7), read(recheck + "7}"));
        for (String wrong : List.of("0", "-1", "1.5", "\"7\"", "null", "[7]", "99999999999")) {
            assertSays("step must be a whole number", () -> read(recheck + wrong + "}"));
        }
    }

    @Test
    void bytes() throws Exception {
        assertEquals(new ScheduleTick(), single("\uFEFF{\"source\":\"launch-guard.schedule\"}".getBytes(UTF_8)));
        ByteArrayOutputStream cut = new ByteArrayOutputStream();
        cut.writeBytes("{\"autoScalingGroup\":\"x".getBytes(UTF_8));
        cut.write(0xC3);
        cut.writeBytes("\"}".getBytes(UTF_8));
        assertSays("not UTF-8", () -> single(cut.toByteArray()));
        assertSays("not JSON", () -> single(new byte[20]));
        assertSays("not JSON", () -> single(("[".repeat(50_000) + "]".repeat(50_000)).getBytes(UTF_8)));
        assertSays("not JSON", () -> single("{\"a\":".repeat(50_000).getBytes(UTF_8)));
    }

    @Test
    void largeEventsAreReadAndNeverEchoed() throws Exception {
        String filler = "\u001b[31mx".repeat(50_000);
        ObjectNode event = sample("asg-launch-successful");
        ((ObjectNode) event.path("detail")).put("Cause", filler);
        assertInstanceOf(InstanceLaunched.class, single(JSON.writeValueAsBytes(event)));
        ObjectNode foreign = JSON.createObjectNode().put("source", filler).put("detail-type", filler);
        String reason =
                assertInstanceOf(NotOurs.class, SignalReader.read(foreign)).reason();
        assertPlain(reason);
        event.putObject("detail").put("state", filler);
        event.put("source", "aws.codedeploy").put("detail-type", "CodeDeploy Instance State-change Notification");
        assertPlain(assertInstanceOf(NotOurs.class, SignalReader.read(event)).reason());
        for (String text : List.of(
                JSON.createObjectNode().put("instanceId", filler).toString(),
                JSON.createObjectNode().put("autoScalingGroup", filler).toString(),
                filler,
                "{\"a\":" + "x".repeat(300_000))) {
            assertPlain(assertThrows(UnreadableSignalException.class, () -> SignalReader.read(text))
                    .getMessage());
        }
    }

    private static void assertPlain(@Nullable String said) {
        String message = String.valueOf(said);
        assertTrue(message.length() < 500, "cut: " + message.length());
        assertFalse(message.chars().anyMatch(c -> (c < ' ' || c > '~') && c != '…'), message);
    }

    private static void assertSays(String says, org.junit.jupiter.api.function.Executable reading) {
        String message = String.valueOf(
                assertThrows(UnreadableSignalException.class, reading).getMessage());
        assertTrue(message.contains(says), message);
        assertPlain(message);
    }

    private static Signal asked(Wish wish, int seconds) {
        return new InstanceAsked(I, wish, Duration.ofSeconds(seconds));
    }

    private static Signal read(String singleQuoted) throws UnreadableSignalException {
        return SignalReader.read(singleQuoted.replace('\'', '"'));
    }

    private static Signal single(byte[] bytes) throws UnreadableSignalException {
        return switch (SignalReader.delivery(bytes)) {
            case Delivery.Single single -> SignalReader.read(single.json());
            case Delivery.Batch batch -> throw new AssertionError(batch);
        };
    }

    private static List<SQSMessage> messages(String batch) throws UnreadableSignalException {
        return switch (SignalReader.delivery(batch.getBytes(UTF_8))) {
            case Delivery.Single single -> throw new AssertionError(single);
            case Delivery.Batch all -> all.event().getRecords();
        };
    }

    private static String batch(String body) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode records = root.putArray("Records");
        records.addObject().put("messageId", "m-1").put("body", body).put("eventSource", "aws:sqs");
        return root.toString();
    }

    private static ObjectNode sample(String file) throws Exception {
        return (ObjectNode) JSON.readTree(
                Path.of("src/test/resources/events-shared", file + ".json").toFile());
    }

    private static ObjectNode changed(String file, String member, String value) throws Exception {
        ObjectNode event = sample(file);
        ((ObjectNode) event.path("detail")).set(member, JSON.readTree(value));
        return event;
    }
}
