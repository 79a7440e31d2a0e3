package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** A deployment of CodeDeploy, with one target for each instance. */
public final class Deployment {
    private static final Set<String> ACTIVE = Set.of("Created", "Queued", "InProgress", "Baking", "Ready");
    final String id;
    final DeploymentGroup group;
    final String creator;
    final String description;
    final ObjectNode revision;
    final Instant createdAt;
    final Map<String, Target> targets = new LinkedHashMap<>();
    String status = "Created";
    boolean lasting;
    final boolean blueGreen;

    @Nullable
    Instant startedAt;

    @Nullable
    Instant completedAt;

    @Nullable
    String errorCode;

    Deployment(String id, DeploymentGroup group, String creator, String description, ObjectNode revision, Instant at) {
        this.id = id;
        this.group = group;
        this.creator = creator;
        this.description = description;
        this.revision = revision;
        this.createdAt = at;
        this.blueGreen = group.blueGreen();
    }

    /** One instance of it. */
    static final class Target {
        final String instance;
        List<DeploymentTrace.Step> steps = List.of();
        String status = "Pending";
        /** In-place targets may be labelled so too. */
        String label = "Blue";

        /** The end of what the script of the failed lifecycle event printed. */
        @Nullable
        String logTail;

        Instant updatedAt;

        /** The lifecycle event that runs then is the last. */
        void failedAt(Instant now, boolean lasting, @Nullable String printed) {
            logTail = printed;
            List<DeploymentTrace.Step> begun =
                    steps.stream().filter(step -> !step.start().isAfter(now)).toList();
            if (!begun.isEmpty()) {
                DeploymentTrace.Step last = begun.getLast();
                Instant end = lasting || last.end().isAfter(now) ? now : last.end();
                steps = Stream.concat(
                                begun.subList(0, begun.size() - 1).stream(),
                                Stream.of(new DeploymentTrace.Step(last.name(), last.start(), end)))
                        .toList();
            }
        }

        Target(String instance, Instant at) {
            this.instance = instance;
            this.updatedAt = at;
        }
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Created, InProgress, Ready, Succeeded, Failed or Stopped. */
    public String status() {
        return status;
    }

    /** What its creator wrote. */
    public String description() {
        return description;
    }

    /** Whether it comes to this instance. */
    public boolean reaches(String instance) {
        return targets.containsKey(instance);
    }

    /** Whether it has not ended. */
    public boolean active() {
        return ACTIVE.contains(status);
    }

    /** What the API shows of it. */
    ObjectNode info() {
        return Json.object(
                "applicationName",
                group.application(),
                "deploymentGroupName",
                group.name(),
                "deploymentConfigName",
                "CodeDeployDefault.OneAtATime",
                "deploymentId",
                id,
                "revision",
                revision,
                "status",
                status,
                "errorInformation",
                errorCode == null ? null : Map.of("code", errorCode, "message", "The deployment failed."),
                "createTime",
                createdAt,
                "startTime",
                startedAt,
                "completeTime",
                completedAt,
                "deploymentOverview",
                overview(),
                "description",
                description.isEmpty() ? null : description,
                "creator",
                creator,
                "ignoreApplicationStopFailures",
                false,
                "updateOutdatedInstancesOnly",
                false,
                "deploymentStyle",
                group.style(blueGreen),
                "blueGreenDeploymentConfiguration",
                blueGreen ? DeploymentGroup.BLUE_GREEN : null,
                "fileExistsBehavior",
                "DISALLOW",
                "computePlatform",
                "Server");
    }

    private ObjectNode overview() {
        ObjectNode overview = Json.object();
        for (String each : List.of("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready")) {
            overview.put(
                    each,
                    targets.values().stream()
                            .filter(target -> target.status.equals(each))
                            .count());
        }
        return overview;
    }

    /** What the API shows of one target at this time. */
    static ObjectNode info(Deployment deployment, Target target, Instant now) {
        List<ObjectNode> events = target.steps.stream()
                .map(step -> Json.object(
                        "lifecycleEventName",
                        step.name(),
                        "startTime",
                        step.start().isAfter(now) ? null : step.start(),
                        "endTime",
                        step.end().isAfter(now) ? null : step.end(),
                        "diagnostics",
                        status(target, step, now).equals("Failed") && target.logTail != null
                                ? Map.of(
                                        "errorCode",
                                        "ScriptFailed",
                                        "scriptName",
                                        "scripts/check.sh",
                                        "message",
                                        "Script at specified location: scripts/check.sh failed with exit code 1",
                                        "logTail",
                                        target.logTail)
                                : null,
                        "status",
                        status(target, step, now)))
                .toList();
        return Json.object(
                "deploymentTargetType",
                "InstanceTarget",
                "instanceTarget",
                Json.object(
                        "deploymentId", deployment.id,
                        "targetId", target.instance,
                        "targetArn", Names.instanceArn(target.instance),
                        "status", target.status,
                        "lastUpdatedAt", target.updatedAt,
                        "lifecycleEvents", events,
                        "instanceLabel", target.label));
    }

    private static String status(Target target, DeploymentTrace.Step step, Instant now) {
        if (step.start().isAfter(now)) {
            return "Pending";
        }
        boolean last = step.equals(target.steps.getLast());
        return step.end().isAfter(now) ? "InProgress" : last && target.status.equals("Failed") ? "Failed" : "Succeeded";
    }
}
