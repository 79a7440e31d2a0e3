package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Shares and the rule of the single instance count instances, also where the desired capacity counts weights or vCPUs. */
@Tag("verify")
class WeightedGroupsTest {
    private static int mostAtOnce(FunctionStage stage) {
        Set<String> now = new HashSet<>();
        int[] most = {0};
        stage.aws.events().listen(event -> {
            JsonNode detail = event.path("detail");
            if (!detail.path("document-name").asText().endsWith("-Redeploy")) {
                return;
            }
            if (detail.path("status").asText().equals("InProgress")) {
                now.add(detail.path("instance-id").asText());
            } else {
                now.remove(detail.path("instance-id").asText());
            }
            most[0] = Math.max(most[0], now.size());
        });
        stage.settle();
        return most[0];
    }

    @Test
    void theOnlyInstance_isNotReplaced_whateverItsWeight() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "replace")) {
            stage.group().weight(8);
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals(8, stage.group().desired());
            assertEquals("SINGLE_INSTANCE_GROUP", stage.refusal(instance));
            assertEquals(List.of(), stage.foreignChanges());
        }
    }

    @Test
    void theOnlyInstance_isNotReplaced_whereVcpusAreCounted() {
        try (FunctionStage stage = FunctionStage.remediating("Ladder", "replace")) {
            stage.group().capacityType("vcpu", 4);
            Instance instance = stage.launch(FunctionStage.RACED);
            stage.settle();
            assertEquals("SINGLE_INSTANCE_GROUP", stage.refusal(instance));
        }
    }

    @Test
    void share_isOfInstances() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().weight(8);
            for (int i = 0; i < 10; i++) {
                stage.launch(FunctionStage.RACED);
            }
            assertEquals(2, mostAtOnce(stage));
        }
    }

    /** Three of ten never came: no more may become unavailable. */
    @Test
    void missingInstances_areUnavailable() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            Instance broken = stage.launch(FunctionStage.RACED);
            stage.group().desired(4);
            stage.aws.settle(Duration.ofMinutes(30));
            assertEquals("UNAVAILABLE_SHARE", stage.refusal(broken));
            assertEquals(List.of(), stage.foreignChanges());
            stage.group().desired(1);
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
        }
    }
}
