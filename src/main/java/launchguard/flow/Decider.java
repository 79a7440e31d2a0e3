package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import launchguard.aws.Instances;
import launchguard.aws.ScalingGroup;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.CaseStep;
import launchguard.cases.Finding;
import launchguard.cases.Status;
import launchguard.guard.Decision;
import launchguard.guard.Refusal;
import launchguard.guard.Situation;
import launchguard.guard.Guard;
import launchguard.guard.GroupState;
import launchguard.guard.Ledger;
import launchguard.model.DeploymentGroup;
import launchguard.report.Wording;
import launchguard.verdict.Verdict;

/** Asks the guard what a verdict leads to, and stores the answer as the case's next step. */
final class Decider {
    /** A remedy that was decided and not sent is looked for after this: AWS's lists are eventually consistent. */
    static final Duration INTENT_TIMER = Duration.ofSeconds(90);
}
