package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** CodeDeploy's state: groups, deployments, and how deployments go. */
public final class CodeDeploy {
    private static final Duration PER_INSTANCE = Duration.ofSeconds(10);
    private final Map<String, DeploymentGroup> groups = new LinkedHashMap<>();
    private final Map<String, Deployment> deployments = new LinkedHashMap<>();
    private final SteppedClock clock;
    private final DeploymentEvents events;

    CodeDeploy(SteppedClock clock, EventBus bus) {
        this.clock = clock;
        this.events = new DeploymentEvents(bus);
    }

    /** The deployment group of this name, made if it does not exist yet. */
    public DeploymentGroup group(String application, String name, String id) {
        return groups.computeIfAbsent(application + "/" + name, key -> new DeploymentGroup(application, name, id));
    }

    Map<String, DeploymentGroup> groups() {
        return groups;
    }

    Map<String, Deployment> deployments() {
        return deployments;
    }

    /** Every deployment so far. */
    public List<Deployment> all() {
        return List.copyOf(deployments.values());
    }

    /** A deployment of somebody else runs on the group until {@link #finish}. */
    public Deployment running(DeploymentGroup group, String id) {
        Deployment deployment = create(id, group, "user", "", group.revision());
        start(deployment);
        return deployment;
    }

    /** Ends a deployment, with Succeeded, Failed or Stopped. */
    public void finish(Deployment deployment, String status) {
        deployment.status = status;
        deployment.completedAt = clock.instant();
        if (status.equals("Succeeded")) {
            deployment.group.lastSuccessful = deployment;
        }
        events.of(deployment, status.equals("Succeeded") ? "SUCCESS" : status.equals("Stopped") ? "STOP" : "FAILURE");
    }

    /** The instance's part of a deployment fails, or has failed, at its last step. */
    public void fail(Deployment deployment, Instance instance) {
        end(deployment, target(deployment, instance), "Failed");
        deployment.errorCode = "HEALTH_CONSTRAINTS";
        finish(deployment, "Failed");
    }

    Deployment create(String id, DeploymentGroup group, String creator, String description, ObjectNode revision) {
        Deployment deployment = new Deployment(id, group, creator, description, revision, clock.instant());
        deployments.put(id, deployment);
        group.lastAttempted = deployment;
        return deployment;
    }

    boolean failedToLaunch(Instance instance) {
        return instance.launchDeployment()
                .map(deployments::get)
                .filter(deployment -> deployment.status.equals("Failed"))
                .isPresent();
    }

    private static Deployment.Target target(Deployment deployment, Instance instance) {
        return deployment.targets.computeIfAbsent(instance.id(), id -> new Deployment.Target(id, deployment.createdAt));
    }

    /** The deployment that an Auto Scaling launch brings; its steps are at the times that the instance's files name. */
    void launchDeployment(ScalingGroup scaling, Instance instance, DeploymentTrace trace) {
        Optional<DeploymentGroup> group = groups.values().stream()
                .filter(each -> each.scalingGroups().contains(scaling.name()))
                .findFirst();
        if (group.isEmpty()) {
            return;
        }
        instance.launchDeployment = trace.deploymentId();
        clock.at(trace.start().minusSeconds(1), () -> {
            Deployment deployment = create(
                    trace.deploymentId(),
                    group.get(),
                    "autoscaling",
                    "",
                    group.get().revision());
            Deployment.Target target = target(deployment, instance);
            target.steps = trace.steps();
            clock.at(trace.start(), () -> {
                start(deployment);
                begin(deployment, target);
            });
            clock.at(trace.end(), () -> {
                if (deployment.active()) {
                    end(deployment, target, "Succeeded");
                }
            });
            clock.at(trace.end().plusSeconds(1), () -> {
                if (deployment.active()) {
                    finish(deployment, "Succeeded");
                }
            });
        });
    }

    /** A deployment to the whole group, one instance after the other. */
    void roll(Deployment deployment, List<Instance> instances) {
        clock.after(Duration.ofSeconds(2), () -> start(deployment));
        Instant next = clock.instant().plusSeconds(3);
        List<Supplier<Boolean>> results = new ArrayList<>();
        for (Instance instance : instances) {
            Deployment.Target target = target(deployment, instance);
            Instant from = next;
            Instant to = next.plus(PER_INSTANCE);
            clock.at(from, () -> {
                target.steps = List.of(new DeploymentTrace.Step("ApplicationStart", from, to));
                begin(deployment, target);
            });
            clock.at(to, () -> {
                if (instance.booted()) {
                    instance.root().tick(clock.instant());
                }
                boolean done = deployment.active()
                        && !instance.gone()
                        && deployment.group.effect().deploy(instance, deployment);
                end(deployment, target, done ? "Succeeded" : "Failed");
                results.add(() -> done);
            });
            next = to;
        }
        clock.at(next.plusSeconds(1), () -> {
            if (deployment.active()) {
                boolean all = !instances.isEmpty() && results.stream().allMatch(Supplier::get);
                deployment.errorCode = all ? null : instances.isEmpty() ? "NO_INSTANCES" : "HEALTH_CONSTRAINTS";
                finish(deployment, all ? "Succeeded" : "Failed");
            }
        });
    }

    private void start(Deployment deployment) {
        deployment.status = "InProgress";
        deployment.startedAt = clock.instant();
        events.of(deployment, "START");
    }

    private void begin(Deployment deployment, Deployment.Target target) {
        target.status = "InProgress";
        target.updatedAt = clock.instant();
        events.of(deployment, target, "START");
    }

    private void end(Deployment deployment, Deployment.Target target, String status) {
        target.status = status;
        target.updatedAt = clock.instant();
        events.of(deployment, target, status.equals("Succeeded") ? "SUCCESS" : "FAILURE");
    }
}
