package launchguard.aws;

import java.time.Instant;
import java.util.List;
import launchguard.model.DeploymentId;
import launchguard.model.InstanceId;

/** CodeDeploy's lifecycle events of one deployment on one instance, for pictures: read only. */
public final class LifecycleEvents {
    private final Clients clients;

    /** Uses the CodeDeploy client of these. */
    public LifecycleEvents(Clients clients) {
        this.clients = clients;
    }

    /** One lifecycle event that began and ended; {@code well} when it did not fail. */
    public record Event(String name, Instant start, Instant end, boolean well) {}

    /** The events in their order; none when CodeDeploy knows nothing of the two together. */
    public List<Event> of(DeploymentId deployment, InstanceId instance) {
        String what = "read deployment " + deployment + " on " + instance;
        return Call.to(
                what,
                "codedeploy:BatchGetDeploymentTargets",
                () -> Targets.on(clients.codeDeploy.get(), deployment, instance).stream()
                        .flatMap(target -> target.lifecycleEvents().stream())
                        .filter(event -> event.startTime() != null && event.endTime() != null)
                        .map(event -> new Event(
                                event.lifecycleEventName(),
                                event.startTime(),
                                event.endTime(),
                                !event.statusAsString().equals("Failed")))
                        .toList());
    }
}
