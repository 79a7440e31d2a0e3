package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** A deployment group of CodeDeploy. */
public final class DeploymentGroup {
    private final String application;
    private final String name;
    private final String id;
    private final List<String> scalingGroups = new ArrayList<>();

    @Nullable
    Deployment lastSuccessful;

    @Nullable
    Deployment lastAttempted;

    private ObjectNode revision = revision("rest-api/build-41.zip");
    private GroupDeployment effect = new GroupRedeployment();

    /** What a deployment to the group does to one instance; whether it succeeds. */
    @FunctionalInterface
    public interface GroupDeployment {
        /** Deploys to one instance. */
        boolean deploy(Instance instance, Deployment deployment);
    }

    DeploymentGroup(String application, String name, String id) {
        this.application = application;
        this.name = name;
        this.id = id;
    }

    /** An archive in S3. */
    static ObjectNode revision(String key) {
        return Json.object(
                "revisionType",
                "S3",
                "s3Location",
                Map.of(
                        "bucket",
                        "releases",
                        "key",
                        key,
                        "bundleType",
                        "zip",
                        "eTag",
                        "5d41402abc4b2a76b9719d911017c592"));
    }

    /** Its application. */
    public String application() {
        return application;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its id, by which the agent's folders are named. */
    public String id() {
        return id;
    }

    /** It deploys to this Auto Scaling group's instances. */
    public DeploymentGroup attach(String scalingGroup) {
        scalingGroups.add(scalingGroup);
        return this;
    }

    List<String> scalingGroups() {
        return scalingGroups;
    }

    ObjectNode revision() {
        return revision;
    }

    /** Another revision is the last successful one from now on. */
    public DeploymentGroup released(String key) {
        revision = revision(key);
        return this;
    }

    /** What deployments to the whole group do; by default what the local deployment does, under the new id. */
    public DeploymentGroup onDeployment(GroupDeployment what) {
        effect = what;
        return this;
    }

    GroupDeployment effect() {
        return effect;
    }

    /** What the API shows of it. */
    ObjectNode info() {
        return Json.object(
                "applicationName",
                application,
                "deploymentGroupId",
                id,
                "deploymentGroupName",
                name,
                "deploymentConfigName",
                "CodeDeployDefault.OneAtATime",
                "autoScalingGroups",
                scalingGroups.stream()
                        .map(group -> Map.of(
                                "name",
                                group,
                                "hook",
                                "CodeDeploy-managed-automatic-launch-deployment-hook-" + name + "-"
                                        + "8f0ad1a6-32f6-4bd8-bd0e-4d5d02e0a47c"))
                        .toList(),
                "serviceRoleArn",
                "arn:aws:iam::" + Names.ACCOUNT + ":role/CodeDeploy",
                "targetRevision",
                revision,
                "deploymentStyle",
                Map.of("deploymentType", "IN_PLACE", "deploymentOption", "WITHOUT_TRAFFIC_CONTROL"),
                "outdatedInstancesStrategy",
                "UPDATE",
                "lastSuccessfulDeployment",
                last(lastSuccessful),
                "lastAttemptedDeployment",
                last(lastAttempted),
                "computePlatform",
                "Server",
                "terminationHookEnabled",
                false);
    }

    private static @Nullable ObjectNode last(@Nullable Deployment deployment) {
        return deployment == null
                ? null
                : Json.object(
                        "deploymentId", deployment.id,
                        "status", deployment.status,
                        "endTime", deployment.completedAt,
                        "createTime", deployment.createdAt);
    }
}
