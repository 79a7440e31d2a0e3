package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;
import launchguard.cases.Case;
import launchguard.flow.Judge.Judgement;
import launchguard.verdict.VerdictName;

/** How soon after cloud-init's end a launch has its verdict. */
final class DetectionDelay {
    private DetectionDelay() {}

    /**
     * Seconds; empty unless this is the first conclusive verdict of a launch within its window: what is asked after a
     * remedy, of a later deployment or long afterwards says nothing of how soon launches are seen.
     */
    static OptionalDouble of(Case before, Judgement judgement, Instant now, Duration launchWindow) {
        Instant finished = judgement.finishedAt();
        boolean inWindow = now.isBefore(before.id().launchedAt().plus(launchWindow));
        if (finished == null || !inWindow || !first(before, judgement.verdict().name())) {
            return OptionalDouble.empty();
        }
        // Clocks differ by a little, and the instance's may be ahead.
        return OptionalDouble.of(Math.max(0, Duration.between(finished, now).toMillis() / 1000.0));
    }

    private static boolean first(Case before, VerdictName verdict) {
        String earlier = before.finding().verdict();
        return verdict.conclusive()
                && before.id().number() == 1
                && before.attempts().isEmpty()
                && (earlier == null || !VerdictName.valueOf(earlier).conclusive());
    }
}
