package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import launchguard.sandbox.wire.Json;

/** What the probe prints once a deployment of the service has come to the instance: its JVMs are new, and so is its trace. */
final class AfterGroupDeployment {
    private static final double TO_JVM_SECONDS = 2;
    private static final int NEXT_PROCESS = 10_000;

    private AfterGroupDeployment() {}

    static void change(ObjectNode evidence, String deployment, double startedUptime) {
        for (JsonNode trace : evidence.path("deployments")) {
            if (trace instanceof ObjectNode node && node.path("thisBoot").asBoolean()) {
                node.put("deploymentId", deployment);
                node.put("startedUptime", startedUptime);
            }
        }
        for (JsonNode jvm : evidence.path("jvms")) {
            if (jvm instanceof ObjectNode node) {
                node.put("pid", node.path("pid").asInt() + NEXT_PROCESS);
                node.put("startedUptime", startedUptime + TO_JVM_SECONDS);
                node.put("exe", node.path("exe").asText().replace(" (deleted)", ""));
                node.put("exeLinks", 1);
                node.put("javaHomeGone", false);
                node.set("deletedMappings", Json.object("none", List.of()).path("none"));
            }
        }
        evidence.remove("symptoms");
    }
}
