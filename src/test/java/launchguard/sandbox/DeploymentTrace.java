package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an instance's own files say about the deployment that its launch brought.
 *
 * @param groupId CodeDeploy's id of the deployment group
 * @param deploymentId the service's id of the deployment
 * @param steps the lifecycle events in order
 */
record DeploymentTrace(String groupId, String deploymentId, List<Step> steps) {
    private static final Path FOLDER = Path.of("opt", "codedeploy-agent", "deployment-root");
    private static final Pattern LINE =
            Pattern.compile("\\[(\\S+ \\S+)] \\[(d-[A-Z0-9]{9})(-local)?]LifecycleEvent - (\\w+)");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    /** One lifecycle event. */
    record Step(String name, Instant start, Instant end) {}

    Instant start() {
        return steps.getFirst().start();
    }

    Instant end() {
        return steps.getLast().end();
    }

    /** The id of the first deployment of this boot that ran a script; empty where none did. */
    static Optional<String> id(Path root, Instant bootedAt) {
        return lines(root, bootedAt).findFirst().map(Line::deployment);
    }

    static Optional<DeploymentTrace> read(Path root, Instant bootedAt) {
        return id(root, bootedAt).flatMap(deployment -> {
            Map<String, Instant> starts = new TreeMap<>();
            lines(root, bootedAt)
                    .filter(line -> line.deployment().equals(deployment))
                    .forEach(line -> starts.putIfAbsent(line.event(), line.at()));
            return find(root, deployment, starts);
        });
    }

    private record Line(Instant at, String deployment, String event) {}

    /** Local redeployments are the instance's own: the service has no id for them. */
    private static Stream<Line> lines(Path root, Instant bootedAt) {
        Path log = root.resolve(FOLDER).resolve("deployment-logs/codedeploy-agent-deployments.log");
        if (!Files.exists(log)) {
            return Stream.empty();
        }
        try {
            return Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
                    .map(LINE::matcher)
                    .filter(found -> found.lookingAt() && found.group(3) == null)
                    // The recorded instances that deployed anything ran in UTC; the log itself names no zone.
                    .map(found -> new Line(
                            LocalDateTime.parse(found.group(1), STAMP).toInstant(ZoneOffset.UTC),
                            found.group(2),
                            found.group(4)))
                    .filter(line -> !line.at().isBefore(bootedAt));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<DeploymentTrace> find(Path root, String deployment, Map<String, Instant> starts) {
        try (Stream<Path> groups = Files.list(root.resolve(FOLDER))) {
            for (Path group : groups.toList()) {
                Path archive = group.resolve(deployment).resolve("deployment-archive/appspec.yml");
                if (Files.exists(archive)) {
                    Instant downloaded = Files.getLastModifiedTime(archive).toInstant();
                    return Optional.of(
                            new DeploymentTrace(group.getFileName().toString(), deployment, steps(downloaded, starts)));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The service dates every event; the log only those that ran a script: the others lie between them. */
    private static List<Step> steps(Instant downloaded, Map<String, Instant> starts) {
        List<Step> steps = new ArrayList<>();
        Instant stop = starts.getOrDefault("ApplicationStop", downloaded.minusMillis(1500));
        steps.add(new Step("ApplicationStop", stop, stop.plusMillis(400)));
        steps.add(new Step("DownloadBundle", downloaded.minusMillis(600), downloaded));
        Instant before = starts.getOrDefault("BeforeInstall", downloaded.plusMillis(1000));
        Instant after = starts.getOrDefault("AfterInstall", before.plusMillis(2000));
        steps.add(new Step("BeforeInstall", before, after.minusMillis(1100)));
        steps.add(new Step("Install", after.minusMillis(1000), after.minusMillis(100)));
        Instant start = starts.getOrDefault("ApplicationStart", after.plusMillis(1000));
        steps.add(new Step("AfterInstall", after, start.minusMillis(100)));
        Instant validate = starts.getOrDefault("ValidateService", start.plusMillis(1000));
        steps.add(new Step("ApplicationStart", start, validate.minusMillis(100)));
        steps.add(new Step("ValidateService", validate, validate.plusMillis(400)));
        return steps;
    }
}
