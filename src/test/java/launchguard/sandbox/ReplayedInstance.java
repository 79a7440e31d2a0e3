package launchguard.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import launchguard.sandbox.wire.Json;

/** An instance without files that plays one recorded instance. */
public final class ReplayedInstance {
    /** Exit code of the documents while the agent has a deployment under way. */
    private static final int DEPLOYMENT_ON_ITS_WAY = 12;

    private static final int NOT_THE_PROCESS = 13;
    private final Image.Boot boot;
    private final Duration clock;
    private final List<Moved> moved = new ArrayList<>();
    private final List<Consumer<ObjectNode>> changes = new ArrayList<>();
    private RootState scene;
    private Duration bootedLater = Duration.ZERO;
    private boolean rebooted;
    private boolean redeployed;
    private volatile boolean deploying;
    private volatile long effects;

    /** From this recorded uptime on everything happened at another uptime. */
    private record Moved(double recorded, double actual) {}

    ReplayedInstance(RootState scene, Image.Boot boot, Duration clock) {
        this.scene = scene;
        this.boot = boot;
        this.clock = clock;
    }

    /** How often a remedy has really done something here: run a deployment, stopped or started a service. */
    public long effects() {
        return effects;
    }

    /** Whether its JVM has lost its JDK, unless a remedy or reboot has repaired it. */
    synchronized boolean stale() {
        return !rebooted && !redeployed && scene.stale();
    }

    /** While a deployment is on its way here, documents touch nothing. */
    public void deploying(boolean underWay) {
        deploying = underWay;
    }

    /** From now on the evidence is changed so before it is printed. */
    public synchronized void evidence(Consumer<ObjectNode> change) {
        changes.add(change);
    }

    /** A deployment of the service came to it; its JVMs were started anew. */
    public synchronized void deployed(String deployment, Instant now) {
        double uptime = seconds(Duration.between(boot.at().plus(bootedLater), now));
        effects++;
        redeployed = true;
        evidence(evidence -> AfterGroupDeployment.change(evidence, deployment, uptime));
    }

    /** The kernel starts again: what was stale is fresh, what was deployed belongs to an earlier boot. */
    public synchronized void reboot(Duration uptime) {
        rebooted = true;
        bootedLater = uptime;
    }

    /** {@code early}: what is recorded does not show yet, since cloud-init still runs. */
    synchronized ScriptRunner.Result run(String script, Duration uptime, boolean early) throws IOException {
        String canonical = script.replace(boot.instanceId(), RootState.INSTANCE)
                .replace(boot.deploymentId(), RootState.DEPLOYMENT);
        if (script.contains("cloudInit")) {
            ScriptRunner.Result look = scene.probe(canonical);
            return new ScriptRunner.Result(
                    look.exitCode(),
                    printed(look.stdout(), seconds(uptime.minus(bootedLater)), early),
                    look.stderr(),
                    false);
        }
        if (deploying) {
            return new ScriptRunner.Result(DEPLOYMENT_ON_ITS_WAY, "", "a deployment is on its way\n", false);
        }
        if (rebooted || redeployed) {
            return new ScriptRunner.Result(NOT_THE_PROCESS, "", "not the process that was diagnosed\n", false);
        }
        RootState.Turn turn = scene.remedy(canonical);
        moved.add(new Moved(seconds(turn.at()), seconds(uptime)));
        scene = turn.then();
        effects += turn.effects();
        return turn.result();
    }

    private String printed(String recorded, double uptime, boolean early) {
        String named = recorded.replace(RootState.INSTANCE, boot.instanceId())
                .replace(RootState.DEPLOYMENT, boot.deploymentId());
        ObjectNode evidence = (ObjectNode) Json.parse(named);
        Dates dates = new Dates(
                this::actual,
                Duration.between(RootState.BOOT, boot.at().plus(bootedLater).plus(clock))
                                .toMillis()
                        / 1000.0);
        dates.date(evidence, uptime);
        if (rebooted) {
            AfterReboot.change(evidence);
        }
        if (early) {
            ((ObjectNode) evidence.path("cloudInit"))
                    .put("state", "running")
                    .putNull("finishedUptime")
                    .remove("stages");
        }
        changes.forEach(change -> change.accept(evidence));
        return evidence + "\n";
    }

    private double actual(double recordedUptime) {
        double at = recordedUptime;
        for (Moved move : moved) {
            if (recordedUptime >= move.recorded()) {
                at = recordedUptime + move.actual() - move.recorded();
            }
        }
        return at;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
