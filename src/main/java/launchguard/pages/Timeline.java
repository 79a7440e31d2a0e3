package launchguard.pages;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import launchguard.pages.Chart.Lane;
import launchguard.pages.Chart.Mark;
import launchguard.pages.Chart.Order;
import launchguard.pages.Chart.Shade;
import launchguard.pages.Run.Kind;
import launchguard.probe.Evidence.JdkPackage;
import launchguard.report.JudgedEvidence;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;

/** Builds the chart of a launch, on the instance's own clock. */
public final class Timeline {
    private static final int MOST = 6;

    private final Instant bootedAt;
    private final List<JudgedEvidence> probes;
    private final List<Run> runs;

    private Timeline(Instant bootedAt, List<JudgedEvidence> probes, List<Run> runs) {
        this.bootedAt = bootedAt;
        this.probes = probes;
        this.runs = runs;
    }

    /** The chart of the probes' evidence, oldest first, and of what ran. */
    public static Chart chart(String title, Instant bootedAt, List<JudgedEvidence> probes, List<Run> runs) {
        return new Timeline(bootedAt, probes, runs).chart(title);
    }

    private Chart chart(String title) {
        double end = Stream.concat(
                        runs.stream().map(run -> since(run.to())),
                        probes.stream().map(probe -> probe.evidence().uptime()))
                .reduce(10.0, Math::max);
        List<Lane> lanes = Stream.of(
                        new Lane("Boot and cloud-init", cloudInit()),
                        new Lane("JDK packages installed in this boot", packages()),
                        new Lane("Deployment", deployments()),
                        new Lane("Launch gate", ran(Kind.GATE, Shade.GATE)),
                        new Lane("JVM", new JvmMarks(probes, this::endOfRemedyAfter).marks()),
                        new Lane("Probe", ran(Kind.PROBE, Shade.PROBE)),
                        new Lane("Held back", ran(Kind.HELD, Shade.PACKAGE)),
                        new Lane("Remedy", ran(Kind.REMEDY, Shade.REMEDY)),
                        new Lane("Verification", ran(Kind.VERIFICATION, Shade.PROBE)))
                .filter(lane -> !lane.marks().isEmpty())
                .toList();
        return new Chart(title, end * 1.02, lanes, order());
    }

    private double since(Instant at) {
        return Duration.between(bootedAt, at).toMillis() / 1000.0;
    }

    private double endOfRemedyAfter(double uptime, double otherwise) {
        return runs.stream()
                .filter(run -> run.kind() == Kind.REMEDY && since(run.to()) >= uptime)
                .map(run -> since(run.to()))
                .findFirst()
                .orElse(otherwise);
    }

    private @Nullable Order order() {
        if (probes.isEmpty()) {
            return null;
        }
        Double margin = probes.getFirst().marginSeconds();
        Double finish = probes.getFirst().evidence().cloudInit().finishedUptime();
        return margin == null || finish == null ? null : new Order(finish + margin, finish);
    }

    private List<Mark> cloudInit() {
        return probes.isEmpty() ? List.of() : new StageMarks(probes.getFirst().evidence()).marks();
    }

    private List<Mark> packages() {
        return probes.stream()
                .flatMap(probe ->
                        probe.evidence().packages() == null ? Stream.empty() : probe.evidence().packages().stream())
                .filter(jdk -> jdk.installedUptime() != null && jdk.installedUptime() >= 0)
                .distinct()
                .limit(MOST)
                .map(Timeline::installed)
                .toList();
    }

    private static Mark installed(JdkPackage jdk) {
        double at = jdk.installedUptime() == null ? 0 : jdk.installedUptime();
        String version = jdk.version() == null ? "" : " " + jdk.version();
        return new Mark(
                Shade.PACKAGE,
                at,
                at,
                JvmMarks.shortName(jdk.name()),
                jdk.name() + version + " installed " + PlainText.seconds(at));
    }

    /** CodeDeploy's own record has both ends; of the others the instance's files show only the start. */
    private List<Mark> deployments() {
        List<Mark> marks = new ArrayList<>(ran(Kind.DEPLOYMENT, Shade.DEPLOYMENT));
        Map<String, Double> starts = new LinkedHashMap<>();
        probes.stream()
                .flatMap(probe -> probe.evidence().deployments().stream())
                .filter(trace -> trace.thisBoot() && starts.size() < MOST)
                .filter(trace -> runs.stream().noneMatch(run -> run.label().startsWith(trace.deploymentId())))
                .forEach(trace -> {
                    if (trace.startedUptime() != null) {
                        starts.putIfAbsent(PlainText.word(trace.deploymentId()), trace.startedUptime());
                    }
                });
        starts.forEach((id, start) ->
                marks.add(new Mark(Shade.DEPLOYMENT, start, start, id, id + " started " + PlainText.seconds(start))));
        return marks;
    }

    private List<Mark> ran(Kind kind, Shade shade) {
        return runs.stream()
                .filter(run -> run.kind() == kind)
                .map(run -> new Mark(
                        run.well() ? shade : Shade.BROKEN,
                        since(run.from()),
                        since(run.to()),
                        run.label(),
                        run.detail()))
                .toList();
    }
}
