package launchguard.verdict;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the evidence, and what is known besides it.
 *
 * @param instance the instance it must be of; null when any will do
 * @param bootId the boot it must be of; null when not known yet
 * @param deployment the deployment that is asked about; null for whatever was deployed last
 * @param records CodeDeploy's own records, none or more
 * @param jvmUnits units in which earlier evidence of the same case saw JVMs of deployments
 * @param jvmSeen whether earlier evidence of the same case saw a JVM of a deployment
 * @param bootDeadline how long after boot cloud-init and the deployment may take
 */
public record Question(
        @Nullable InstanceId instance,
        @Nullable String bootId,
        @Nullable DeploymentId deployment,
        List<DeploymentRecord> records,
        Set<String> jvmUnits,
        boolean jvmSeen,
        Duration bootDeadline) {
    /** Copies its collections. */
    public Question {
        records = List.copyOf(records);
        jvmUnits = Set.copyOf(jvmUnits);
    }
}
