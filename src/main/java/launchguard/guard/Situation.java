package launchguard.guard;

import java.time.Instant;
import launchguard.model.CaseId;
import launchguard.model.DeploymentGroup;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What is to be decided, and when.
 *
 * @param group the deployment group of the verdict's deployment; null when CodeDeploy could not name it
 */
public record Situation(
        CaseId caseId,
        Verdict verdict,
        History history,
        Limits limits,
        @Nullable DeploymentGroup group,
        Instant now) {}
