package launchguard.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.stream.Stream;
import launchguard.probe.Evidence.Host;

/** Reads what the probe printed. The text comes from an instance and may be hostile. */
public final class EvidenceReader {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private EvidenceReader() {}

    /** Reads evidence of schema 1; for anything else the exception says why it can't be used. */
    public static Evidence read(String printed) throws UnreadableEvidenceException {
        JsonNode root = parse(withoutMark(printed).strip());
        if (!root.path("schema").isNumber() || root.path("schema").asDouble() != SCHEMA) {
            throw new UnreadableEvidenceException("its schema is "
                    + (root.has("schema") ? "not the number 1" : "not named") + "; this version reads schema 1");
        }
        JsonNode host = root.path("host");
        Double now = Json.number(host, "now");
        Double uptime = Json.number(host, "uptime");
        if (now == null || uptime == null || uptime < 0) {
            throw new UnreadableEvidenceException(
                    "host.now and host.uptime are missing, so no time in it can be placed");
        }
        return evidence(root, host, now, uptime);
    }

    /** Editors and shells of Windows put a byte order mark before what they save. */
    private static String withoutMark(String printed) {
        return printed.startsWith("\uFEFF") ? printed.substring(1) : printed;
    }

    private static JsonNode parse(String printed) throws UnreadableEvidenceException {
        if (printed.isEmpty()) {
            throw new UnreadableEvidenceException("the probe printed nothing");
        }
        try {
            JsonNode root = JSON.readTree(printed);
            if (!root.isObject()) {
                throw new UnreadableEvidenceException("the probe printed no JSON object");
            }
            return root;
        } catch (JsonProcessingException notJson) {
            throw new UnreadableEvidenceException(
                    "the probe's output is not whole JSON (it breaks off or is garbled after "
                            + Math.max(
                                    0,
                                    notJson.getLocation() == null
                                            ? 0
                                            : notJson.getLocation().getCharOffset())
                            + " of " + printed.length() + " characters)");
        }
    }

    private static Evidence evidence(JsonNode root, JsonNode host, double now, double uptime) {
        EvidenceParts parts = new EvidenceParts(now - uptime);
        return new Evidence(
                new Host(
                        Json.text(host, "os"),
                        Json.text(host, "osVersion"),
                        Json.text(host, "instanceId"),
                        Json.text(host, "bootId"),
                        Json.integer(host, "utcOffsetSeconds"),
                        Json.number(host, "clockSetSeconds"),
                        Json.number(host, "suspendedSeconds"),
                        Json.flag(host, "clockUncertain", false)),
                now,
                uptime,
                parts.cloudInit(root.path("cloudInit")),
                parts.agent(root.path("agent")),
                Json.items(root, "deployments", parts::deployment),
                root.path("packages").isArray() ? Json.items(root, "packages", parts::jdkPackage) : null,
                root.path("jvms").isArray() ? Json.items(root, "jvms", parts::jvm) : null,
                Json.items(root, "failedUnits", parts::failedUnit),
                parts.packageManager(root.path("packageManager")),
                Json.items(root, "symptoms", Symptoms::symptom),
                Json.texts(root, "problems"),
                truncated(root));
    }

    /** The lists that were cut; a list that is missing could not be read, and counts as cut. */
    private static List<String> truncated(JsonNode root) {
        return Stream.concat(
                        Json.texts(root, "truncated").stream(),
                        Stream.of("deployments", "failedUnits")
                                .filter(list -> !root.path(list).isArray()))
                .distinct()
                .toList();
    }
}
