package launchguard.verdict;

import org.jspecify.annotations.Nullable;

/**
 * The deployment that a verdict judges.
 *
 * @param groupId the deployment group's id; null when neither the instance nor CodeDeploy showed it
 * @param deploymentId the latest deployment of that group in this boot, as the instance names it; null when unnamed
 */
public record JudgedDeployment(
        @Nullable String groupId, @Nullable String deploymentId) {}
