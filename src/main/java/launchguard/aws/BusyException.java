package launchguard.aws;

import launchguard.model.DeploymentId;

/** CodeDeploy throttles, and the read can wait. */
public final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** For the targets of this deployment, which were not read. */
    public BusyException(DeploymentId deployment) {
        super("CodeDeploy throttles, so the targets of " + deployment + " are listed later");
    }
}
