package launchguard.cases;

import java.time.Instant;
import launchguard.guard.Action;
import launchguard.guard.Attempt;
import launchguard.model.CaseId;
import launchguard.model.CommandId;
import launchguard.model.DeploymentId;
import org.jspecify.annotations.Nullable;

/** What a case waits for; each open step has a timer. */
public sealed interface CaseStep {

    /** The instance is to be probed, not before that time. */
    record ToProbe(Instant notBefore) implements CaseStep {}

    /**
     * The probe was sent.
     *
     * @param judged whether its evidence is stored with the verdict, and only the guard is still to be asked
     */
    record Probing(CommandId command, Instant sentAt, boolean judged) implements CaseStep {
        /** A probe whose evidence is still to be judged. */
        public Probing(CommandId command, Instant sentAt) {
            this(command, sentAt, false);
        }
    }

    /**
     * The remedy is decided and reserved; whether it was sent is not known.
     *
     * @param lookedInVain when a lookup in AWS first did not find it; null before that
     */
    record Intended(
            Action action,
            int attempt,
            Instant at,
            @Nullable Instant lookedInVain) implements CaseStep {
        /**
         * The comment or description of the command or deployment that carries it out; at most 100 characters, as in a
         * comment.
         */
        public String marker(CaseId caseId) {
            return "launch-guard " + caseId + "/" + attempt;
        }

        /** The attempt, with this end. */
        public Attempt ended(Attempt.End how) {
            return new Attempt(attempt, action, how);
        }
    }

    /** A document runs on the instance. */
    record Running(Action action, int attempt, CommandId command, Instant sentAt) implements CaseStep {}

    /** CodeDeploy deploys to the group. */
    record Deploying(Action action, int attempt, DeploymentId deployment, Instant sentAt) implements CaseStep {}

    /** The instance was marked unhealthy. */
    record Replacing(Action action, int attempt, Instant sentAt) implements CaseStep {}

    /** The case has ended. */
    record Ended(Status status, Instant at) implements CaseStep {}
}
