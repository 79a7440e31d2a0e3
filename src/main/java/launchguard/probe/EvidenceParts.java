package launchguard.probe;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import launchguard.probe.Evidence.Agent;
import launchguard.probe.Evidence.DeploymentTrace;
import launchguard.probe.Evidence.FailedUnit;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.probe.Evidence.Jvm;
import launchguard.probe.Evidence.PackageManager;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parts of the evidence; an item without its name is left out.
 *
 * @param bootedAt epoch seconds of this boot
 */
record EvidenceParts(double bootedAt) {
    /** A moment given as seconds since boot, or else as epoch seconds. */
    @Nullable
    Double moment(JsonNode parent, String name) {
        Double uptime = Json.number(parent, name + "Uptime");
        if (uptime != null) {
            return uptime;
        }
        Double at = Json.number(parent, name + "At");
        return at == null ? null : Millis.rounded(at - bootedAt);
    }

    CloudInit cloudInit(JsonNode json) {
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
                Json.texts(json, "errors"),
                Json.items(json, "stages", this::stage));
    }

    private CloudInit.@Nullable Stage stage(JsonNode json) {
        String name = Json.text(json, "name");
        Double started = moment(json, "started");
        if (name == null || started == null || started < 0) {
            return null;
        }
        Double finished = moment(json, "finished");
        return new CloudInit.Stage(name, started, finished != null && finished >= started ? finished : null);
    }

    Agent agent(JsonNode json) {
        return new Agent(
                Json.flag(json, "installed"),
                Json.text(json, "version"),
                Json.flag(json, "running"),
                Json.flag(json, "startsAtBoot"),
                Json.flag(json, "afterCloudInit"),
                Json.text(json, "rootDir"),
                moment(json, "started"),
                Json.texts(json, "ongoing"));
    }

    @Nullable
    DeploymentTrace deployment(JsonNode json) {
        String group = Json.text(json, "groupId");
        String id = Json.text(json, "deploymentId");
        if (group == null || id == null) {
            return null;
        }
        Double started = moment(json, "started");
        // A deployment without any date counts as one of this boot: another boot would be a guess.
        boolean mayBeOfThisBoot = started == null || started >= 0;
        return new DeploymentTrace(
                group,
                id,
                started,
                Json.text(json, "source"),
                Json.flag(json, "thisBoot", mayBeOfThisBoot),
                Json.flag(json, "thisInstance", true),
                Json.flag(json, "lastInstalled", false),
                moment(json, "ended"),
                Json.flag(json, "namesJava"));
    }

    @Nullable
    JdkPackage jdkPackage(JsonNode json) {
        String name = Json.text(json, "name");
        return name == null
                ? null
                : new JdkPackage(
                        name,
                        Json.text(json, "version"),
                        moment(json, "installed"),
                        Json.text(json, "manager"),
                        Json.flag(json, "removed", false),
                        Json.flag(json, "first", false));
    }

    @Nullable
    PackageManager packageManager(JsonNode json) {
        String name = Json.text(json, "name");
        return name == null ? null : new PackageManager(name, Json.integer(json, "pid"), moment(json, "started"));
    }

    @Nullable
    Jvm jvm(JsonNode json) {
        Integer pid = Json.integer(json, "pid");
        if (pid == null || pid <= 0) {
            return null;
        }
        String home = Json.text(json, "javaHome", "");
        List<String> deleted = Json.texts(json, "deletedMappings").stream()
                .map(path -> absolute(path, home))
                .toList();
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
                Json.text(json, "groupId"),
                Json.text(json, "sign"));
    }

    /** The probe prints a path below java.home without it; older evidence and paths elsewhere are whole, or cut in front. */
    private static String absolute(String path, String home) {
        return path.startsWith("/") || path.startsWith("...") ? path : home + "/" + path;
    }

    @Nullable
    FailedUnit failedUnit(JsonNode json) {
        String unit = Json.text(json, "unit");
        return unit == null
                ? null
                : new FailedUnit(
                        unit,
                        Json.text(json, "state", "failed"),
                        Json.text(json, "result"),
                        Json.integer(json, "exitStatus"),
                        Json.text(json, "stage"),
                        Json.integer(json, "restarts"),
                        Json.flag(json, "java"),
                        Json.flag(json, "javaGone"),
                        Json.flag(json, "javaWasHere"),
                        moment(json, "started"),
                        moment(json, "ended"),
                        Json.flag(json, "condition", true),
                        Json.flag(json, "ignored", false),
                        Json.flag(json, "tried", true),
                        Json.text(json, "groupId"),
                        Json.text(json, "sign"));
    }
}
