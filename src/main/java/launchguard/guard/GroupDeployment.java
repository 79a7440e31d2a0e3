package launchguard.guard;

import java.time.Instant;
import launchguard.model.CaseId;
import launchguard.model.DeploymentId;
import org.jspecify.annotations.Nullable;

/** A deployment of a whole deployment group; {@code deployment} is null until CodeDeploy has named it. */
public record GroupDeployment(
        CaseId caseId, Instant at, String groupId, @Nullable DeploymentId deployment) {

    /** Whether it was only intended, as far as is known, and by this case: then the case itself decides about it again. */
    boolean onlyIntendedBy(CaseId own) {
        return deployment == null && caseId.equals(own);
    }
}
