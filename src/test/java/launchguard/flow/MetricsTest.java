package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    private static List<Double> values(FunctionStage stage, String metric) {
        return stage.logLines().stream()
                .filter(line -> line.has("_aws") && line.has(metric))
                .map(line -> line.path(metric).asDouble())
                .toList();
    }

    /** Each metric with the names of its dimensions, as {@code Verdicts{Service,Verdict}}. */
    private static Set<String> sent(FunctionStage stage) {
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
                        .forEach(node -> names.add(node.path("Name").asText()));
                alarmed.add(alarm.path("MetricName").asText() + names);
            }
        });
        return alarmed;
    }

    @Test
    void dashboardAndAlarms_showWhatIsSent_andAllOfIt() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.launch(FunctionStage.HEALTHY);
            stage.launch(FunctionStage.RACED);
            stage.settle();
            stage.group().gated();
            stage.launch(FunctionStage.RACED);
            stage.aws.advance(Duration.ofMinutes(3));
            stage.aws.runSchedule();
            stage.settle();
            try (FunctionStage observing = FunctionStage.observing()) {
                observing.launch(FunctionStage.RACED);
                observing.settle();
                Set<String> sent = sent(stage);
                sent.addAll(sent(observing));
                assertEquals(sent, shown());
            }
        }
    }

    @Test
    void aLaunchCountsOnce_howeverOftenItIsAskedAbout() {
        try (FunctionStage stage = FunctionStage.observing()) {
            Instance raced = stage.launch(FunctionStage.RACED);
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

    /** Its timer is set again each time it rings, so it is never past due; it is old all the same. */
    @Test
    void oldCase_isSeenThoughItsTimerNeverFails() {
        try (FunctionStage stage = FunctionStage.remediating("LaunchWindow", "P3D")) {
            stage.scripts((root, script, limit) -> new ScriptRunner.Result(0, "no evidence", "", false));
            stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofHours(1));
            stage.aws.advance(Duration.ofHours(23));
            stage.aws.settle(Duration.ofHours(1));
            stage.launch(FunctionStage.RACED);
            stage.aws.settle(Duration.ofMinutes(10));
            assertEquals(0, stage.aws.runSchedule().path("rearmed").asInt());
            double oldest = values(stage, "OldestOpenCaseSeconds").getLast();
            assertTrue(oldest > 86_400 && oldest < 100_000, "seconds: " + oldest);
        }
    }

    /** How the waits at the launch gate ended, one value of the metric's dimension for each. */
    private static List<String> ends(FunctionStage stage) {
        return stage.logLines().stream()
                .filter(line -> line.has("_aws") && line.has("GateHeldSeconds"))
                .map(line -> line.path("Gate").asText())
                .toList();
    }

    /** The function is stopped: the hook's timeout takes its default result, and people must be notified. */
    @Test
    void defaultResult_isCounted_alsoWhereTheEventCameTooLate() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.launch(FunctionStage.HEALTHY);
            stage.launch(FunctionStage.HEALTHY);
            stage.aws.advance(Duration.ofMinutes(12));
            stage.settle();
            assertEquals(List.of("EXPIRED", "EXPIRED"), ends(stage));
            assertEquals(List.of(600.0, 600.0), values(stage, "GateHeldSeconds"));
        }
    }

    /** Its heartbeats fail for longer than the hook waits. */
    @Test
    void defaultResult_isCounted_whereTheFunctionKnewTheWait() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.scripts(EventsTest.booting(stage.honest()));
            stage.launch(FunctionStage.HEALTHY);
            stage.aws.advance(Duration.ofSeconds(5));
            stage.aws
                    .faults()
                    .on("autoscaling", "RecordLifecycleActionHeartbeat")
                    .always()
                    .throttle();
            stage.aws.settle(Duration.ofMinutes(30));
            assertEquals(List.of("EXPIRED"), ends(stage));
        }
    }

    /** An answer that was lost on its way back is asked again, and finds nothing: no default result was taken. */
    @Test
    void lostAnswer_isNoDefaultResult() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.launch(FunctionStage.HEALTHY);
            stage.aws
                    .faults()
                    .on("autoscaling", "CompleteLifecycleAction")
                    .times(1)
                    .loseAnswer();
            stage.settle();
            assertFalse(ends(stage).contains("EXPIRED"), ends(stage).toString());
            assertEquals(1, ends(stage).size());
        }
    }

    @Test
    void launchThatCodeDeployAbandons_isGone() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            Instance instance = stage.launchWhoseDeploymentFails();
            assertEquals("Terminated", instance.lifecycle());
            assertEquals(List.of("GONE"), ends(stage));
        }
    }

    @Test
    void longestHold_isSeenWhileItLasts() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.group().gated();
            stage.scripts(EventsTest.booting(stage.honest()));
            stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(8));
            stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(12));
            stage.aws.runSchedule();
            double longest = values(stage, "OldestHeldSeconds").getLast();
            assertTrue(longest > 1_100 && longest < 1_300, "seconds: " + longest);
            stage.settle();
            int published = values(stage, "OldestHeldSeconds").size();
            stage.aws.runSchedule();
            assertEquals(published, values(stage, "OldestHeldSeconds").size(), "nothing is held");
        }
    }

    @Test
    void noOpenCase_isZero() {
        try (FunctionStage stage = FunctionStage.observing()) {
            stage.launch(FunctionStage.HEALTHY);
            stage.settle();
            stage.aws.runSchedule();
            assertEquals(0, values(stage, "OldestOpenCaseSeconds").getLast());
        }
    }

    /** People are notified of a boot that is stuck while there is still something to look at. */
    @Test
    void stuckBoot_isAnnouncedOnce() {
        try (FunctionStage stage = FunctionStage.remediating("BootDeadline", "PT20M")) {
            ScriptRunner honest = stage.honest();
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
            Instance stuck = stage.launch(FunctionStage.HEALTHY);
            stage.aws.settle(Duration.ofMinutes(90));
            assertEquals("BOOT_STUCK", stage.caseOf(stuck).finding().verdict());
            assertEquals(1, stage.published("Boot Stuck", stuck).size());
            assertEquals(List.of(), stage.published("Refusal", stuck));
        }
    }
}
