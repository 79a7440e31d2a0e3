package launchguard.intake;

import launchguard.model.DeploymentGroup;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * A request to open a case for an instance.
 *
 * @param deployment null when the signal named none
 * @param deployedWell whether the signal says that this deployment succeeded on the instance
 * @param manual whether a person asks: then the launch window does not count, and a closed case is no answer
 */
record Request(
        InstanceId instance,
        @Nullable DeploymentId deployment,
        @Nullable DeploymentGroup deploymentGroup,
        boolean deployedWell,
        boolean manual,
        boolean observeOnly,
        String said) {

    static Request event(
            InstanceId instance, @Nullable DeploymentId deployment, @Nullable DeploymentGroup group, String said) {
        return new Request(instance, deployment, group, false, false, false, said);
    }
}
