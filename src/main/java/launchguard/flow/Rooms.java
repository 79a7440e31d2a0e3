package launchguard.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import launchguard.aws.Commands;
import launchguard.aws.Deployments;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.LifecycleActions;
import org.jspecify.annotations.Nullable;

/** What the steps of a case work with. */
public record Rooms(
        Settings settings,
        InstantSource clock,
        Pause pause,
        StepStore store,
        Commands commands,
        Deployments deployments,
        GroupDeployments groupDeployments,
        Groups groups,
        Instances instances,
        LifecycleActions lifecycle,
        Notifier teller) {

    /**
     * Timers ring a moment early where clocks differ; one that was taken for early would ring no more. Less than what
     * is missing from {@link DecisionStep#INTENT_TIMER} to the minute that AWS's lists may lag.
     */
    private static final Duration EARLY = Duration.ofSeconds(15);

    Instant now() {
        return clock.instant();
    }

    /** Whether that moment has come, as far as a timer can tell. */
    boolean come(@Nullable Instant moment) {
        return moment == null || !moment.isAfter(now().plus(EARLY));
    }
}
