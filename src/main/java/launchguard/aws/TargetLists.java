package launchguard.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;

/** The targets of deployments that have ended, each asked for once; low-priority callers back off while CodeDeploy throttles. */
final class TargetLists {
    /** Enough for the launches of a few hours in a busy account. */
    private static final int KEPT = 1000;

    /** After a throttle, low-priority callers make no call for this long, so that CodeDeploy's quota refills for the others. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Clients clients;
    private final InstantSource clock;
    private final RecentAnswers<DeploymentId, List<InstanceId>> known = new RecentAnswers<>(KEPT);
    private volatile @Nullable Instant busySince;

    TargetLists(Clients clients, InstantSource clock) {
        this.clients = clients;
        this.clock = clock;
    }

    List<InstanceId> of(DeploymentId deployment, boolean lowPriority) {
        List<InstanceId> before = known.find(deployment).orElse(List.of());
        if (!before.isEmpty()) {
            return before;
        }
        return known.keep(
                deployment, lowPriority ? withLowPriority(deployment) : asked(clients.codeDeploy.get(), deployment));
    }

    private List<InstanceId> withLowPriority(DeploymentId deployment) {
        Instant now = clock.instant();
        Instant busy = busySince;
        if (busy != null && now.isBefore(busy.plus(PAUSE))) {
            throw new BusyException(deployment);
        }
        try {
            return asked(clients.codeDeployLowPriority.get(), deployment);
        } catch (AwsFailureException fault) {
            if (!fault.throttled()) {
                throw fault;
            }
            busySince = now;
            throw new BusyException(deployment);
        }
    }

    private static List<InstanceId> asked(CodeDeployClient client, DeploymentId deployment) {
        return Call.to("list the targets of " + deployment, "codedeploy:ListDeploymentTargets", () -> {
            try {
                return Targets.of(client, deployment);
            } catch (CodeDeployException fault) {
                return CodeDeployErrors.<List<InstanceId>>emptyIfNotFound(fault).orElse(List.of());
            }
        });
    }
}
