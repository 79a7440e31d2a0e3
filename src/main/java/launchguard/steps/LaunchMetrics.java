package launchguard.steps;

import java.time.Duration;
import java.time.Instant;
import launchguard.cases.Case;
import launchguard.notify.Notifier;
import launchguard.report.Metrics;
import launchguard.settings.Settings;
import launchguard.steps.Diagnoser.Judgement;
import launchguard.verdict.Verdict;
import launchguard.verdict.VerdictName;

/**
 * Counts verdicts. In the metrics of launches each launch counts once, and later requests about an instance don't
 * count.
 */
public final class LaunchMetrics {
    private final Settings settings;
    private final Notifier notifier;

    public LaunchMetrics(Settings settings, Notifier notifier) {
        this.settings = settings;
        this.notifier = notifier;
    }

    /**
     * A verdict that has been stored.
     *
     * @param before the case without it
     * @param at when it was reached
     */
    void count(Case before, Case stored, Judgement judgement, Instant at) {
        if (before.afterPatch() != null) {
            return;
        }
        boolean ofLaunch = ofLaunch(before, judgement.verdict(), at);
        Metrics metrics = notifier.metrics();
        metrics.verdict(at, judgement.verdict().name().name());
        Double margin = judgement.verdict().race().marginSeconds();
        if (ofLaunch && margin != null) {
            metrics.margin(at, stored.group().value(), margin);
        }
        Instant finished = judgement.finishedAt();
        if (ofLaunch && finished != null) {
            // Clocks differ a little, and the instance's may be ahead.
            double seconds = Duration.between(finished, at).toMillis() / 1000.0;
            metrics.detectionDelay(at, Math.max(0, seconds));
        }
    }

    /**
     * Whether it is the first conclusive verdict of the launch. A second case of a launch is about a later deployment,
     * and a verdict that only another version knows may have been counted.
     */
    private boolean ofLaunch(Case current, Verdict verdict, Instant now) {
        String earlier = current.finding().verdict();
        boolean inWindow = now.isBefore(current.id().launchedAt().plus(settings.launchWindow()));
        return inWindow
                && current.id().number() == 1
                && current.attempts().isEmpty()
                && verdict.name().conclusive()
                && (earlier == null
                        || VerdictName.named(earlier)
                                .filter(known -> !known.conclusive())
                                .isPresent());
    }
}
