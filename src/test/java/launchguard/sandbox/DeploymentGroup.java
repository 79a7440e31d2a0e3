package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** How it does it: the fleet is copied, traffic moves over, and the originals end an hour later. */
    static final ObjectNode BLUE_GREEN = Json.object(
            "deploymentReadyOption",
            Map.of("actionOnTimeout", "CONTINUE_DEPLOYMENT"),
            "greenFleetProvisioningOption",
            Map.of("action", "COPY_AUTO_SCALING_GROUP"),
            "terminateBlueInstancesOnDeploymentSuccess",
            Map.of("action", "TERMINATE", "terminationWaitTimeInMinutes", 60));

    private boolean blueGreen;
    private boolean terminationHook;
    private final List<Map<String, String>> tagFilters = new ArrayList<>();
    private final List<Map<String, String>> onPremisesFilters = new ArrayList<>();
    private List<List<Map<String, String>>> tagSet = List.of();
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

    /** Its deployments are blue/green from now on. */
    public DeploymentGroup blueGreen(boolean other) {
        blueGreen = other;
        return this;
    }

    boolean blueGreen() {
        return blueGreen;
    }

    /** It also deploys to instances with this tag, whatever scaling group they are in. */
    public DeploymentGroup tagged(String key, String value) {
        tagFilters.add(Map.of("Type", "KEY_AND_VALUE", "Key", key, "Value", value));
        return this;
    }

    /** It also deploys to instances that have a tag of each of these lists. */
    public DeploymentGroup taggedWithAll(List<Map.Entry<String, String>> tags) {
        tagSet = tags.stream()
                .map(tag -> List.of(Map.of("Type", "KEY_AND_VALUE", "Key", tag.getKey(), "Value", tag.getValue())))
                .toList();
        return this;
    }

    /** It also deploys to on-premises instances with this tag, which EC2 has never heard of. */
    public DeploymentGroup onPremises(String key, String value) {
        onPremisesFilters.add(Map.of("Type", "KEY_AND_VALUE", "Key", key, "Value", value));
        return this;
    }

    /** A hook of its own runs a deployment on each instance that Auto Scaling terminates. */
    public DeploymentGroup terminationHook(boolean enabled) {
        terminationHook = enabled;
        return this;
    }

    boolean terminationHook() {
        return terminationHook;
    }

    /** Whether a deployment to the group goes to this instance. */
    boolean reaches(Instance instance) {
        boolean byTag = tagFilters.stream().anyMatch(filter -> has(instance, filter));
        boolean byTagSet = !tagSet.isEmpty()
                && tagSet.stream().allMatch(some -> some.stream().anyMatch(filter -> has(instance, filter)));
        if (byTag || byTagSet) {
            return instance.state().equals("running");
        }
        return scalingGroups.contains(instance.group()) && instance.inService();
    }

    private static boolean has(Instance instance, Map<String, String> filter) {
        return Objects.equals(instance.tags().get(filter.get("Key")), filter.get("Value"));
    }

    Map<String, String> style(boolean asBlueGreen) {
        return asBlueGreen
                ? Map.of("deploymentType", "BLUE_GREEN", "deploymentOption", "WITH_TRAFFIC_CONTROL")
                : Map.of("deploymentType", "IN_PLACE", "deploymentOption", "WITHOUT_TRAFFIC_CONTROL");
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
                style(blueGreen),
                "blueGreenDeploymentConfiguration",
                blueGreen ? BLUE_GREEN : null,
                "ec2TagFilters",
                tagFilters.isEmpty() ? null : tagFilters,
                "ec2TagSet",
                tagSet.isEmpty() ? null : Map.of("ec2TagSetList", tagSet),
                "onPremisesInstanceTagFilters",
                onPremisesFilters.isEmpty() ? null : onPremisesFilters,
                "outdatedInstancesStrategy",
                "UPDATE",
                "lastSuccessfulDeployment",
                last(lastSuccessful),
                "lastAttemptedDeployment",
                last(lastAttempted),
                "computePlatform",
                "Server",
                "terminationHookEnabled",
                terminationHook);
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
