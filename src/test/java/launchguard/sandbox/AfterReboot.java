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
            if (deployment instanceof ObjectNode one) {
                one.put("thisBoot", false);
                one.remove("startedUptime");
            }
        }
        for (JsonNode jvm : evidence.path("jvms")) {
            if (jvm instanceof ObjectNode one) {
                one.put("exe", one.path("exe").asText().replace(" (deleted)", ""));
                one.put("exeLinks", 1);
                one.put("javaHomeGone", false);
                one.set(
                        "deletedMappings",
                        Json.object("none", java.util.List.of()).path("none"));
            }
        }
        evidence.remove("failedUnits");
        evidence.remove("symptoms");
    }
}
