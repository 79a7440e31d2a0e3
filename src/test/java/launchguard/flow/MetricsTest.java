package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ScriptRunner;
import launchguard.template.Template;
import org.junit.jupiter.api.Test;

/** The figures that dashboard and alarms show are really sent, under these names and dimensions, and mean what they say. */
class MetricsTest {
    private static final Template WATCHED =
            Template.read(Path.of("template.yaml"), Map.of("CreateAlarms", "yes", "CreateDashboard", "yes"));

    private static List<Double> values(Stage stage, String metric) {
        return stage.logLines().stream()
                .filter(line -> line.has("_aws") && line.has(metric))
                .map(line -> line.path(metric).asDouble())
                .toList();
    }

    /** Each metric with the names of its dimensions, as {@code Verdicts{Service,Verdict}}. */
    private static Set<String> sent(Stage stage) {
        Set<String> sent = new TreeSet<>();
        for (JsonNode line : stage.logLines()) {
            line.at("/_aws/CloudWatchMetrics").forEach(directive -> {
                assertEquals("LaunchGuard", directive.path("Namespace").asText());
                directive.path("Metrics").forEach(metric -> {
                    String name = metric.path("Name").asText();
                    assertTrue(line.path(name).isNumber(), line.toString());
                    directive.path("Dimensions").forEach(keys -> {
                        Set<String> names = new TreeSet<>();
                        keys.forEach(key -> {
                            assertTrue(line.path(key.asText()).isTextual(), line.toString());
                            names.add(key.asText());
                        });
                        sent.add(name + names);
                    });
                });
            });
        }
        return sent;
    }

    /** What dashboard and alarms ask CloudWatch for, in the same form. */
    private static Set<String> shown() {
        Set<String> shown = new TreeSet<>(alarmed());
        String body = WATCHED.dashboard();
        Matcher search = Pattern.compile("SEARCH\\('\\{LaunchGuard,([A-Za-z,]+)} Service=\\\\\"LaunchGuard\\\\\""
                        + " MetricName=\\\\\"(\\w+)\\\\\"'")
                .matcher(body);
        while (search.find()) {
            shown.add(search.group(2) + new TreeSet<>(List.of(search.group(1).split(",", -1))));
        }
        Matcher plain = Pattern.compile("\\[\"LaunchGuard\", \"(\\w+)\", \"Service\", \"LaunchGuard\"[],]")
                .matcher(body);
        while (plain.find()) {
            shown.add(plain.group(1) + "[Service]");
        }
        return shown;
    }

    private static Set<String> alarmed() {
        Set<String> alarmed = new TreeSet<>();
        WATCHED.alarms().forEach(alarm -> {
            if (alarm.path("Namespace").asText().equals("LaunchGuard")) {
                Set<String> names = new TreeSet<>();
                alarm.path("Dimensions")
                        .forEach(one -> names.add(one.path("Name").asText()));
                alarmed.add(alarm.path("MetricName").asText() + names);
            }
        });
        return alarmed;
    }

    @Test
    void dashboardAndAlarms_showWhatIsSent_andAllOfIt() {
        try (Stage stage = Stage.remediating()) {
            stage.launch(Stage.HEALTHY);
            stage.launch(Stage.RACED);
            stage.settle();
            stage.aws.runSchedule();
            try (Stage observing = Stage.observing()) {
                observing.launch(Stage.RACED);
                observing.settle();
                Set<String> sent = sent(stage);
                sent.addAll(sent(observing));
                assertEquals(sent, shown());
            }
        }
    }

    @Test
    void aLaunchCountsOnce_howeverOftenItIsAskedAbout() {
        try (Stage stage = Stage.observing()) {
            Instance raced = stage.launch(Stage.RACED);
            stage.settle();
            assertEquals(1, values(stage, "DetectionDelay").size());
            assertEquals(1, values(stage, "RaceMarginSeconds").size());
            double delay = values(stage, "DetectionDelay").getFirst();
            assertTrue(delay >= 0 && delay < 600, "seconds: " + delay);

            stage.ask(raced, "");
            stage.aws.advance(Duration.ofDays(90));
            stage.ask(raced, "");
            assertEquals(3, values(stage, "Verdicts").size());
            assertEquals(1, values(stage, "DetectionDelay").size());
            assertEquals(1, values(stage, "RaceMarginSeconds").size());
        }
    }

    /** Its timer is set anew each time it rings, so it is never past due; it is old all the same. */
    @Test
    void oldCase_isSeenThoughItsTimerNeverFails() {
        try (Stage stage = Stage.remediating("LaunchWindow", "P3D")) {
            stage.scripts((root, script, limit) -> new ScriptRunner.Result(0, "no evidence", "", false));
            stage.launch(Stage.RACED);
            stage.aws.settle(Duration.ofHours(25));
            stage.launch(Stage.RACED);
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals(0, stage.aws.runSchedule().path("rearmed").asInt());
            double oldest = values(stage, "OldestOpenCaseSeconds").getLast();
            assertTrue(oldest > 86_400 && oldest < 100_000, "seconds: " + oldest);
        }
    }

    @Test
    void noOpenCase_isZero() {
        try (Stage stage = Stage.observing()) {
            stage.launch(Stage.HEALTHY);
            stage.settle();
            stage.aws.runSchedule();
            assertEquals(0, values(stage, "OldestOpenCaseSeconds").getLast());
        }
    }

    /** People hear of a boot that is stuck while there is still something to look at. */
    @Test
    void stuckBoot_isToldOnce() {
        try (Stage stage = Stage.remediating("BootDeadline", "PT20M")) {
            ScriptRunner honest = ScriptRunner.replaying();
            stage.scripts((root, script, limit) -> {
                ScriptRunner.Result result = honest.run(root, script, limit);
                return new ScriptRunner.Result(
                        result.exitCode(),
                        result.stdout()
                                .replaceAll("\"state\":\"done\"", "\"state\":\"running\"")
                                .replaceAll("\"uptime\":[0-9.]+", "\"uptime\":1500.0")
                                .replaceAll("\"javaHomeGone\":true", "\"javaHomeGone\":false"),
                        result.stderr(),
                        result.killed());
            });
            Instance stuck = stage.launch(Stage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(90));
            assertEquals("BOOT_STUCK", stage.caseOf(stuck).finding().verdict());
            assertEquals(1, stage.told("Boot Stuck", stuck).size());
            assertEquals(List.of(), stage.told("Refusal", stuck));
        }
    }
}
