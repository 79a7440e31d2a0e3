package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** What follows a launch, in AWS's order: boot, SSM's agent, the launch deployment, and only then the launch's success. */
final class LaunchStory {
    private static final Duration TO_RUNNING = Duration.ofSeconds(4);
    private static final Duration TO_AGENT = Duration.ofSeconds(8);
    private static final Duration TO_ANSWER = Duration.ofSeconds(1);
    private static final Duration BOOT_WITHOUT_DEPLOYMENT = Duration.ofSeconds(30);
    private final SteppedClock clock;
    private final Names names;
    private final EventBus bus;
    private final CodeDeploy codeDeploy;
    private final LaunchHooks hooks;
    private final Settings settings;

    LaunchStory(
            SteppedClock clock,
            Names names,
            EventBus bus,
            CodeDeploy codeDeploy,
            LaunchHooks hooks,
            Settings settings) {
        this.clock = clock;
        this.names = names;
        this.bus = bus;
        this.codeDeploy = codeDeploy;
        this.hooks = hooks;
        this.settings = settings;
    }

    /** How long an instance is on its way once its hooks are answered. */
    Duration proceeding() {
        return settings.proceeding();
    }

    void begin(ScalingGroup group, Instance instance, Consumer<Instance> abandon, Consumer<Instance> inService) {
        stateChanged(instance);
        if (!instance.booted()) {
            return;
        }
        Instant boot = instance.root().bootedAt();
        clock.at(instance.launchTime().plus(TO_RUNNING), () -> {
            if (!instance.gone()) {
                instance.state = "running";
                stateChanged(instance);
                waits(group, instance, "EC2", null, abandon, inService);
            }
        });
        clock.at(boot.plus(TO_AGENT), () -> {
            if (!instance.gone()) {
                instance.agent = true;
                instance.agentSince = clock.instant();
            }
        });
        deploys(group, instance, boot, "EC2", abandon, inService);
    }

    /** Leaving the pool, the instance waits once more at the same hooks, and its deployment is still to come. */
    void leavesPool(ScalingGroup group, Instance instance, Consumer<Instance> abandon, Consumer<Instance> inService) {
        instance.state = "running";
        instance.agent = true;
        instance.agentSince = clock.instant();
        instance.deployed = false;
        stateChanged(instance);
        waits(group, instance, "WarmPool", null, abandon, inService);
        deploys(group, instance, clock.instant(), "WarmPool", abandon, inService);
    }

    /** The same instance boots from another root volume, out of service until its hooks let it go on. */
    void bootsNewRoot(ScalingGroup group, Instance instance, Consumer<Instance> abandon, Consumer<Instance> inService) {
        instance.deployed = false;
        instance.agentSince = clock.instant();
        waits(group, instance, "AutoScalingGroup", "ReplaceRootVolume", abandon, inService);
        deploys(group, instance, instance.root().bootedAt(), "AutoScalingGroup", abandon, inService);
    }

    private void waits(
            ScalingGroup group,
            Instance instance,
            String origin,
            @Nullable String action,
            Consumer<Instance> abandon,
            Consumer<Instance> inService) {
        instance.lifecycle = "Pending:Wait";
        hooks.hold(
                group,
                instance,
                origin,
                "AutoScalingGroup",
                action,
                () -> proceeds(group, instance, origin, inService),
                () -> abandoned(group, instance, abandon));
    }

    private void deploys(
            ScalingGroup group,
            Instance instance,
            Instant boot,
            String origin,
            Consumer<Instance> abandon,
            Consumer<Instance> inService) {
        Optional<DeploymentTrace> trace = instance.root().deployment();
        Instant ready = trace.map(DeploymentTrace::end).orElse(boot.plus(BOOT_WITHOUT_DEPLOYMENT));
        trace.ifPresent(found -> codeDeploy.launchDeployment(group, instance, found));
        clock.at(ready.plus(TO_ANSWER), () -> deployed(group, instance, origin, abandon, inService));
    }

    /** CodeDeploy's hook is answered when its deployment has ended, however long that takes. */
    private void deployed(
            ScalingGroup group,
            Instance instance,
            String origin,
            Consumer<Instance> abandon,
            Consumer<Instance> inService) {
        if (codeDeploy.lasts(instance)) {
            clock.after(TO_ANSWER, () -> deployed(group, instance, origin, abandon, inService));
        } else if (codeDeploy.failedToLaunch(instance)) {
            abandoned(group, instance, abandon);
        } else {
            instance.deployed = true;
            proceeds(group, instance, origin, inService);
        }
    }

    /** In service some seconds after CodeDeploy's hook and all others have let it go on. */
    private void proceeds(ScalingGroup group, Instance instance, String origin, Consumer<Instance> inService) {
        boolean waits = instance.lifecycle.equals("Pending:Wait");
        if (waits && instance.deployed && !instance.gone() && !hooks.holds(instance)) {
            instance.lifecycle = "Pending:Proceed";
            clock.after(settings.proceeding(), () -> {
                if (instance.lifecycle.equals("Pending:Proceed")) {
                    inService(group, instance, origin);
                    inService.accept(instance);
                }
            });
        }
    }

    private void abandoned(ScalingGroup group, Instance instance, Consumer<Instance> abandon) {
        if (instance.leaving()) {
            return;
        }
        abandon.accept(instance);
        bus.emit(
                "aws.autoscaling",
                "EC2 Instance Launch Unsuccessful",
                List.of(group.arn(), Names.instanceArn(instance.id())),
                detail(group, instance, "Launching a new EC2 instance: " + instance.id())
                        .put("StatusCode", "Failed")
                        .put(
                                "StatusMessage",
                                "Instance failed to complete user's Lifecycle Action: Lifecycle Action with token "
                                        + names.uuid()
                                        + " was abandoned: Lifecycle Action Completed with ABANDON Result")
                        .put("Origin", "EC2")
                        .put("Destination", "AutoScalingGroup"));
    }

    /** A launch into the warm pool: the instance boots, is never in service, and CodeDeploy deploys nothing to it. */
    void warms(ScalingGroup group, Instance instance, String state, Consumer<Instance> abandon) {
        stateChanged(instance);
        clock.at(instance.launchTime().plus(TO_RUNNING), () -> {
            instance.state = "running";
            instance.lifecycle = "Warmed:Pending:Wait";
            stateChanged(instance);
            if (instance.booted()) {
                instance.agent = true;
                instance.agentSince = clock.instant();
            }
            hooks.hold(
                    group,
                    instance,
                    "EC2",
                    "WarmPool",
                    null,
                    () -> proceedsToPool(group, instance, state),
                    () -> abandoned(group, instance, abandon));
            if (!hooks.holds(instance)) {
                clock.at(instance.launchTime().plus(BOOT_WITHOUT_DEPLOYMENT), () -> rests(group, instance, state));
            }
        });
    }

    private void proceedsToPool(ScalingGroup group, Instance instance, String state) {
        instance.lifecycle = "Warmed:Pending:Proceed";
        clock.after(settings.proceeding(), () -> {
            if (instance.lifecycle.equals("Warmed:Pending:Proceed")) {
                rests(group, instance, state);
            }
        });
    }

    private void rests(ScalingGroup group, Instance instance, String state) {
        instance.lifecycle = "Warmed:" + state;
        instance.state = state.equals("Running") ? "running" : "stopped";
        instance.agent = state.equals("Running");
        stateChanged(instance);
        bus.emit(
                "aws.autoscaling",
                "EC2 Instance Launch Successful",
                List.of(group.arn(), Names.instanceArn(instance.id())),
                detail(group, instance, "Launching a new EC2 instance into warm pool: " + instance.id())
                        .put("Origin", "EC2")
                        .put("Destination", "WarmPool"));
    }

    /** A termination hook holds it; CodeDeploy's own, where the deployment group has one, runs a deployment meanwhile. */
    void terminating(ScalingGroup group, Instance instance, Duration held) {
        bus.emit(
                "aws.autoscaling",
                "EC2 Instance-terminate Lifecycle Action",
                List.of(group.arn()),
                Json.object(
                        "LifecycleActionToken", names.uuid(),
                        "AutoScalingGroupName", group.name(),
                        "LifecycleHookName", "drain",
                        "EC2InstanceId", instance.id(),
                        "LifecycleTransition", "autoscaling:EC2_INSTANCE_TERMINATING",
                        "Origin", "AutoScalingGroup",
                        "Destination", "EC2"));
        codeDeploy.terminationDeployment(group, instance, names.deployment(), held);
    }

    private void inService(ScalingGroup group, Instance instance, String origin) {
        instance.lifecycle = "InService";
        bus.emit(
                "aws.autoscaling",
                "EC2 Instance Launch Successful",
                List.of(group.arn(), Names.instanceArn(instance.id())),
                detail(group, instance, "Launching a new EC2 instance: " + instance.id())
                        .put("Origin", origin)
                        .put("Destination", "AutoScalingGroup"));
    }

    void terminated(ScalingGroup group, Instance instance) {
        bus.emit(
                "aws.autoscaling",
                "EC2 Instance Terminate Successful",
                List.of(group.arn(), Names.instanceArn(instance.id())),
                detail(group, instance, "Terminating EC2 instance: " + instance.id())
                        .put("Origin", "AutoScalingGroup")
                        .put("Destination", "EC2"));
    }

    private ObjectNode detail(ScalingGroup group, Instance instance, String description) {
        return Json.object(
                "StatusCode", "InProgress",
                "Description", description,
                "AutoScalingGroupName", group.name(),
                "ActivityId", names.uuid(),
                "Details", Map.of("Availability Zone", Names.ZONE, "Subnet ID", "subnet-12345678"),
                "RequestId", names.uuid(),
                "StatusMessage", "",
                "EndTime", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                "EC2InstanceId", instance.id(),
                "StartTime", instance.launchTime().toString(),
                "Cause",
                        "At " + instance.launchTime() + " an instance was started in response to a difference"
                                + " between desired and actual capacity.");
    }

    void stateChanged(Instance instance) {
        bus.emit(
                "aws.ec2",
                "EC2 Instance State-change Notification",
                List.of(Names.instanceArn(instance.id())),
                Json.object("instance-id", instance.id(), "state", instance.state));
    }
}
