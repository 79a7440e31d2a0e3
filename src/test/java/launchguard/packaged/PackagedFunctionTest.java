package launchguard.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import launchguard.packaged.PackagedFunction.Start;
import launchguard.packaged.RuntimeApi.Reply;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Json;
import launchguard.template.Template;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The package in a process of its own, under Lambda's runtime client, with the sandbox for AWS. */
@Tag("packaged")
class PackagedFunctionTest {
    private static final String RACED = "rpm-dnf-race-jdk8-status-error";
    private static final Map<String, String> REMEDIATE = Map.of("Mode", "remediate");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static PackageLayout layout;

    // The process has this machine's clock, so the sandbox begins there.
    private final Sandbox aws = Sandbox.start(REMEDIATE).from(Instant.now());

    @BeforeAll
    static void make() {
        layout = PackageLayout.make(folder.resolve("package"));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private Map<String, String> environment() {
        Map<String, String> environment =
                new TreeMap<>(Template.read(Path.of("template.yaml"), REMEDIATE).functionEnvironment());
        environment.putAll(aws.environment());
        return environment;
    }

    @Test
    void everyKindOfEvent_isAnswered() throws IOException {
        Instance instance = aws.group("web").launch(Image.EMPTY);
        try (PackagedFunction function = new PackagedFunction(Start.of(layout, environment()))) {
            function.ready();
            assertEquals(List.of("GET invocation/next"), function.asked());
            for (String sample : samples()) {
                String event = Files.readString(Path.of("events", sample + ".json"))
                        .replaceAll("i-[0-9a-f]{17}", instance.id());
                Reply reply = function.invoke(event);
                assertFalse(reply.failed(), sample + ": " + reply.body());
                JsonNode answer = Json.parse(reply.body());
                String expected = switch (sample) {
                    case "schedule" -> "rearmed";
                    case "manual-group" -> "0";
                    default -> sample.startsWith("sqs-") ? "batchItemFailures" : "status";
                };
                assertTrue(
                        expected.equals("0") ? answer.isArray() : answer.has(expected), sample + ": " + reply.body());
            }
            assertTrue(function.printed().contains("\"service\":\"launch-guard\""), function.printed());
        }
    }

    /** The whole way: launch and deployment events, probe, verdict, remedy, second probe, closed as repaired. */
    @Test
    void racedLaunch_isRepairedByWhatIsPackaged() {
        aws.commands().runner(ScriptRunner.replaying());
        try (PackagedFunction function = new PackagedFunction(Start.of(layout, environment()))) {
            aws.function(function);
            Instance broken = aws.group("web").launch(RACED);
            aws.settle(Duration.ofMinutes(30));
            List<JsonNode> closed = closed();
            assertEquals(1, closed.size(), function.printed());
            assertEquals("REPAIRED", closed.getFirst().path("status").asText());
            assertEquals(broken.id(), closed.getFirst().path("instanceId").asText());
            assertEquals(List.of(), aws.deadLetters().messages());

            String caseId = closed.getFirst().path("caseId").asText();
            JsonNode recheck = aws.invoke("{\"source\":\"launch-guard.recheck\",\"caseId\":\"%s\"}".formatted(caseId));
            assertEquals("REPAIRED", recheck.path("status").asText(), recheck.toString());
        }
    }

    @Test
    void badEvent_isAnErrorThatNamesWhatWasExpected() {
        try (PackagedFunction function = new PackagedFunction(Start.of(layout, environment()))) {
            Reply reply = function.invoke("{\"instanceId\":\"i-1; rm -rf /\"}");
            assertTrue(reply.failed());
            assertTrue(Json.parse(reply.body()).path("errorMessage").asText().contains("could not read the signal"));
            // The environment lives on.
            assertFalse(
                    function.invoke("{\"source\":\"launch-guard.schedule\"}").failed());
        }
    }

    @Test
    void settingsThatAreMissing_failInitAndAreNamed() {
        Map<String, String> environment = environment();
        environment.remove("LAUNCH_GUARD_TABLE");
        environment.put("LAUNCH_GUARD_MODE", "repair");
        try (PackagedFunction function = new PackagedFunction(Start.of(layout, environment))) {
            String failure = failure(function);
            assertTrue(failure.contains("LAUNCH_GUARD_TABLE"), failure);
            assertTrue(failure.contains("LAUNCH_GUARD_MODE"), failure);
        }
    }

    private static String failure(PackagedFunction function) {
        try {
            function.ready();
            return "it started";
        } catch (IllegalStateException expected) {
            return expected + " " + expected.getCause();
        }
    }

    private List<JsonNode> closed() {
        return aws.events().from("launch-guard").stream()
                .filter(event -> event.path("detail-type").asText().equals("Launch Guard Case Closed"))
                .<JsonNode>map(event -> event.path("detail"))
                .toList();
    }

    private static List<String> samples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("events"))) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .sorted()
                    .toList();
        }
    }
}
