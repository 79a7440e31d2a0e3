package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** CodeDeploy's state: deployment groups and deployments, and the lifecycle of deployments. */
public final class CodeDeploy {
    private static final List<String> INSTALLATION = List.of(
            "ApplicationStop",
            "DownloadBundle",
            "BeforeInstall",
            "Install",
            "AfterInstall",
            "ApplicationStart",
            "ValidateService");
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

    /** A person's deployment runs on the group until {@link #finish}. */
    public Deployment running(DeploymentGroup group, String id) {
        return running(group, id, "user", List.of());
    }

    /**
     * A deployment runs on the group until {@link #finish}.
     *
     * @param creator as CodeDeploy names it: user, autoscaling, codeDeployRollback, CodeDeployAutoUpdate and so on
     * @param instances that it goes to
     */
    public Deployment running(DeploymentGroup group, String id, String creator, List<Instance> instances) {
        synchronized (clock) {
            Deployment deployment = create(id, group, creator, "", group.revision());
            start(deployment);
            instances.forEach(instance -> {
                Deployment.Target target = target(deployment, instance);
                target.steps = steps(List.of("ApplicationStop", "DownloadBundle", "BeforeInstall", "Install"));
                begin(deployment, target);
            });
            return deployment;
        }
    }

    /** The replacement fleet of a blue/green deployment is installed; it waits for a person to shift traffic. */
    public void ready(Deployment deployment) {
        synchronized (clock) {
            deployment.status = "Ready";
            events.of(deployment, "READY");
        }
    }

    /**
     * A blue/green deployment that installs on the replacements at once and is Ready; {@link #reroute} goes on. Its targets
     * are the originals too, though nothing is ever installed on them.
     */
    public Deployment blueGreen(
            DeploymentGroup group, String id, List<Instance> originals, List<Instance> replacements) {
        synchronized (clock) {
            group.blueGreen(true);
            Deployment deployment = create(id, group, "user", "", group.revision());
            start(deployment);
            originals.forEach(instance -> target(deployment, instance));
            replacements.forEach(instance -> {
                Deployment.Target target = target(deployment, instance);
                target.label = "Green";
                target.steps = steps(INSTALLATION);
                begin(deployment, target);
                end(deployment, target, "Succeeded");
            });
            ready(deployment);
            return deployment;
        }
    }

    /** Traffic leaves the originals of a blue/green deployment, which then has succeeded. */
    public void reroute(Deployment deployment) {
        synchronized (clock) {
            deployment.status = "InProgress";
            deployment.targets.values().stream()
                    .filter(target -> target.label.equals("Blue"))
                    .forEach(target -> {
                        target.steps = steps(List.of("BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"));
                        begin(deployment, target);
                        end(deployment, target, "Succeeded");
                    });
            finish(deployment, "Succeeded");
        }
    }

    private List<DeploymentTrace.Step> steps(List<String> names) {
        return names.stream()
                .map(name -> new DeploymentTrace.Step(name, clock.instant(), clock.instant()))
                .toList();
    }

    /**
     * The deployment of CodeDeploy's termination hook: it runs scripts on an instance that leaves, and installs
     * nothing.
     */
    void terminationDeployment(ScalingGroup scaling, Instance instance, String id, Duration held) {
        groups.values().stream()
                .filter(group ->
                        group.terminationHook() && group.scalingGroups().contains(scaling.name()))
                .findFirst()
                .ifPresent(group -> {
                    Deployment deployment = create(id, group, "autoscalingTermination", "", group.revision());
                    start(deployment);
                    Deployment.Target target = target(deployment, instance);
                    target.steps = steps(List.of("BeforeBlockTraffic", "AfterBlockTraffic", "ApplicationStop"));
                    begin(deployment, target);
                    clock.after(held.dividedBy(2), () -> {
                        if (deployment.active()) {
                            end(deployment, target, "Succeeded");
                            finish(deployment, "Succeeded");
                        }
                    });
                });
    }

    /** Ends a deployment, with Succeeded, Failed or Stopped. */
    public void finish(Deployment deployment, String status) {
        deployment.status = status;
        deployment.completedAt = clock.instant();
        if (status.equals("Succeeded") && !deployment.creator.equals("autoscalingTermination")) {
            deployment.group.lastSuccessful = deployment;
        }
        events.of(deployment, status.equals("Succeeded") ? "SUCCESS" : status.equals("Stopped") ? "STOP" : "FAILURE");
    }

    /** The instance's part of a deployment, and the deployment with it, ends well. */
    public void succeed(Deployment deployment, Instance instance) {
        end(deployment, target(deployment, instance), "Succeeded");
        finish(deployment, "Succeeded");
    }

    /** The instance's part of a deployment fails, or has failed, at its last step. */
    public void fail(Deployment deployment, Instance instance) {
        fail(deployment, instance, null);
    }

    /** As {@link #fail(Deployment, Instance)}, in the lifecycle event that runs now, whose script has printed this last. */
    public void fail(Deployment deployment, Instance instance, @Nullable String logTail) {
        Deployment.Target target = target(deployment, instance);
        target.failedAt(clock.instant(), deployment.lasting, logTail);
        end(deployment, target, "Failed");
        deployment.errorCode = "HEALTH_CONSTRAINTS";
        finish(deployment, "Failed");
    }

    Deployment create(String id, DeploymentGroup group, String creator, String description, ObjectNode revision) {
        Deployment deployment = new Deployment(id, group, creator, description, revision, clock.instant());
        deployments.put(id, deployment);
        group.lastAttempted = deployment;
        return deployment;
    }

    /** A launch deployment goes on until a test ends it, whatever end the instance's files name. */
    public void lasts(Deployment deployment) {
        deployment.lasting = true;
    }

    boolean lasts(Instance instance) {
        return instance.launchDeployment()
                .map(deployments::get)
                .filter(deployment -> deployment.lasting && deployment.active())
                .isPresent();
    }

    boolean failedToLaunch(Instance instance) {
        return instance.launchDeployment()
                .map(deployments::get)
                .filter(deployment -> deployment.status.equals("Failed"))
                .isPresent();
    }

    static Deployment.Target target(Deployment deployment, Instance instance) {
        return deployment.targets.computeIfAbsent(instance.id(), id -> new Deployment.Target(id, deployment.createdAt));
    }

    /** The deployment of an Auto Scaling launch; its steps have the times that the instance's files name. */
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
                if (deployment.active() && !deployment.lasting) {
                    end(deployment, target, "Succeeded");
                }
            });
            clock.at(trace.end().plusSeconds(1), () -> {
                if (deployment.active() && !deployment.lasting) {
                    finish(deployment, "Succeeded");
                }
            });
        });
    }

    void start(Deployment deployment) {
        deployment.status = "InProgress";
        deployment.startedAt = clock.instant();
        events.of(deployment, "START");
    }

    void begin(Deployment deployment, Deployment.Target target) {
        target.status = "InProgress";
        target.updatedAt = clock.instant();
        events.of(deployment, target, "START");
    }

    void end(Deployment deployment, Deployment.Target target, String status) {
        target.status = status;
        target.updatedAt = clock.instant();
        events.of(deployment, target, status.equals("Succeeded") ? "SUCCESS" : "FAILURE");
    }
}
