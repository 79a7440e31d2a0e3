package launchguard.guard;

import java.time.Instant;
import launchguard.model.CaseId;
import launchguard.model.DeploymentGroup;
import launchguard.verdict.JudgedDeployment;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * The input of a decision.
 *
 * @param loss JVMs that are missing after a remedy; null when none is
 * @param hold the launch gate's hold on the instance; null where it has none
 * @param group the deployment group of the verdict's deployment; null when CodeDeploy could not name it
 */
public record Situation(
        CaseId caseId,
        Verdict verdict,
        @Nullable JvmLoss loss,
        History history,
        Limits limits,
        @Nullable DeploymentGroup group,
        Instant now,
        @Nullable Hold hold) {

    /** A situation without a missing JVM, of an instance that the launch gate does not hold. */
    public Situation(
            CaseId caseId,
            Verdict verdict,
            History history,
            Limits limits,
            @Nullable DeploymentGroup group,
            Instant now) {
        this(caseId, verdict, null, history, limits, group, now, null);
    }

    /** A situation of an instance that the launch gate does not hold. */
    public Situation(
            CaseId caseId,
            Verdict verdict,
            @Nullable JvmLoss loss,
            History history,
            Limits limits,
            @Nullable DeploymentGroup group,
            Instant now) {
        this(caseId, verdict, loss, history, limits, group, now, null);
    }

    /** The deployment that is to be repaired; null when none is known. */
    @Nullable
    JudgedDeployment subject() {
        return verdict.subject() != null || loss == null ? verdict.subject() : loss.subject();
    }
}
