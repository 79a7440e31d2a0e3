package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** A JVM of the image that is taken for the deployment's by the time of its start, while the application is well. */
class OwnedByTimeTest {
    @Test
    void whatARedeploymentLeavesUntouched_isReported_andCostsNoInstance() {
        for (int code : new int[] {21, 0}) {
            try (FunctionStage stage = FunctionStage.remediating("ReplaceSingle", "true")) {
                Instance instance = stage.launch(FunctionStage.RACED);
                int[] look = {0};
                stage.liars.change(instance, evidence -> {
                    look[0]++;
                    double start = evidence.at("/deployments/0/startedUptime").asDouble();
                    double now = evidence.at("/host/uptime").asDouble();
                    ObjectNode agent = LyingInstances.firstJvm(evidence).deepCopy();
                    agent.remove(List.of("sign", "groupId"));
                    agent.put("pid", 150)
                            .put("unit", "aws-kinesis-agent.service")
                            .put("startedUptime", start + 0.5)
                            .put("startTicks", Math.round((start + 0.5) * 100))
                            .put("exeLinks", 0)
                            .put("javaHomeGone", true);
                    ObjectNode own = LyingInstances.firstJvm(evidence);
                    own.put("startedUptime", now - 1).put("exeLinks", 1).put("javaHomeGone", false);
                    own.putArray("deletedMappings");
                    ((ArrayNode) evidence.path("jvms")).removeAll().add(own).add(agent);
                    if (look[0] > 1) {
                        ObjectNode local = ((ObjectNode) evidence.at("/deployments/0")).deepCopy();
                        local.put("deploymentId", local.path("deploymentId").asText() + "-local")
                                .put("startedUptime", now - 2);
                        ((ArrayNode) evidence.path("deployments")).insert(0, local);
                    }
                });
                stage.nextRemedies(instance, code);
                stage.group().replacements(gone -> stage.image(FunctionStage.HEALTHY));
                stage.settle();
                assertEquals(List.of(), stage.aws.calls().of("autoscaling", "SetInstanceHealth"), "after exit " + code);
                assertEquals(
                        "REPORTED",
                        stage.status(instance),
                        stage.caseOf(instance).toString());
            }
        }
    }
}
