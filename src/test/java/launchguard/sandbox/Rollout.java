package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A deployment to the whole group, one instance after the other. */
final class Rollout {
    private static final Duration PER_INSTANCE = Duration.ofSeconds(10);
    private final CodeDeploy codeDeploy;
    private final SteppedClock clock;

    Rollout(CodeDeploy codeDeploy, SteppedClock clock) {
        this.codeDeploy = codeDeploy;
        this.clock = clock;
    }

    /** Blue/green: a second fleet would be launched; here nothing is, and the deployment waits for it. */
    void copyFleet(Deployment deployment, List<Instance> originals) {
        originals.forEach(instance -> CodeDeploy.target(deployment, instance));
        clock.after(Duration.ofSeconds(2), () -> codeDeploy.start(deployment));
    }

    void begin(Deployment deployment, List<Instance> instances) {
        clock.after(Duration.ofSeconds(2), () -> codeDeploy.start(deployment));
        Instant next = clock.instant().plusSeconds(3);
        List<Supplier<Boolean>> results = new ArrayList<>();
        for (Instance instance : instances) {
            Deployment.Target target = CodeDeploy.target(deployment, instance);
            Instant from = next;
            Instant to = next.plus(PER_INSTANCE);
            clock.at(from, () -> {
                target.steps = List.of(new DeploymentTrace.Step("ApplicationStart", from, to));
                codeDeploy.begin(deployment, target);
            });
            clock.at(to, () -> {
                if (instance.booted()) {
                    instance.root().tick(clock.instant());
                }
                boolean done = deployment.active()
                        && !instance.gone()
                        && deployment.group.effect().deploy(instance, deployment);
                codeDeploy.end(deployment, target, done ? "Succeeded" : "Failed");
                results.add(() -> done);
            });
            next = to;
        }
        clock.at(next.plusSeconds(1), () -> {
            if (deployment.active()) {
                boolean all = !instances.isEmpty() && results.stream().allMatch(Supplier::get);
                deployment.errorCode = all ? null : instances.isEmpty() ? "NO_INSTANCES" : "HEALTH_CONSTRAINTS";
                codeDeploy.finish(deployment, all ? "Succeeded" : "Failed");
            }
        });
    }
}
