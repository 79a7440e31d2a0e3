package launchguard.steps;

import java.time.Instant;
import java.util.Set;
import launchguard.aws.AwsFailureException;
import launchguard.cases.Case;
import launchguard.cases.Finding;
import launchguard.guard.Decision;
import launchguard.guard.Guard;
import launchguard.guard.JvmLoss;
import launchguard.guard.Refusal;
import launchguard.guard.Situation;
import launchguard.settings.Settings;
import launchguard.store.CaseClock;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** Asks the guard what a verdict leads to, and stores the answer as the case's next step. */
public final class DecisionStep {
    private final Settings settings;
    private final CaseClock clock;
    private final GroupDecision groupDecision;
    private final DecisionWriter writer;
    private final PatchReporter afterPatch;

    public DecisionStep(
            Settings settings,
            CaseClock clock,
            GroupDecision groupDecision,
            DecisionWriter writer,
            PatchReporter afterPatch) {
        this.settings = settings;
        this.clock = clock;
        this.groupDecision = groupDecision;
        this.writer = writer;
        this.afterPatch = afterPatch;
    }

    /** Whether the verdict alone decides, whatever the group's state. */
    boolean settled(Case current, Verdict verdict, @Nullable JvmLoss loss) {
        return (current.afterPatch() != null && PatchReporter.settles(verdict))
                || Guard.settled(situation(current, verdict, loss, clock.now())).isPresent();
    }

    /** Stores what the verdict leads to; an action is stored as intended, not done. */
    Case decide(Case current, Verdict verdict) {
        return decide(current, verdict, null);
    }

    /** As {@link #decide(Case, Verdict)}, with the JVM that is missing after a remedy. */
    Case decide(Case current, Verdict verdict, @Nullable JvmLoss loss) {
        Instant now = clock.now();
        Finding finding = CaseCloser.found(current, verdict);
        if (current.afterPatch() != null && PatchReporter.settles(verdict)) {
            return afterPatch.end(current.change().finding(finding).done(), verdict);
        }
        Decision decision =
                Guard.settled(situation(current, verdict, loss, now)).orElse(null);
        if (decision != null) {
            return writer.carryOut(decision, current.change().finding(finding), Set.of(), now);
        }
        try {
            return groupDecision.decide(current, verdict, loss, finding, now);
        } catch (AwsFailureException fault) {
            String observing = Guard.observing(situation(current, verdict, loss, now));
            if (observing == null || !fault.denied()) {
                throw fault;
            }
            // If nothing is done anyway, the verdict is reported even if it is unknown what would be done.
            Refusal refusal = new Refusal(
                    Refusal.Name.OBSERVE_MODE, observing + "; what would be done is not known: " + fault.getMessage());
            return writer.carryOut(
                    new Decision.Refuse(refusal), current.change().finding(finding), Set.of(), now);
        }
    }

    /** The situation as far as the case itself shows it. */
    private Situation situation(Case current, Verdict verdict, @Nullable JvmLoss loss, Instant now) {
        return GroupDecision.situation(current, verdict, loss, current.deploymentGroup(), settings.limits(), now);
    }
}
