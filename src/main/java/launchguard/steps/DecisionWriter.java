package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.cases.CaseChange;
import launchguard.cases.Gate;
import launchguard.cases.Status;
import launchguard.guard.Decision;
import launchguard.guard.Refusal;
import launchguard.report.CaseWording;
import org.jspecify.annotations.Nullable;

/** Stores what was decided as the case's next step. */
public final class DecisionWriter {
    private static final String GATE_WOULD = "GATE_WOULD";

    private final IntentWriter intents;
    private final CaseScheduler scheduler;
    private final CaseCloser closer;
    private final AbsenceCheck absence;
    private final Gatekeeper gatekeeper;

    public DecisionWriter(
            IntentWriter intents,
            CaseScheduler scheduler,
            CaseCloser closer,
            AbsenceCheck absence,
            Gatekeeper gatekeeper) {
        this.intents = intents;
        this.scheduler = scheduler;
        this.closer = closer;
        this.absence = absence;
        this.gatekeeper = gatekeeper;
    }

    /** {@code checks}: the group's health checks that look at the application. */
    Case carryOut(Decision decision, CaseChange change, Set<String> checks, Instant now) {
        Case current = observed(decision, change.done(), now);
        return switch (decision) {
            case Decision.Close close ->
                closer.end(current, close.repaired() ? Status.REPAIRED : Status.CLOSED, CaseCloser.free(current));
            case Decision.Gone ignored -> absence.fromGroup(current);
            case Decision.AskAgain again ->
                scheduler.ask(current.change().finding(CaseCloser.free(current)), again.after());
            case Decision.AnnounceAndAskAgain again -> scheduler.announceStuck(current, again.after());
            case Decision.GiveUp ignored ->
                closer.end(
                        current,
                        current.attempts().isEmpty() ? Status.UNRESOLVED : Status.ESCALATED,
                        CaseCloser.free(current));
            case Decision.Report report ->
                closer.end(
                        current,
                        Status.REPORTED,
                        CaseCloser.free(current).because(CaseWording.onlyReported(current, report.reason())));
            case Decision.RefuseForNow refused -> scheduler.refuse(current, refused.refusal(), refused.after());
            case Decision.Refuse refused ->
                closer.end(
                        current.change()
                                .finding(current.finding().would(refused.would()))
                                .done(),
                        refused.refusal().name() == Refusal.Name.REPORT_ONLY ? Status.REPORTED : Status.REFUSED,
                        refused.refusal());
            case Decision.Escalate escalated -> closer.end(current, Status.ESCALATED, escalated.refusal());
            case Decision.Act act -> intents.intend(current, act, checks, now);
            case Decision.Join join -> intents.join(current, join, now);
            case Decision.Release release -> release(current, release, checks, now);
        };
    }

    /** Stores what follows together with the intent to answer the gate; the answer is given next. */
    private Case release(Case held, Decision.Release release, Set<String> checks, Instant now) {
        return gatekeeper.release(carryOut(
                release.then(),
                gatekeeper.releasing(held, release.proved(), "the gate lets it go on: " + release.why(), now),
                checks,
                now));
    }

    /**
     * In mode observe the case of a gated launch records what the gate would have done: how long it would have held,
     * and its answer.
     */
    private static Case observed(Decision decision, Case current, Instant now) {
        Gate gate = current.gate();
        if (gate == null || !gate.observed() || current.announced().contains(GATE_WOULD)) {
            return current;
        }
        String answer = switch (decision) {
            case Decision.Close ignored -> "CONTINUE";
            case Decision.Report ignored -> "CONTINUE";
            case Decision.Refuse refused -> answer(refused.would());
            case Decision.Escalate ignored -> "CONTINUE, unproved";
            case Decision.GiveUp ignored -> "CONTINUE, unproved";
            case Decision.Release ignored -> null;
            case Decision.Gone ignored -> null;
            case Decision.AskAgain ignored -> null;
            case Decision.AnnounceAndAskAgain ignored -> null;
            case Decision.RefuseForNow ignored -> null;
            case Decision.Act ignored -> null;
            case Decision.Join ignored -> null;
        };
        return answer == null
                ? current
                : current.change()
                        .announced(GATE_WOULD)
                        .noted(
                                now,
                                "in mode remediate the gate would have held it for "
                                        + Duration.between(gate.heldSince(), now)
                                                .toSeconds() + " s, then: " + answer)
                        .done();
    }

    private static String answer(@Nullable String would) {
        return would == null
                ? "CONTINUE, unproved"
                : switch (would) {
                    case "replace" -> "ABANDON";
                    case "restart", "redeploy" -> would + ", and CONTINUE once that is proved";
                    default -> "CONTINUE, unproved, at the deadline if " + would + " still holds the repair back";
                };
    }
}
