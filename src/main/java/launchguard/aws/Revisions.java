package launchguard.aws;

import launchguard.model.DeploymentGroup;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.DeploymentGroupInfo;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocation;

/** Reads which revision a deployment installed. */
final class Revisions {
    private final Clients clients;

    Revisions(Clients clients) {
        this.clients = clients;
    }

    /** The last revision that a group deployed successfully. */
    @Nullable
    RevisionLocation current(DeploymentGroup group) {
        DeploymentGroupInfo info = clients.codeDeploy
                .get()
                .getDeploymentGroup(
                        request -> request.applicationName(group.application()).deploymentGroupName(group.name()))
                .deploymentGroupInfo();
        return info.lastSuccessfulDeployment() == null
                        || info.lastSuccessfulDeployment().deploymentId() == null
                ? info.targetRevision()
                : of(info.lastSuccessfulDeployment().deploymentId());
    }

    /** The revision of this deployment. */
    @Nullable
    RevisionLocation of(String deployment) {
        return clients.codeDeploy
                .get()
                .getDeployment(request -> request.deploymentId(deployment))
                .deploymentInfo()
                .revision();
    }
}
