package launchguard.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Ec2Exception;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Real clients of each service find their state and their errors here. */
class ServicesTest {
    private final Sandbox aws = Sandbox.start();
    private final ScalingGroup group = aws.group("web");
    private final Instance instance = group.launch(Image.EMPTY);

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void ec2_describesAndTagsInstances() {
        try (Ec2Client ec2 = aws.configure(Ec2Client.builder()).build()) {
            ec2.createTags(tags -> tags.resources(instance.id())
                    .tags(Tag.builder()
                            .key("launch-guard:verdict")
                            .value("HEALTHY")
                            .build()));
            var found = ec2.describeInstances(describe -> describe.filters(
                            Filter.builder()
                                    .name("tag:launch-guard")
                                    .values("on")
                                    .build(),
                            Filter.builder()
                                    .name("instance-state-name")
                                    .values("pending", "running")
                                    .build()))
                    .reservations()
                    .getFirst()
                    .instances()
                    .getFirst();
            assertEquals(instance.id(), found.instanceId());
            assertEquals(instance.launchTime(), found.launchTime());
            assertTrue(found.tags()
                    .contains(Tag.builder()
                            .key("launch-guard:verdict")
                            .value("HEALTHY")
                            .build()));
            assertEquals(
                    "InvalidInstanceID.NotFound",
                    assertThrows(
                                    Ec2Exception.class,
                                    () -> ec2.describeInstances(
                                            describe -> describe.instanceIds("i-0000000000000dead")))
                            .awsErrorDetails()
                            .errorCode());
            assertEquals(
                    "InvalidInstanceID.Malformed",
                    assertThrows(
                                    Ec2Exception.class,
                                    () -> ec2.describeInstances(describe -> describe.instanceIds("i-1; rm -rf /")))
                            .awsErrorDetails()
                            .errorCode());
        }
        assertEquals(1, aws.calls().of("ec2", "CreateTags").size());
        assertTrue(aws.calls().changing().stream()
                .allMatch(call -> call.operation().equals("CreateTags")));
    }

    @Test
    void ec2_pages() {
        for (int i = 0; i < 6; i++) {
            group.launch(Image.NONE);
        }
        try (Ec2Client ec2 = aws.configure(Ec2Client.builder()).build()) {
            assertEquals(
                    7,
                    ec2.describeInstancesPaginator(describe -> describe.maxResults(5)).reservations().stream()
                            .count());
        }
        assertEquals(2, aws.calls().of("ec2", "DescribeInstances").size());
    }

    @Test
    void dynamo_hasTheStacksTable() {
        String table = aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
        Map<String, AttributeValue> item = Map.of(
                "pk", AttributeValue.fromS("case"),
                "sk", AttributeValue.fromS("1"),
                "open", AttributeValue.fromS("yes"),
                "due", AttributeValue.fromN("7"));
        try (DynamoDbClient dynamo = aws.configure(DynamoDbClient.builder()).build()) {
            dynamo.putItem(put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(pk)"));
            assertThrows(
                    ConditionalCheckFailedException.class,
                    () -> dynamo.putItem(
                            put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(pk)")));
            QueryResponse open = dynamo.query(query -> query.tableName(table)
                    .indexName("open")
                    .keyConditionExpression("#open = :yes and due < :now")
                    .expressionAttributeNames(Map.of("#open", "open"))
                    .expressionAttributeValues(
                            Map.of(":yes", AttributeValue.fromS("yes"), ":now", AttributeValue.fromN("8"))));
            assertEquals(1, open.count());
        }
        assertEquals(2, aws.calls().of("dynamodb", "PutItem").size());
        assertEquals(2, aws.calls().changing().size());
    }

    @Test
    void sqs_delaysHidesAndDeletes() {
        String url = aws.environment().getOrDefault("LAUNCH_GUARD_QUEUE_URL", "");
        aws.events().lose(event -> true);
        try (SqsClient sqs = aws.configure(SqsClient.builder()).build()) {
            sqs.sendMessage(send -> send.queueUrl(url).messageBody("later").delaySeconds(900));
            assertThrows(
                    SqsException.class,
                    () -> sqs.sendMessage(
                            send -> send.queueUrl(url).messageBody("too late").delaySeconds(901)));
            assertEquals(
                    List.of(),
                    sqs.receiveMessage(receive -> receive.queueUrl(url)).messages());
            aws.advance(Duration.ofMinutes(15));
            Message message = sqs.receiveMessage(receive -> receive.queueUrl(url))
                    .messages()
                    .getFirst();
            assertEquals("later", message.body());
            assertEquals(
                    List.of(),
                    sqs.receiveMessage(receive -> receive.queueUrl(url)).messages());
            sqs.deleteMessage(delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle()));
        }
        assertEquals(List.of(), aws.queue().messages());
    }

    @Test
    void eventBridge_refusesWhatIsNotOurs() {
        try (EventBridgeClient events =
                aws.configure(EventBridgeClient.builder()).build()) {
            PutEventsResponse answer = events.putEvents(put -> put.entries(
                    entry("launch-guard", "{\"caseId\":\"1\"}"), entry("aws.ec2", "{}"), entry("launch-guard", "{")));
            assertEquals(2, answer.failedEntryCount());
            assertEquals("MalformedDetail", answer.entries().getLast().errorCode());
        }
        assertEquals(1, aws.events().from("launch-guard").size());
    }

    private static PutEventsRequestEntry entry(String source, String detail) {
        return PutEventsRequestEntry.builder()
                .source(source)
                .detailType("Launch Guard Case Closed")
                .detail(detail)
                .build();
    }
}
