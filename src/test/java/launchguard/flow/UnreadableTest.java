package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.EventBus;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Effect;
import launchguard.sandbox.wire.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** One case that can't be read, or one call that fails, stops neither the schedule nor any other message. */
@Tag("verify")
class UnreadableTest {
    private static final String OTHER = "i-0aaaaaaaaaaaaaaaa";

    private static String key(Instant launched) {
        return String.format("%012d.%06d", launched.getEpochSecond(), 1);
    }

    /** An open case past due, of the past or of a version to come. */
    private static void put(FunctionStage stage, String instance, Instant launched, Map<String, AttributeValue> more) {
        Map<String, AttributeValue> item = new HashMap<>(Map.of(
                "pk", AttributeValue.fromS(instance),
                "sk", AttributeValue.fromS(key(launched)),
                "version", AttributeValue.fromN("1"),
                "open", AttributeValue.fromS("open"),
                "due", AttributeValue.fromN(String.valueOf(launched.getEpochSecond() + 60))));
        item.putAll(more);
        try (DynamoDbClient dynamo =
                stage.aws.configure(DynamoDbClient.builder()).build()) {
            dynamo.putItem(put -> put.tableName(stage.aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""))
                    .item(item));
        }
    }

    private static String error(FunctionStage stage) {
        return stage.logLines().stream()
                .filter(line -> line.path("level").asText().equals("ERROR"))
                .map(JsonNode::toString)
                .findFirst()
                .orElse("");
    }

    /** Proof E of the outside review, and others of its kind. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"step\":{\"is\":\"StepOfANewerVersion\"}}",
                "{\"schema\":2,\"anything\":true}",
                "{\"schema\":1,\"step\":{\"is\":\"StepOfANewerVersion\"}}",
                "{\"schema\":1}",
                "{}",
                "[]",
                "null",
                "not JSON",
                ""
            })
    void unreadableOpenCase_isLeftAloneAndReported(String document) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(event -> true);
            Instance lost = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(5));
            Instant launched = stage.aws.clock().instant().minusSeconds(600);
            put(
                    stage,
                    OTHER,
                    launched,
                    document.isEmpty() ? Map.of() : Map.of("document", AttributeValue.fromS(document)));
            assertEquals("{\"rearmed\":0,\"opened\":1}", stage.aws.runSchedule().toString());
            assertTrue(error(stage).contains("re-arm case " + OTHER), error(stage));
            stage.aws.settleWithSchedule(Duration.ofMinutes(100));
            assertEquals("REPAIRED", stage.status(lost));
            assertEquals(List.of(), stage.aws.deadLetters().messages());
            assertTrue(stage.aws.calls().of("sqs", "SendMessage").stream()
                    .noneMatch(call -> call.input().toString().contains(OTHER)));
            // As it was: a newer version reads it again.
            assertTrue(stage.aws.calls().all().stream()
                    .filter(call -> call.operation().equals("PutItem"))
                    .map(call -> call.input().path("Item"))
                    .noneMatch(item -> item.at("/pk/S").asText().equals(OTHER)
                            && item.at("/version/N").asInt() > 1));
        }
    }

    /** A rollback: the open case of a running repair is of the newer version; its messages wait, others go on. */
    @Test
    void stepOfANewerVersion_isLeftAlone_andGoesOnWhenTheNewerVersionIsBack() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance rolled = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofSeconds(30));
            String table = stage.aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
            try (DynamoDbClient dynamo =
                    stage.aws.configure(DynamoDbClient.builder()).build()) {
                Map<String, AttributeValue> item = dynamo.query(query -> query.tableName(table)
                                .keyConditionExpression("pk = :pk")
                                .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS(rolled.id()))))
                        .items()
                        .getFirst();
                ObjectNode newer = (ObjectNode) Json.parse(item.getOrDefault("document", AttributeValue.fromS("{}"))
                        .s());
                newer.put("schema", 2);
                Map<String, AttributeValue> stored = new HashMap<>(item);
                stored.put("document", AttributeValue.fromS(newer.toString()));
                dynamo.putItem(put -> put.tableName(table).item(stored));
                Instance other = stage.launch(FunctionStage.RACED);
                stage.aws.settleWithSchedule(Duration.ofMinutes(30));
                assertEquals("REPAIRED", stage.status(other));
                assertTrue(error(stage).contains("schema 2"), error(stage));
                assertEquals(0, stage.commands("Redeploy", rolled).size());
                // The version that knows it is back, and finds the case past due.
                dynamo.putItem(put -> put.tableName(table).item(item));
                stage.aws.settleWithSchedule(Duration.ofMinutes(60));
                assertEquals(
                        "REPAIRED", stage.status(rolled), stage.caseOf(rolled).toString());
            }
        }
    }

    /** Each part of a tick fails once, with all tries: the other parts are done, and the next tick does the rest. */
    @ParameterizedTest
    @CsvSource({
        "autoscaling, DescribeAutoScalingGroups",
        "ec2, DescribeInstances",
        "sqs, SendMessage",
        "dynamodb, GetItem",
        "dynamodb, PutItem"
    })
    void oneFailingCall_stopsNoSchedule(String service, String operation) {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.events().lose(EventBus.sentBy("aws.ssm"));
            Instance open = stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(2));
            stage.aws.events().lose(event -> true);
            Instance lost = stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(30));
            stage.aws.faults().on(service, operation).times(10).fail(500);
            JsonNode tick = stage.aws.runSchedule();
            assertTrue(tick.has("rearmed") && tick.has("opened"), tick.toString());
            assertTrue(!error(stage).isEmpty());
            stage.aws.faults().clear();
            stage.aws.settleWithSchedule(Duration.ofMinutes(80));
            assertEquals("REPAIRED", stage.status(open), stage.caseOf(open).toString());
            assertEquals("REPAIRED", stage.status(lost), stage.caseOf(lost).toString());
        }
    }

    /** The end of a deployment to several instances: the case of one can't be read, the others are checked. */
    @Test
    void oneOfADeployment_stopsNoneOfTheOthers() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.aws.events().lose(event -> true);
            Instance instance = stage.launch(FunctionStage.HEALTHY);
            Instance other = stage.launch(FunctionStage.HEALTHY);
            stage.aws.advance(Duration.ofMinutes(3));
            stage.aws
                    .faults()
                    .by(call -> call.operation().equals("Query")
                                    && call.input().toString().contains(instance.id())
                            ? new Effect.Fail(500, "InternalServerError", "asked for")
                            : new Effect.None());
            JsonNode answer = stage.aws.invoke("{\"autoScalingGroup\":\"web\"}");
            assertEquals(2, answer.size());
            assertTrue(stage.latest(other).isPresent(), answer.toString());
            assertTrue(answer.toString().contains("could not be checked"), answer.toString());
            stage.aws.faults().clear();
            stage.settle();
            assertEquals("CLOSED", stage.status(other));
        }
    }
}
