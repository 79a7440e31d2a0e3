package launchguard.packaged;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import launchguard.LaunchGuardFunction;
import launchguard.packaged.PackagedFunction.Start;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Json;
import launchguard.template.Template;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bench in short: what the package costs, beside a function that does nothing, in the same run. Only ratios, since
 * the machine is unknown; {@code FewCallsTest} counts the calls, {@code PackageTest} the megabytes.
 */
@Tag("packaged")
class RegressionTest {
    private static final int BEFORE = 10;
    private static final int COUNTED = 30;

    /** Measured: 7.4 times as many as the floor; a client or a library more is hundreds of classes. */
    private static final double MOST_CLASSES = 7.8;

    /** Measured: 7 times what the floor needs for its start; clients that were made again for each signal would be 50. */
    private static final double MOST_CPU = 14;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static PackageLayout layout;

    @SuppressWarnings("NullAway.Init")
    private static Sandbox aws;

    private static final List<Instance> INSTANCES = new ArrayList<>();

    @BeforeAll
    static void launch() throws IOException {
        layout = PackageLayout.make(folder.resolve("package"));
        String file = NoOpFunction.class.getName().replace('.', '/') + ".class";
        Path copy = layout.folder().resolve(file);
        Files.createDirectories(copy.getParent());
        Files.copy(Path.of("target/test-classes", file), copy);
        aws = Sandbox.start(Map.of()).from(Instant.now().minus(Duration.ofMinutes(10)));
        for (int i = 0; i < BEFORE + COUNTED; i++) {
            INSTANCES.add(aws.group("web").launch(Image.EMPTY));
        }
        aws.advance(Duration.ofMinutes(10));
    }

    @AfterAll
    static void stop() {
        aws.close();
    }

    /** The cost of one environment. */
    private record Came(double startMillis, double signalsMillis, long classes) {}

    private static Came run(String handler) {
        Map<String, String> environment =
                new TreeMap<>(Template.read(Path.of("template.yaml"), Map.of()).functionEnvironment());
        environment.putAll(aws.environment());
        Start start = new Start(layout.folder(), handler + "::handleRequest", environment, List.of(), List.of(), 1024);
        try (PackagedFunction function = new PackagedFunction(start)) {
            function.ready();
            double beginning = Figures.cpuMillis(function.process());
            double before = 0;
            for (int i = 0; i < INSTANCES.size(); i++) {
                if (i == BEFORE) {
                    before = Figures.cpuMillis(function.process());
                }
                RuntimeApi.Reply reply = function.invoke(event(INSTANCES.get(i)));
                assertTrue(!reply.failed() && !reply.body().contains("itemIdentifier"), reply.body());
            }
            double signals = Figures.cpuMillis(function.process()) - before;
            return new Came(beginning, signals, Figures.classes(function.process()));
        }
    }

    @Test
    void classesAndProcessor_areFewTimesTheFloor() {
        Came floor = run(NoOpFunction.class.getName());
        Came ours = run(LaunchGuardFunction.class.getName());
        double classes = (double) ours.classes() / floor.classes();
        assertTrue(classes > 2 && classes < MOST_CLASSES, ours + " beside " + floor);
        // The floor's own signals are too cheap to be counted: its start, in the same run, says how fast the machine
        // is.
        double cpu = ours.signalsMillis() / floor.startMillis();
        assertTrue(cpu > 0.5 && cpu < MOST_CPU, ours + " beside " + floor);
    }

    private static String event(Instance instance) {
        String body = Json.object(
                        "source",
                        "aws.codedeploy",
                        "detail-type",
                        "CodeDeploy Instance State-change Notification",
                        "detail",
                        Json.object(
                                "instanceId", instance.id(),
                                "state", "SUCCESS",
                                "application", "rest-api",
                                "deploymentId", "d-BENCH0001",
                                "instanceGroupId", "3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01",
                                "deploymentGroup", "prod"))
                .toString();
        return Json.object("Records", List.of(Json.object("messageId", "1", "body", body)))
                .toString();
    }
}
