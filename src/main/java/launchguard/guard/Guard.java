package launchguard.guard;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import launchguard.guard.Decision.AnnounceAndAskAgain;
import launchguard.guard.Decision.AskAgain;
import launchguard.guard.Decision.Close;
import launchguard.guard.Decision.Escalate;
import launchguard.guard.Decision.GiveUp;
import launchguard.guard.Decision.Refuse;
import launchguard.guard.Decision.Report;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.BootStuck;
import launchguard.verdict.Verdict.DeploymentFailed;
import launchguard.verdict.Verdict.Healthy;
import launchguard.verdict.Verdict.Impact;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.JdkReplaced;
import launchguard.verdict.Verdict.LuckyRace;
import launchguard.verdict.Verdict.NotDeployed;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.StaleJdk;
import launchguard.verdict.Verdict.StillBooting;
import launchguard.verdict.Verdict.Unreachable;
import org.jspecify.annotations.Nullable;

/** Decides what may be done about a verdict. */
public final class Guard {
    private Guard() {}

    /** What can be decided without asking about the group; empty when an action is to be considered. */
    public static Optional<Decision> settled(Situation situation) {
        return settledInService(situation).map(usual -> gated(situation, usual));
    }

    private static Decision gated(Situation situation, Decision usual) {
        Hold hold = situation.hold();
        return hold == null ? usual : GateRules.held(situation, hold, usual);
    }

    private static Optional<Decision> settledInService(Situation situation) {
        boolean over = RetryWindow.over(situation);
        Duration wait = RetryWindow.wait(situation);
        if (situation.loss() != null && withoutHarm(situation.verdict())) {
            return afterLoss(situation, over);
        }
        return switch (situation.verdict()) {
            case Healthy v -> well(situation, v.jvms());
            case LuckyRace v -> well(situation, v.jvms());
            case NotDeployed ignored -> well(situation, 0);
            case StillBooting ignored -> Optional.of(over ? new GiveUp() : new AskAgain(wait));
            case BootStuck ignored -> Optional.of(over ? new GiveUp() : new AnnounceAndAskAgain(wait));
            case Inconclusive ignored -> Optional.of(over ? new GiveUp() : new AskAgain(wait));
            case Unreachable ignored -> Optional.of(over ? new GiveUp() : new AskAgain(wait));
            case StaleBystander ignored -> bystander(situation);
            case StaleJdk v ->
                v.impact() == Impact.REPLACED_IN_PLACE && !situation.limits().actInPlace()
                        ? Optional.of(new Refuse(
                                new Refusal(Refusal.Name.REPORT_ONLY, "a JDK replaced in place is only reported here")))
                        : Optional.empty();
            case DeploymentFailed ignored -> Optional.empty();
            case JdkReplaced ignored -> Optional.empty();
        };
    }

    /** Verdicts that name no harm by themselves: what a remedy has left behind outweighs them. */
    private static boolean withoutHarm(Verdict verdict) {
        return verdict instanceof Healthy
                || verdict instanceof LuckyRace
                || verdict instanceof NotDeployed
                || verdict instanceof Inconclusive;
    }

    /**
     * After a remedy the group's own JVM must run again. Where the instance itself had proved one it may be starting
     * again, so a second probe follows; where the remedy failed half-way the next rung follows at once.
     */
    private static Optional<Decision> afterLoss(Situation situation, boolean over) {
        boolean lookAgain = !over
                && situation.history().asked() == 0
                && !situation.history().lastBroke();
        return lookAgain ? Optional.of(new AskAgain(Backoff.SHORTEST)) : Optional.empty();
    }

    /** A good verdict ends the case, unless a remedy that failed half-way left the application without a JVM. */
    private static Optional<Decision> well(Situation situation, int jvms) {
        History history = situation.history();
        if (history.broke() && jvms == 0) {
            return Optional.empty();
        }
        boolean repaired = history.attempts().stream()
                .anyMatch(attempt -> attempt.end() == Attempt.End.PROVED || attempt.end() == Attempt.End.BROKE);
        return Optional.of(new Close(repaired));
    }

    /** A remedy that failed half-way is never closed as a mere report, nor followed by more than a restart. */
    private static Optional<Decision> bystander(Situation situation) {
        if (RungOption.untouched(situation)) {
            return Optional.of(
                    new Report("a redeployment left these JVMs untouched, so no deployment started them: their"
                            + " owner must restart them"));
        }
        if (situation.history().broke()) {
            return Optional.of(new Escalate(new Refusal(
                    Refusal.Name.LADDER_EXHAUSTED,
                    "a remedy failed half-way, and what is stale now was started by no deployment")));
        }
        return situation.limits().actOnBystanders()
                ? Optional.empty()
                : Optional.of(new Report("no deployment started these JVMs: their owner must restart them"));
    }

    /**
     * As {@link #decide(Situation, GroupState, GroupBudget, GroupBudget)} where the deployment group has no budget of
     * its own.
     */
    public static Decision decide(Situation situation, GroupState group, GroupBudget budget) {
        return decide(situation, group, budget, budget);
    }

    /**
     * The next rung, or why not; where nothing may be changed, what it would be. Only for situations that {@link #settled}
     * left open.
     *
     * @param shared the deployment group's budget, where whole groups are deployed to
     */
    public static Decision decide(Situation situation, GroupState group, GroupBudget budget, GroupBudget shared) {
        String observing = observing(situation, group);
        Decision decision = acting(situation, group, budget, shared);
        return gated(situation, observing == null ? decision : rehearsed(decision, observing, situation, group));
    }

    /**
     * The temporary refusal that follows from a group's members and its budget alone, whatever CodeDeploy says; empty
     * where CodeDeploy must be asked. It never allows anything. Only for situations that {@link #settled} left open.
     *
     * @param members the group as Auto Scaling describes it, no deployment known
     */
    public static Optional<Decision.RefuseForNow> heldBack(
            Situation situation, GroupState members, GroupBudget budget) {
        GroupState.Member member = members.member(situation.caseId().instance());
        boolean others = situation.hold() != null
                || member == null
                || member.waits()
                || situation.limits().wholeGroup()
                || observing(situation, members) != null;
        return !others
                        && acting(situation, members, budget, budget) instanceof Decision.RefuseForNow refused
                        && refused.refusal().name().ofGroup()
                ? Optional.of(refused)
                : Optional.empty();
    }

    /** Why this decision is only reported and not acted on; null where it is acted on. */
    public static @Nullable String observing(Situation situation, GroupState group) {
        String observing = observing(situation);
        if (observing != null) {
            return observing;
        }
        return group.observed() ? "the group's tag launch-guard-mode=observe lets nothing be changed" : null;
    }

    /** As {@link #observing(Situation, GroupState)}, whatever the group's own tag says. */
    public static @Nullable String observing(Situation situation) {
        if (situation.history().observeOnly()) {
            return "only a diagnosis was asked for";
        }
        return situation.limits().remediate() ? null : "observe mode changes nothing";
    }

    /**
     * The refusal of a decision that is only reported, with what would be done: ladder and checks were evaluated as if
     * it were acted on.
     */
    private static Decision rehearsed(Decision decision, String observing, Situation situation, GroupState group) {
        if (decision instanceof Decision.RefuseForNow refused
                && refused.refusal().name() == Refusal.Name.NOT_IN_SERVICE
                && launching(situation, group)) {
            return new AskAgain(refused.after());
        }
        return switch (decision) {
            case Decision.Act act -> observed(observing, act.action().rung());
            case Decision.Join join -> observed(observing, join.action().rung());
            case Decision.RefuseForNow refused -> observed(observing, refused.refusal());
            case Refuse refused ->
                refused.refusal().name() == Refusal.Name.OPTED_OUT ? refused : observed(observing, refused.refusal());
            case Escalate escalated -> observed(observing, escalated.refusal());
            case Close ignored -> decision;
            case Decision.Gone ignored -> decision;
            case AskAgain ignored -> decision;
            case AnnounceAndAskAgain ignored -> decision;
            case GiveUp ignored -> decision;
            case Report ignored -> decision;
            case Decision.Release ignored -> decision;
        };
    }

    /** Whether the instance is not in service yet and its case can wait for that; a person's diagnosis ends at once. */
    private static boolean launching(Situation situation, GroupState group) {
        GroupState.Member member = group.member(situation.caseId().instance());
        return member != null && member.launching() && !situation.history().observeOnly();
    }

    private static Refuse observed(String observing, Rung rung) {
        String would = rung.name().toLowerCase(Locale.ROOT);
        return new Refuse(new Refusal(Refusal.Name.OBSERVE_MODE, observing + "; the remedy would be " + would), would);
    }

    private static Refuse observed(String observing, Refusal refusal) {
        return new Refuse(
                new Refusal(
                        Refusal.Name.OBSERVE_MODE,
                        observing + "; a remedy would be held back by " + refusal.name() + ": " + refusal.reason()),
                refusal.name().name());
    }

    private static Decision acting(Situation situation, GroupState group, GroupBudget budget, GroupBudget shared) {
        if (!group.optedIn()) {
            return new Refuse(new Refusal(
                    Refusal.Name.OPTED_OUT, "the opt-in tag is no longer on the instance and on its group"));
        }
        GroupState.Member member = group.member(situation.caseId().instance());
        if (member == null || member.ending()) {
            return new Decision.Gone();
        }
        if (member.proceeding() && launching(situation, group) && !RetryWindow.over(situation)) {
            return new AskAgain(Backoff.SHORTEST);
        }
        if (situation.verdict() instanceof DeploymentFailed && !member.inService()) {
            return new Report(
                    "CodeDeploy and Auto Scaling end an instance whose launch deployment failed by themselves");
        }
        return new LadderStep(situation, group, budget, shared, member).decide();
    }
}
