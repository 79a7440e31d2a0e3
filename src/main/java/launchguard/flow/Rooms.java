package launchguard.flow;

import java.time.Instant;
import java.time.InstantSource;
import launchguard.aws.Commands;
import launchguard.aws.Deployments;
import launchguard.aws.GroupDeployments;
import launchguard.aws.Groups;
import launchguard.aws.Instances;
import launchguard.aws.Timers;
import launchguard.cases.CaseStore;

/** What the steps of a case work with. */
public record Rooms(
        Settings settings,
        InstantSource clock,
        Pause pause,
        CaseStore store,
        Commands commands,
        Deployments deployments,
        GroupDeployments groupDeployments,
        Groups groups,
        Instances instances,
        Timers timers,
        Teller teller) {

    Instant now() {
        return clock.instant();
    }
}
