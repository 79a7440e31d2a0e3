package launchguard.bench;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The plain way: the calls of our first event, or two of them, with clients that are created when the event comes, with
 * the SDK's defaults.
 */
public final class Defaults implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        JsonNode event = new ObjectMapper().readTree(input);
        String instance = new ObjectMapper()
                .readTree(event.at("/Records/0/body").asText())
                .at("/detail/instanceId")
                .asText();
        if (System.getenv("BENCH_TWO_CALLS") == null) {
            all(instance);
        } else {
            AutoScalingClient.create().describeAutoScalingInstances(request -> request.instanceIds(instance));
            send(instance);
        }
        output.write("{\"batchItemFailures\":[]}".getBytes(StandardCharsets.UTF_8));
    }

    private static void all(String instance) {
        String table = System.getenv("LAUNCH_GUARD_TABLE");
        DynamoDbClient dynamo = DynamoDbClient.create();
        dynamo.query(request -> request.tableName(table)
                .keyConditionExpression("pk = :instance")
                .expressionAttributeValues(Map.of(":instance", AttributeValue.fromS(instance)))
                .limit(1));
        if (System.getenv("BENCH_WITHOUT_EC2") == null) {
            Ec2Client.create()
                    .describeInstances(request -> request.filters(Filter.builder()
                            .name("instance-id")
                            .values(instance)
                            .build()));
        }
        AutoScalingClient scaling = AutoScalingClient.create();
        String group = scaling.describeAutoScalingInstances(request -> request.instanceIds(instance))
                .autoScalingInstances()
                .getFirst()
                .autoScalingGroupName();
        scaling.describeAutoScalingGroups(request -> request.autoScalingGroupNames(group));
        SqsClient.create()
                .sendMessage(request -> request.queueUrl(System.getenv("LAUNCH_GUARD_QUEUE_URL"))
                        .messageBody("{}")
                        .delaySeconds(900));
        put(dynamo, table, instance, "opened");
        send(instance);
        put(dynamo, table, instance, "probing");
    }

    private static void put(DynamoDbClient dynamo, String table, String instance, String status) {
        dynamo.putItem(request -> request.tableName(table)
                .item(Map.of(
                        "pk",
                        AttributeValue.fromS(instance),
                        "sk",
                        AttributeValue.fromS("bench"),
                        "status",
                        AttributeValue.fromS(status),
                        "at",
                        AttributeValue.fromS(Instant.now().toString()))));
    }

    private static void send(String instance) {
        SsmClient.create()
                .sendCommand(request -> request.documentName(System.getenv("LAUNCH_GUARD_DOCUMENT_PREFIX") + "-Probe")
                        .instanceIds(List.of(instance))
                        .parameters(Map.of("waitSeconds", List.of("0"), "deploymentId", List.of("")))
                        .timeoutSeconds(600));
    }
}
