package launchguard.verdict;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about the evidence, and what is known besides it.
 *
 * @param instance the instance it must be of; null when any will do
 * @param bootId the boot it must be of; null when not known yet
 * @param deployment the deployment that is asked about; null for whatever was deployed last
 * @param records CodeDeploy's own records, none or more
 * @param seen the JVMs of deployment groups that earlier evidence of the same case and boot showed
 * @param remedied whether a remedy of the same case has ended: then a good verdict needs a JVM again where one was seen
 * @param bootDeadline how long after boot cloud-init and the deployment may take
 */
public record Question(
        @Nullable InstanceId instance,
        @Nullable String bootId,
        @Nullable DeploymentId deployment,
        List<DeploymentRecord> records,
        Set<SeenJvm> seen,
        boolean remedied,
        Duration bootDeadline) {
    /** Copies its collections. */
    public Question {
        records = List.copyOf(records);
        seen = Set.copyOf(seen);
    }
}
