package launchguard.guard;

import java.time.Duration;
import java.time.Instant;
import launchguard.guard.Decision.Act;
import launchguard.guard.Decision.AnnounceAndAskAgain;
import launchguard.guard.Decision.AskAgain;
import launchguard.guard.Decision.Close;
import launchguard.guard.Decision.Escalate;
import launchguard.guard.Decision.GiveUp;
import launchguard.guard.Decision.Gone;
import launchguard.guard.Decision.Join;
import launchguard.guard.Decision.Refuse;
import launchguard.guard.Decision.RefuseForNow;
import launchguard.guard.Decision.Release;
import launchguard.guard.Decision.Report;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.StaleBystander;
import launchguard.verdict.Verdict.Unreachable;

/**
 * Decides when the launch gate releases a held instance: once its launch is proved, once nothing more can be done for
 * it, and at the deadline in any case.
 */
final class GateRules {
    private static final String DEADLINE = "the gate's deadline has passed";

    private GateRules() {}

    /** The decision for a held instance, from the decision that an instance in service would get. */
    static Decision held(Situation situation, Hold hold, Decision usual) {
        return switch (usual) {
            case Close close -> new Release(true, "its launch is proved", close);
            case Report report ->
                new Release(
                        situation.verdict() instanceof StaleBystander,
                        "nothing is to be repaired here: " + report.reason(),
                        report);
            case Refuse refuse ->
                unproved("its repair is refused: " + refuse.refusal().name(), refuse);
            case Escalate escalate ->
                unproved("it could not be repaired: " + escalate.refusal().name(), escalate);
            case GiveUp giveUp -> unproved(DEADLINE, giveUp);
            case AskAgain again ->
                over(situation, hold)
                        ? unproved(why(situation, hold), again)
                        : new AskAgain(within(again.after(), situation, hold));
            case AnnounceAndAskAgain again ->
                over(situation, hold)
                        ? unproved(why(situation, hold), again)
                        : new AnnounceAndAskAgain(within(again.after(), situation, hold));
            case RefuseForNow refuse ->
                over(situation, hold)
                        ? unproved(DEADLINE + ", and " + refuse.refusal().name() + " holds its repair back", refuse)
                        : new RefuseForNow(refuse.refusal(), within(refuse.after(), situation, hold));
            case Act act -> act;
            case Join join -> join;
            case Gone gone -> gone;
            case Release release -> release;
        };
    }

    private static Release unproved(String why, Decision then) {
        return new Release(false, why, then);
    }

    private static boolean over(Situation situation, Hold hold) {
        return !situation.now().isBefore(end(situation.verdict(), hold));
    }

    private static String why(Situation situation, Hold hold) {
        return situation.now().isBefore(hold.deadline())
                ? "its state could not be determined within 5 minutes of its deployment's end"
                : DEADLINE;
    }

    /** An instance whose state can't be determined is not a broken one: it does not wait as long as one that boots. */
    private static Instant end(Verdict verdict, Hold hold) {
        boolean doubtful = verdict instanceof Inconclusive || verdict instanceof Unreachable;
        Instant doubtEnds = hold.doubtEnds();
        return doubtful && doubtEnds != null && doubtEnds.isBefore(hold.deadline()) ? doubtEnds : hold.deadline();
    }

    /** The next probe comes at the end of the hold at the latest. */
    private static Duration within(Duration after, Situation situation, Hold hold) {
        Duration left = Duration.between(situation.now(), end(situation.verdict(), hold));
        return after.compareTo(left) < 0 ? after : left;
    }
}
