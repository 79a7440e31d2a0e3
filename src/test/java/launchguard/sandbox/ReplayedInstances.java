package launchguard.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Instances without files, for thousand-fold runs: what their scripts print and do was recorded in this process by the
 * real scripts on the real recorded root, and is dated and named again for each of them.
 */
public final class ReplayedInstances implements ScriptRunner {
    private final Map<Path, ReplayedInstance> all = new ConcurrentHashMap<>();
    private final ScriptRunner others;

    /** Only instances of these images may run a script. */
    public ReplayedInstances() {
        this((root, script, limit) -> {
            throw new IllegalStateException("no recording is set for the instance with the root " + root.path());
        });
    }

    /** Beside instances of other images, whose scripts are run by {@code others}. */
    public ReplayedInstances(ScriptRunner others) {
        this.others = others;
    }

    /**
     * An image of such an instance.
     *
     * @param scenario the recorded instance that it plays
     * @param outcome how a redeployment on it goes, as the stand-ins know it
     * @param clock how far its own clock is wrong
     */
    public Image image(String scenario, String outcome, Duration clock) {
        return image(scenario, outcome, clock, null);
    }

    /**
     * One whose scripts see what was recorded as soon as it was true, at that uptime, and not only at the moment of the
     * recording.
     */
    public Image promptly(String scenario, String outcome, Duration trueFrom) {
        return image(scenario, outcome, Duration.ZERO, trueFrom);
    }

    private Image image(String scenario, String outcome, Duration clock, @Nullable Duration trueFrom) {
        return boot -> {
            RootState scene = RootState.first(scenario, outcome);
            Files.createDirectories(boot.folder().resolve("proc"));
            Optional<DeploymentTrace> trace = scene.deployment(boot.at(), boot.deploymentId());
            InstanceRoot root = new InstanceRoot(
                    boot.folder(),
                    boot.at(),
                    boot.at().plus(trueFrom == null ? scene.trueFrom() : trueFrom),
                    trace.orElse(null));
            all.put(boot.folder(), new ReplayedInstance(scene, boot, clock));
            return root;
        };
    }

    /** The player of an instance. */
    public ReplayedInstance of(Instance instance) {
        return Optional.ofNullable(all.get(instance.root().path())).orElseThrow();
    }

    /** Whether an instance is played at all. */
    public boolean plays(Instance instance) {
        return instance.booted() && all.containsKey(instance.root().path());
    }

    /** Whether an instance's JVM has lost its JDK. */
    public boolean stale(Instance instance) {
        return of(instance).stale();
    }

    @Override
    public Result run(InstanceRoot root, String script, Duration limit) {
        ReplayedInstance player = all.get(root.path());
        if (player == null) {
            return others.run(root, script, limit);
        }
        try {
            return player.run(
                    script, uptime(root.bootedAt(), root.clock()), root.clock().isBefore(root.trueFrom()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Duration uptime(Instant bootedAt, Instant now) {
        return Duration.between(bootedAt, now);
    }
}
