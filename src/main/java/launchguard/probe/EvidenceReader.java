package launchguard.probe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Locale;
import launchguard.probe.Evidence.Agent;
import launchguard.probe.Evidence.CloudInit;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.Host;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.probe.Evidence.Symptom;
import org.jspecify.annotations.Nullable;

/** Reads what the probe printed. The text comes from an instance: it is parsed, and nothing in it is believed to be well meant. */
public final class EvidenceReader {
    private static final int SCHEMA = 1;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode root;
    private final double bootedAt;

    private EvidenceReader(JsonNode root, double bootedAt) {
        this.root = root;
        this.bootedAt = bootedAt;
    }

    /** Reads evidence of schema 1; whatever else it is given, it says why that can't be used. */
    public static Evidence read(String printed) throws UnreadableEvidenceException {
        JsonNode root = parse(printed.strip());
        if (root.path("schema").asInt(-1) != SCHEMA) {
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
        return new EvidenceReader(root, now - uptime).evidence(host, now, uptime);
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

    private Evidence evidence(JsonNode host, double now, double uptime) {
        return new Evidence(
                new Host(
                        Json.text(host, "os"),
                        Json.text(host, "osVersion"),
                        Json.text(host, "instanceId"),
                        Json.text(host, "bootId"),
                        Json.integer(host, "utcOffsetSeconds")),
                now,
                uptime,
                cloudInit(root.path("cloudInit")),
                agent(root.path("agent")),
                Json.items(root, "deployments", this::deployment),
                Json.items(root, "packages", this::jdkPackage),
                root.path("jvms").isArray() ? Json.items(root, "jvms", this::jvm) : null,
                Json.items(root, "failedUnits", EvidenceReader::failedUnit),
                Json.items(root, "symptoms", EvidenceReader::symptom),
                Json.texts(root, "problems"),
                Json.texts(root, "truncated"));
    }

    /** A moment given as seconds since boot, or else as epoch seconds. */
    private @Nullable Double moment(JsonNode parent, String name) {
        Double uptime = Json.number(parent, name + "Uptime");
        if (uptime != null) {
            return uptime;
        }
        Double at = Json.number(parent, name + "At");
        return at == null ? null : at - bootedAt;
    }

    private CloudInit cloudInit(JsonNode json) {
        return new CloudInit(
                switch (Json.text(json, "state", "").toLowerCase(Locale.ROOT)) {
                    case "done" -> CloudInit.State.DONE;
                    case "running" -> CloudInit.State.RUNNING;
                    case "failed" -> CloudInit.State.FAILED;
                    case "disabled" -> CloudInit.State.DISABLED;
                    case "absent" -> CloudInit.State.ABSENT;
                    default -> CloudInit.State.UNKNOWN;
                },
                Json.text(json, "version"),
                moment(json, "finished"),
                Json.text(json, "source"),
                Json.flag(json, "upgradedPackages"),
                Json.texts(json, "errors"));
    }

    private static Agent agent(JsonNode json) {
        return new Agent(
                Json.flag(json, "installed"),
                Json.text(json, "version"),
                Json.flag(json, "running"),
                Json.flag(json, "startsAtBoot"),
                Json.flag(json, "afterCloudInit"),
                Json.text(json, "rootDir"),
                Json.texts(json, "ongoing"));
    }

    private @Nullable DeploymentTrace deployment(JsonNode json) {
        String group = Json.text(json, "groupId");
        String id = Json.text(json, "deploymentId");
        if (group == null || id == null) {
            return null;
        }
        return new DeploymentTrace(
                group,
                id,
                moment(json, "started"),
                Json.text(json, "source"),
                Json.flag(json, "thisBoot", false),
                Json.flag(json, "thisInstance", true),
                Json.flag(json, "lastInstalled", false));
    }

    private @Nullable JdkPackage jdkPackage(JsonNode json) {
        String name = Json.text(json, "name");
        return name == null
                ? null
                : new JdkPackage(
                        name, Json.text(json, "version"), moment(json, "installed"), Json.text(json, "manager"));
    }

    private @Nullable Jvm jvm(JsonNode json) {
        Integer pid = Json.integer(json, "pid");
        if (pid == null || pid <= 0) {
            return null;
        }
        List<String> deleted = Json.texts(json, "deletedMappings");
        return new Jvm(
                pid,
                moment(json, "started"),
                Json.count(json, "startTicks"),
                Json.text(json, "user"),
                Json.text(json, "unit"),
                Json.flag(json, "container", false),
                Json.text(json, "exe"),
                Json.integer(json, "exeLinks"),
                Json.text(json, "javaHome"),
                Json.flag(json, "javaHomeGone", false),
                deleted,
                Json.text(json, "versionInUse"),
                Json.text(json, "versionOnDisk"),
                Json.text(json, "groupId"));
    }

    private static @Nullable FailedUnit failedUnit(JsonNode json) {
        String unit = Json.text(json, "unit");
        return unit == null ? null : new FailedUnit(unit, Json.text(json, "result"), Json.integer(json, "exitStatus"));
    }

    private static @Nullable Symptom symptom(JsonNode json) {
        String line = Json.text(json, "line");
        return line == null ? null : new Symptom(Json.text(json, "file"), line);
    }
}
