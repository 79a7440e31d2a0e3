package launchguard.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import launchguard.sandbox.Deployment;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ReplayedInstances;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;

/** The group of a plan: its launches, their accidents, and what else goes on there. */
final class World {
    private static final Duration TROUBLE = Duration.ofMinutes(40);
    private static final Duration LONG_BOOT = Duration.ofMinutes(25);
    private final Sandbox aws;
    private final ScalingGroup group;
    private final ReplayedInstances players = new ReplayedInstances();

    World(Sandbox aws, Plan plan) {
        this.aws = aws;
        this.group = aws.group("web");
        aws.commands().runner(players);
        if (plan.gated()) {
            // The owner's own hook beside the gate's is never answered.
            group.gated().launchHook(GateCheck.ANOTHER, Duration.ofSeconds(90), "CONTINUE");
        }
        aws.settings()
                .listLag(plan.listLag())
                .invocationMisses(plan.invocationMisses())
                .commandTime(plan.commandTime())
                .proceeding(plan.proceeding());
        aws.deploymentGroup().onDeployment((instance, deployment) -> {
            players.of(instance).deployed(deployment.id(), aws.clock().instant());
            return true;
        });
        group.replacements(gone -> players.image(plan.replacement(), "success", Duration.ZERO));
        plan.launches().forEach(launch -> aws.later(launch.after(), () -> launch(launch)));
        plan.troubles().forEach(trouble -> aws.later(Duration.ofSeconds(50), () -> begins(trouble)));
    }

    ScalingGroup group() {
        return group;
    }

    ReplayedInstances players() {
        return players;
    }

    private void launch(Plan.Launch launch) {
        Instance instance = group.launch(players.image(launch.scenario(), launch.outcome(), launch.clock()));
        switch (launch.accident()) {
            case NONE -> {}
            case LIES -> players.of(instance).evidence(World::lie);
            case BOOTS_LONG -> players.of(instance).evidence(evidence -> bootsLong(instance, evidence));
            case TERMINATES -> aws.later(launch.when(), () -> aws.terminate(instance));
            case STOPS -> aws.later(launch.when(), () -> stops(instance));
            case LOSES_AGENT -> {
                aws.later(launch.when(), () -> instance.agent(false));
                aws.later(
                        launch.when().multipliedBy(2),
                        () -> instance.agent(instance.state().equals("running")));
            }
            case REBOOTS ->
                aws.later(
                        launch.when().plusSeconds(40),
                        () -> players.of(instance).reboot(launch.when().plusSeconds(34)));
        }
    }

    /** Who has been terminated meanwhile stays so. */
    private static void stops(Instance instance) {
        if (instance.state().equals("running")) {
            instance.state("stopped");
            instance.agent(false);
        }
    }

    private void bootsLong(Instance instance, ObjectNode evidence) {
        if (aws.clock().instant().isBefore(instance.launchTime().plus(LONG_BOOT))
                && evidence.path("cloudInit") instanceof ObjectNode cloudInit) {
            cloudInit.put("state", "running");
            cloudInit.remove("finishedUptime");
            // Nothing has been upgraded yet.
            evidence.putArray("packages");
            for (JsonNode jvm : evidence.path("jvms")) {
                ((ObjectNode) jvm).put("exeLinks", 1).put("javaHomeGone", false).putArray("deletedMappings");
                ((ObjectNode) jvm).put("exe", jvm.path("exe").asText().replace(" (deleted)", ""));
            }
        }
    }

    /** As if it were another instance, with words that shells, paths and pages would take for their own. */
    private static void lie(ObjectNode evidence) {
        ((ObjectNode) evidence.path("host")).put("instanceId", "i-0badbadbadbadbad0");
        for (JsonNode deployment : evidence.path("deployments")) {
            ((ObjectNode) deployment).put("groupId", "../../etc; reboot").put("deploymentId", "d-$(reboot)</script>");
        }
        if (evidence.path("jvms") instanceof ArrayNode jvms) {
            jvms.forEach(jvm -> ((ObjectNode) jvm).put("unit", "app.service; reboot"));
        }
    }

    private void begins(Plan.Trouble trouble) {
        switch (trouble) {
            case DEPLOYMENT -> {
                Deployment other = aws.codeDeploy().running(aws.deploymentGroup(), "d-OTHER0001");
                group.instances().stream()
                        .filter(players::plays)
                        .forEach(instance -> players.of(instance).deploying(true));
                aws.later(TROUBLE, () -> {
                    aws.codeDeploy().finish(other, "Succeeded");
                    group.instances().stream()
                            .filter(players::plays)
                            .forEach(instance -> players.of(instance).deploying(false));
                });
            }
            case REFRESH -> {
                group.startRefresh();
                aws.later(TROUBLE, group::endRefresh);
            }
            case SUSPENDED -> {
                group.suspend("ReplaceUnhealthy");
                aws.later(TROUBLE, group::resume);
            }
        }
    }
}
