package launchguard.flow;

import launchguard.aws.AwsFailureException;
import launchguard.aws.Deployments;
import launchguard.model.DeploymentId;
import org.jspecify.annotations.Nullable;

/**
 * Whether a deployment that is reported of an instance installed anything there. CodeDeploy also names the original
 * instances of a blue/green deployment, and instances in a termination hook.
 */
final class Installations {
    private final Deployments deployments;

    Installations(Deployments deployments) {
        this.deployments = deployments;
    }

    /** Why the request's deployment is no news of the instance; null when it is news, or when CodeDeploy is too busy to say. */
    @Nullable
    String nothing(Request request) {
        DeploymentId deployment = request.deployment();
        if (deployment == null || deployment.local() || request.manual()) {
            return null;
        }
        try {
            return deployments.installedNothing(deployment, request.instance())
                    ? "deployment " + deployment
                            + " installed nothing on the instance: it is an original of a blue/green"
                            + " deployment, or in a termination hook"
                    : null;
        } catch (AwsFailureException fault) {
            if (fault.throttled()) {
                return null;
            }
            throw fault;
        }
    }
}
