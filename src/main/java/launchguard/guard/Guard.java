package launchguard.guard;

import java.time.Duration;
import java.util.Optional;
import launchguard.guard.Decision.AskAgain;
import launchguard.guard.Decision.Close;
import launchguard.guard.Decision.Escalate;
import launchguard.guard.Decision.GiveUp;
import launchguard.guard.Decision.Refuse;
import launchguard.guard.Decision.Report;
import launchguard.guard.Decision.TellAndAskAgain;
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

/** Decides what may be done. */
public final class Guard {
    private Guard() {}

    /** What can be decided without asking about the group; empty when an action is to be considered. */
    public static Optional<Decision> settled(Situation situation) {
        boolean over = over(situation);
        Duration wait = wait(situation);
        if (situation.loss() != null && withoutHarm(situation.verdict())) {
            return afterLoss(situation, over);
        }
        return switch (situation.verdict()) {
            case Healthy v -> well(situation, v.jvms());
            case LuckyRace v -> well(situation, v.jvms());
            case NotDeployed ignored -> well(situation, 0);
            case StillBooting ignored -> Optional.of(over ? new GiveUp() : new AskAgain(wait));
            case BootStuck ignored -> Optional.of(over ? new GiveUp() : new TellAndAskAgain(wait));
            case Inconclusive ignored -> Optional.of(over ? new GiveUp() : new AskAgain(wait));
            case Unreachable ignored -> Optional.of(over ? new GiveUp() : new AskAgain(wait));
            case StaleBystander ignored -> bystander(situation);
            case StaleJdk v ->
                v.impact() == Impact.REPLACED_IN_PLACE && !situation.limits().actInPlace()
                        ? Optional.of(new Refuse(
                                new Refusal(Refusal.Name.REPORT_ONLY, "a JDK replaced in place is only reported here")))
                        : held(situation);
            case DeploymentFailed ignored -> held(situation);
            case JdkReplaced ignored -> held(situation);
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
     * anew, so a second look is taken; where the remedy failed half-way the next rung follows at once.
     */
    private static Optional<Decision> afterLoss(Situation situation, boolean over) {
        boolean lookAgain = !over
                && situation.history().asked() == 0
                && !situation.history().lastBroke();
        return lookAgain ? Optional.of(new AskAgain(Backoff.SHORTEST)) : held(situation);
    }

    /** A good verdict ends the case, unless a remedy that failed half-way left the application without a JVM. */
    private static Optional<Decision> well(Situation situation, int jvms) {
        History history = situation.history();
        if (history.broke() && jvms == 0) {
            return held(situation);
        }
        boolean repaired = history.attempts().stream()
                .anyMatch(attempt -> attempt.end() == Attempt.End.PROVED || attempt.end() == Attempt.End.BROKE);
        return Optional.of(new Close(repaired));
    }

    /** A remedy that failed half-way is never closed as a mere report, nor followed by more than a restart. */
    private static Optional<Decision> bystander(Situation situation) {
        if (situation.history().broke()) {
            return Optional.of(new Escalate(new Refusal(
                    Refusal.Name.LADDER_EXHAUSTED,
                    "a remedy failed half-way, and what is stale now was started by no deployment")));
        }
        return situation.limits().actOnBystanders()
                ? held(situation)
                : Optional.of(new Report("no deployment started these JVMs: their owner must restart them"));
    }

    private static Optional<Decision> held(Situation situation) {
        if (situation.history().observeOnly()) {
            return observe("only a diagnosis was asked for");
        }
        return situation.limits().remediate()
                ? Optional.empty()
                : observe("observe mode changes nothing; LAUNCH_GUARD_MODE=remediate would act");
    }

    private static Optional<Decision> observe(String reason) {
        return Optional.of(new Refuse(new Refusal(Refusal.Name.OBSERVE_MODE, reason)));
    }

    /** The next rung, or why not. Only for situations that {@link #settled} left open. */
    public static Decision decide(Situation situation, GroupState group, Ledger ledger) {
        if (!group.optedIn()) {
            return new Refuse(new Refusal(
                    Refusal.Name.OPTED_OUT, "the opt-in tag is no longer on the instance and on its group"));
        }
        GroupState.Member member = group.member(situation.caseId().instance());
        if (member == null || member.ending()) {
            return new Decision.Gone();
        }
        if (situation.verdict() instanceof DeploymentFailed && !member.inService()) {
            return new Report(
                    "CodeDeploy and Auto Scaling end an instance whose launch deployment failed by themselves");
        }
        return new LadderStep(situation, group, ledger, member).decide();
    }

    /** When a refusal for now is tried again; never once the case's window has ended. */
    static Optional<Duration> retry(Situation situation) {
        return over(situation) ? Optional.empty() : Optional.of(wait(situation));
    }

    private static boolean over(Situation situation) {
        return !situation.now().isBefore(situation.history().windowEnds());
    }

    /** The last wait ends with the window, so that nothing is given up before it nor long after. */
    private static Duration wait(Situation situation) {
        Duration left = Duration.between(situation.now(), situation.history().windowEnds());
        Duration wait = Backoff.after(situation.history().asked());
        Duration shorter = wait.compareTo(left) < 0 ? wait : left;
        return shorter.compareTo(Backoff.SHORTEST) < 0 ? Backoff.SHORTEST : shorter;
    }
}
