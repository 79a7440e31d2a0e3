package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import launchguard.cases.Case;
import launchguard.flow.Judge.Judgement;
import launchguard.verdict.Verdict;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;

/** Tells of a verdict. Each launch counts once in the figures of launches, and no instance that is asked about later. */
final class LaunchFigures {
    private static final Set<String> UNSETTLED = Set.of(
            VerdictName.STILL_BOOTING.name(),
            VerdictName.BOOT_STUCK.name(),
            VerdictName.INCONCLUSIVE.name(),
            VerdictName.UNREACHABLE.name());

    private final Rooms rooms;

    LaunchFigures(Rooms rooms) {
        this.rooms = rooms;
    }

    /** The case still has the finding of the verdict before. */
    void tell(Case one, Judgement judgement) {
        Instant now = rooms.now();
        boolean ofLaunch = ofLaunch(one, judgement.verdict(), now);
        rooms.teller().verdict(now, one, judgement.verdict(), ofLaunch);
        Double finished = judgement.finishedUptime();
        if (ofLaunch && finished != null) {
            double sinceLaunch = Duration.between(one.id().launchedAt(), now).toMillis() / 1000.0;
            rooms.teller().metrics().detectionDelay(now, Math.max(0, sinceLaunch - finished));
        }
    }

    /** Whether it is the first that says how the launch went; a second case of a launch is of a later deployment. */
    private boolean ofLaunch(Case one, Verdict verdict, Instant now) {
        boolean inWindow =
                now.isBefore(one.id().launchedAt().plus(rooms.settings().launchWindow()));
        return inWindow
                && one.id().number() == 1
                && one.attempts().isEmpty()
                && settles(verdict.name().name())
                && !settles(one.finding().verdict());
    }

    private static boolean settles(@Nullable String verdict) {
        return verdict != null && !UNSETTLED.contains(verdict);
    }
}
