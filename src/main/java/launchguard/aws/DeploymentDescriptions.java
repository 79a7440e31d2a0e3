package launchguard.aws;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import launchguard.model.DeploymentId;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.CodeDeployException;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;

/** Reads what never changes about deployments, once for each, up to 25 by one call. */
final class DeploymentDescriptions {
    private static final int IDS_A_CALL = 25;

    /** Enough for the launches of a few hours in a busy account. */
    private static final int KEPT = 5_000;

    private final RecentAnswers<DeploymentId, Description> known = new RecentAnswers<>(KEPT);

    /**
     * What never changes about a deployment.
     *
     * @param creator who or what began it, in CodeDeploy's words
     */
    record Description(
            String creator,
            @Nullable String application,
            @Nullable String group,
            @Nullable Instant createdAt) {
        private static Description of(DeploymentInfo info) {
            return new Description(
                    String.valueOf(info.creatorAsString()),
                    info.applicationName(),
                    info.deploymentGroupName(),
                    info.createTime());
        }

        /** Whether CodeDeploy's lifecycle hook began it for one launched instance. */
        boolean ofLaunch() {
            return creator.equals("autoscaling");
        }
    }

    /** The descriptions of those that CodeDeploy knows. */
    Map<DeploymentId, Description> of(CodeDeployClient codeDeploy, Collection<DeploymentId> deployments) {
        Map<DeploymentId, Description> found = new HashMap<>();
        List<DeploymentId> unknown = new ArrayList<>();
        for (DeploymentId deployment : deployments) {
            known.find(deployment)
                    .ifPresentOrElse(there -> found.put(deployment, there), () -> unknown.add(deployment));
        }
        for (int from = 0; from < unknown.size(); from += IDS_A_CALL) {
            List<DeploymentId> some = unknown.subList(from, Math.min(unknown.size(), from + IDS_A_CALL));
            Call.to(
                            "read deployments " + some,
                            "codedeploy:BatchGetDeployments",
                            () -> codeDeploy
                                    .batchGetDeployments(request -> request.deploymentIds(some.stream()
                                            .map(DeploymentId::value)
                                            .toList()))
                                    .deploymentsInfo())
                    .forEach(info -> {
                        DeploymentId id = new DeploymentId(info.deploymentId());
                        found.put(id, known.keep(id, Description.of(info)));
                    });
        }
        return found;
    }

    /** The description of one; empty when CodeDeploy does not know it. */
    Optional<Description> of(CodeDeployClient codeDeploy, DeploymentId deployment) {
        return known.find(deployment)
                .or(() -> Call.to("read deployment " + deployment, "codedeploy:GetDeployment", () -> {
                    try {
                        return Optional.of(known.keep(
                                deployment,
                                Description.of(codeDeploy
                                        .getDeployment(request -> request.deploymentId(deployment.value()))
                                        .deploymentInfo())));
                    } catch (CodeDeployException fault) {
                        return CodeDeployErrors.emptyIfNotFound(fault);
                    }
                }));
    }
}
