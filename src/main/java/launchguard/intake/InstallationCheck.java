package launchguard.intake;

import java.time.Duration;
import java.time.Instant;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Deployments;
import launchguard.model.DeploymentId;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a reported deployment belongs to the instance's present launch. CodeDeploy also names the original
 * instances of a blue/green deployment, and instances in a termination hook; and an event may come late, when the
 * instance boots again.
 */
public final class InstallationCheck {
    /** An event of a wait that comes later than this is later than the hook's timeout. */
    private static final Duration EVENT_OF_THE_WAIT = Duration.ofMinutes(10);

    private final Deployments deployments;

    public InstallationCheck(Deployments deployments) {
        this.deployments = deployments;
    }

    /** Why the request's deployment belongs to an earlier boot and not to this wait; null when it belongs to the wait. */
    @Nullable
    String earlier(DeploymentId deployment, Instant heldSince) {
        return deployments
                .createdAt(deployment)
                .filter(created -> created.isBefore(heldSince.minus(EVENT_OF_THE_WAIT)))
                .map(created -> "deployment " + deployment + " was created at " + created
                        + ", before the instance began to wait at the launch gate")
                .orElse(null);
    }

    /** Why the request's deployment changed nothing on the instance; null when it did, or when CodeDeploy throttles. */
    @Nullable
    String nothing(Request request, BatchLookups lookups) {
        DeploymentId deployment = request.deployment();
        if (deployment == null || deployment.local() || request.manual()) {
            return null;
        }
        if (lookups.ofLaunch(deployment)) {
            // Begun for an instance that was launched.
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
