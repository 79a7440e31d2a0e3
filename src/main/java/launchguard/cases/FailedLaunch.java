package launchguard.cases;

import java.time.Instant;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;

/**
 * A launch whose deployment failed, by CodeDeploy's own record.
 *
 * @param at when CodeDeploy reported the failure
 * @param event the lifecycle event that failed; null where CodeDeploy names none
 * @param startedAt when the deployment's first lifecycle event began; null when unknown
 * @param endedAt when its last one ended; null when unknown
 * @param javaMissing whether the failed script's output says that java, or a part of its JDK, was not there
 */
public record FailedLaunch(
        InstanceId instance,
        Instant at,
        @Nullable String event,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        boolean javaMissing) {}
