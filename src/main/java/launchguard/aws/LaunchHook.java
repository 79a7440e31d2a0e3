package launchguard.aws;

import java.time.Duration;
import launchguard.model.HookName;
import org.jspecify.annotations.Nullable;

/**
 * A launch lifecycle hook of a group, as Auto Scaling describes it.
 *
 * @param heartbeat how long an instance waits after the event, or after the last heartbeat, before the default result
 * @param continuesByDefault whether an instance goes in service when that time is over; else it is terminated
 * @param metadata what the hook's owner wrote; of CodeDeploy's hooks the deployment group's id; null when nothing
 */
public record LaunchHook(
        HookName name,
        Duration heartbeat,
        boolean continuesByDefault,
        @Nullable String metadata) {}
