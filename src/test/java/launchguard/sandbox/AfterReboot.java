package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import launchguard.sandbox.wire.Json;

/** What the probe prints once the instance has booted again. */
final class AfterReboot {
    private static final String BOOT_ID = "99999999-9999-4999-8999-999999999999";

    private AfterReboot() {}

    static void change(ObjectNode evidence) {
        if (evidence.path("host") instanceof ObjectNode host) {
            host.put("bootId", BOOT_ID);
        }
        for (JsonNode deployment : evidence.path("deployments")) {
            if (deployment instanceof ObjectNode node) {
                node.put("thisBoot", false);
                node.remove("startedUptime");
            }
        }
        for (JsonNode jvm : evidence.path("jvms")) {
            if (jvm instanceof ObjectNode node) {
                node.put("exe", node.path("exe").asText().replace(" (deleted)", ""));
                node.put("exeLinks", 1);
                node.put("javaHomeGone", false);
                node.set(
                        "deletedMappings",
                        Json.object("none", java.util.List.of()).path("none"));
            }
        }
        evidence.remove("failedUnits");
        evidence.remove("symptoms");
    }
}
