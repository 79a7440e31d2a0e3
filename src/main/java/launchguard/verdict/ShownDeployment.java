package launchguard.verdict;

import java.util.Comparator;
import java.util.Objects;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence;
import launchguard.probe.Evidence.DeploymentTrace;
import org.jspecify.annotations.Nullable;

/** Finds the deployment that an instance shows, whose record is read from CodeDeploy. */
public final class ShownDeployment {
    private ShownDeployment() {}

    /** The latest of this boot with a valid id; CodeDeploy has no record of local ones. */
    public static @Nullable DeploymentId of(Evidence evidence) {
        return evidence.deployments().stream()
                .filter(trace -> trace.thisBoot() && trace.thisInstance())
                .sorted(Comparator.comparingDouble(ShownDeployment::start).reversed())
                .map(trace -> id(trace.deploymentId()))
                .filter(Objects::nonNull)
                .filter(id -> !id.local())
                .findFirst()
                .orElse(null);
    }

    private static double start(DeploymentTrace trace) {
        return trace.startedUptime() == null ? 0 : trace.startedUptime();
    }

    private static @Nullable DeploymentId id(String text) {
        try {
            return new DeploymentId(text);
        } catch (IllegalArgumentException hostile) {
            return null;
        }
    }
}
