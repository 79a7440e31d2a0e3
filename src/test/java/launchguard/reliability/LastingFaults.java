package launchguard.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Effect;
import launchguard.sandbox.wire.Json;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;

/** Starts and ends the lasting fault of a plan. */
final class LastingFaults {
    private static final Duration SLOW = Duration.ofSeconds(15);
    private static final int USUAL_IN_FLIGHT = 120_000;
    private static final String NEWER = "\"schema\":99";
    private final Sandbox aws;
    private final World world;
    private final Plan plan;
    private volatile boolean writesFail;

    LastingFaults(Sandbox aws, World world, Plan plan) {
        this.aws = aws;
        this.world = world;
        this.plan = plan;
    }

    void schedule() {
        aws.faults().by(this::effect);
        if (plan.lastingFault() == Plan.LastingFault.LARGE_ITEMS) {
            aws.later(
                    Duration.ofSeconds(200),
                    () -> world.group().instances().stream()
                            .filter(world.players()::plays)
                            .forEach(this::printLargeItems));
        }
        aws.later(plan.lastingFaultAfter(), this::begin);
        aws.later(plan.lastingFaultAfter().plus(plan.lastingFaultFor()), this::end);
    }

    private Effect effect(Call call) {
        return writesFail && call.service().equals("dynamodb") && call.changing()
                ? new Effect.Fail(400, "AccessDeniedException", "the key is disabled")
                : new Effect.None();
    }

    private void begin() {
        switch (plan.lastingFault()) {
            case WRITES_FAIL -> writesFail = true;
            case IN_FLIGHT -> aws.queue().mostInFlight(2);
            case SLOW_CALLS -> aws.settings().latency(call -> SLOW);
            case ROLLBACK -> aws.faults().spare(() -> rewrite("\"schema\":1", NEWER));
            case NONE, LARGE_ITEMS -> {}
        }
    }

    /** Ends it, where it has not ended by itself. */
    void end() {
        writesFail = false;
        aws.queue().mostInFlight(USUAL_IN_FLIGHT);
        aws.settings().latency(call -> Duration.ZERO);
        if (plan.lastingFault() == Plan.LastingFault.ROLLBACK) {
            aws.faults().spare(() -> rewrite(NEWER, "\"schema\":1"));
        }
    }

    private void printLargeItems(Instance instance) {
        world.players().of(instance).evidence(evidence -> {
            String word = "\u65e5".repeat(3000);
            for (JsonNode jvm : evidence.path("jvms")) {
                ((ObjectNode) jvm).put("unit", word + ".service").put("user", word);
            }
        });
    }

    private void rewrite(String from, String to) {
        String table = aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
        try (DynamoDbClient dynamo = aws.configure(DynamoDbClient.builder()).build()) {
            ScanRequest all = ScanRequest.builder().tableName(table).build();
            dynamo.scanPaginator(all).items().forEach(item -> {
                String document = item.getOrDefault("document", AttributeValue.fromS("{}"))
                        .s();
                if (Json.parse(document).has("step") && document.contains(from)) {
                    Map<String, AttributeValue> changed = new HashMap<>(item);
                    changed.put("document", AttributeValue.fromS(document.replace(from, to)));
                    dynamo.putItem(put -> put.tableName(table).item(changed));
                }
            });
        }
    }
}
