package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import launchguard.cases.Case;
import launchguard.flow.Judge.Judgement;
import launchguard.verdict.Verdict;
import launchguard.verdict.VerdictName;

/** Tells of a verdict. Each launch counts once in the figures of launches, and no instance that is asked about later. */
final class LaunchFigures {
    private final Rooms rooms;

    LaunchFigures(Rooms rooms) {
        this.rooms = rooms;
    }

    /** @param known the case with the verdict, {@code before} without */
    void tell(Case before, Case known, Judgement judgement) {
        Instant now = rooms.now();
        boolean ofLaunch = ofLaunch(before, judgement.verdict(), now);
        rooms.teller().verdict(now, known, judgement.verdict(), ofLaunch);
        Instant finished = judgement.finishedAt();
        if (ofLaunch && finished != null) {
            // Clocks differ by a little, and the instance's may be ahead.
            double seconds = Duration.between(finished, now).toMillis() / 1000.0;
            rooms.teller().metrics().detectionDelay(now, Math.max(0, seconds));
        }
    }

    /** Whether it is the first that says how the launch went; a second case of a launch is of a later deployment. */
    private boolean ofLaunch(Case one, Verdict verdict, Instant now) {
        String earlier = one.finding().verdict();
        boolean inWindow =
                now.isBefore(one.id().launchedAt().plus(rooms.settings().launchWindow()));
        return inWindow
                && one.id().number() == 1
                && one.attempts().isEmpty()
                && verdict.name().conclusive()
                && (earlier == null || !VerdictName.valueOf(earlier).conclusive());
    }
}
