package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A recorded root in one state, what the probe prints of it, and the states to which remedies lead from there. */
final class RootState {
    static final String INSTANCE = "i-0c0ffee00c0ffee00";
    static final String DEPLOYMENT = "d-UNDERSTUD";
    static final Instant BOOT = Instant.parse("2026-11-22T22:00:06Z");
    private static final Duration BETWEEN = Duration.ofSeconds(30);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ScriptRunner LIVE = ScriptRunner.live();
    private static final Map<String, RootState> FIRST = new ConcurrentHashMap<>();
    private final Snapshot files;
    private final Duration trueFrom;
    private final Duration at;
    private final Optional<DeploymentTrace> trace;
    private final Map<String, ScriptRunner.Result> looks = new ConcurrentHashMap<>();
    private final Map<String, Turn> turns = new ConcurrentHashMap<>();

    /**
     * What a remedy did.
     *
     * @param effects how often a service was stopped or started, or a deployment run
     */
    record Turn(ScriptRunner.Result result, RootState then, Duration at, long effects) {}

    private RootState(Snapshot files, Duration trueFrom, Duration at, Optional<DeploymentTrace> trace) {
        this.files = files;
        this.trueFrom = trueFrom;
        this.at = at;
        this.trace = trace;
    }

    /** The recorded instance as it was launched; the stand-ins know how a redeployment is to end. */
    static RootState first(String scenario, String outcome) {
        return FIRST.computeIfAbsent(
                scenario + " " + outcome,
                key -> inFolder(folder -> {
                    InstanceRoot root = Objects.requireNonNull(
                            Image.recorded(scenario).unpack(new Image.Boot(folder, INSTANCE, DEPLOYMENT, BOOT)));
                    root.write("stand-in/outcome", outcome + "\n");
                    Duration trueFrom = Duration.between(BOOT, root.trueFrom());
                    return new RootState(Snapshot.of(folder), trueFrom, trueFrom.plus(BETWEEN), root.deployment());
                }));
    }

    Duration trueFrom() {
        return trueFrom;
    }

    /** The launch deployment of an instance that booted then. */
    Optional<DeploymentTrace> deployment(Instant bootedAt, String id) {
        Duration moved = Duration.between(BOOT, bootedAt);
        return trace.map(known -> new DeploymentTrace(
                known.groupId(),
                id,
                known.steps().stream()
                        .map(step -> new DeploymentTrace.Step(
                                step.name(),
                                step.start().plus(moved),
                                step.end().plus(moved)))
                        .toList()));
    }

    ScriptRunner.Result probe(String script) {
        return looks.computeIfAbsent(script, key -> inFolder(folder -> ran(folder, script)));
    }

    Turn remedy(String script) {
        return turns.computeIfAbsent(
                script,
                key -> inFolder(folder -> {
                    ScriptRunner.Result result = ran(folder, script);
                    RootState then = new RootState(Snapshot.of(folder), trueFrom, at.plus(BETWEEN), trace);
                    return new Turn(result, then, at, then.effects() - effects());
                }));
    }

    private ScriptRunner.Result ran(Path folder, String script) {
        files.restore(folder);
        InstanceRoot root = new InstanceRoot(folder, BOOT, BOOT.plus(trueFrom));
        root.tick(BOOT.plus(at));
        return LIVE.run(root, script, LIMIT);
    }

    /** As {@link Traffic#stale}: whether a JVM here has lost its JDK. */
    boolean stale() {
        return files.entries().stream()
                .filter(entry -> entry.name().startsWith("proc") && entry.name().endsWith("maps"))
                .anyMatch(entry -> String.valueOf(entry.content()).contains(Traffic.LOST_JVM));
    }

    private long effects() {
        return files.entries().stream()
                .filter(entry -> entry.name().equals(Path.of("stand-in", "calls")) && entry.content() != null)
                .flatMap(entry -> String.valueOf(entry.content()).lines())
                .filter(line -> line.startsWith("codedeploy-local")
                        || line.matches("systemctl.* (restart|start|stop|try-restart) .*"))
                .count();
    }

    private interface Work<T> {
        T in(Path folder) throws IOException;
    }

    private static <T> T inFolder(Work<T> work) {
        try {
            Path folder = Files.createTempDirectory("launch-guard-scene");
            try {
                return work.in(folder);
            } finally {
                Folders.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
