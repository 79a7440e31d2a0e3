package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** CodeDeploy's CreateDeployment: what it refuses, and what it begins. */
final class CreateDeployment {
    private static final int LONGEST_DESCRIPTION = 256;
    private final CodeDeploy codeDeploy;
    private final Fleet fleet;
    private final Names names;
    private final Rollout rollout;

    CreateDeployment(CodeDeploy codeDeploy, Fleet fleet, Names names, Rollout rollout) {
        this.codeDeploy = codeDeploy;
        this.fleet = fleet;
        this.names = names;
        this.rollout = rollout;
    }

    void application(String name) {
        if (codeDeploy.groups().values().stream()
                .noneMatch(each -> each.application().equals(name))) {
            throw new AwsError("ApplicationDoesNotExistException", "No application found for name: " + name);
        }
    }

    DeploymentGroup group(String application, @Nullable String name) {
        application(application);
        if (name == null) {
            throw new AwsError("DeploymentGroupNameRequiredException", "The deployment group name is required.");
        }
        DeploymentGroup group = codeDeploy.groups().get(application + "/" + name);
        if (group == null) {
            throw new AwsError("DeploymentGroupDoesNotExistException", "No Deployment Group found for name: " + name);
        }
        return group;
    }

    ObjectNode create(ObjectNode input) {
        DeploymentGroup group = group(input.path("applicationName").asText(), Json.text(input, "deploymentGroupName"));
        String description = input.path("description").asText();
        if (description.length() > LONGEST_DESCRIPTION) {
            throw new AwsError("DescriptionTooLongException", "The description is too long.");
        }
        if (input.has("targetInstances") && !group.blueGreen()) {
            throw new AwsError(
                    "InvalidTargetInstancesException",
                    "Configuration data for target instances was entered for an in-place deployment.");
        }
        if (!(input.path("revision") instanceof ObjectNode revision)) {
            throw new AwsError("RevisionRequiredException", "The revision is required.");
        }
        if (!revision.equals(group.revision())
                && !revision.path("revisionType").asText().equals("S3")) {
            throw new AwsError("RevisionDoesNotExistException", "The revision is not registered.");
        }
        codeDeploy.all().stream()
                .filter(each -> each.group == group && each.active())
                .findFirst()
                .ifPresent(active -> {
                    throw new AwsError(
                            "DeploymentLimitExceededException",
                            "The Deployment Group '" + group.name() + "' already has an active Deployment '" + active.id
                                    + "'");
                });
        Deployment deployment = codeDeploy.create(names.deployment(), group, "user", description, revision);
        List<Instance> reached =
                fleet.instances().values().stream().filter(group::reaches).toList();
        if (group.blueGreen()) {
            rollout.copyFleet(deployment, reached);
        } else {
            rollout.begin(deployment, reached);
        }
        return Json.object("deploymentId", deployment.id);
    }
}
