package launchguard.reliability;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import launchguard.aws.DynamoCaseStore;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.model.InstanceId;
import launchguard.sandbox.Command;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ReplayedInstances;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.template.Notices;
import launchguard.template.Template;

/** The function on a group of replayed instances, in mode remediate. */
final class ReliabilityStage implements AutoCloseable {
    static final String RACED = "rpm-dnf-race-jdk8-status-error";
    static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";

    final Sandbox aws;
    final ReplayedInstances players = new ReplayedInstances();
    final ScalingGroup group;
    private final CaseStore cases;

    /** Parameters of the stack: name, value, name, value. */
    ReliabilityStage(String... parameters) {
        Map<String, String> all = new TreeMap<>(Map.of("Mode", "remediate"));
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        aws = Sandbox.start(all);
        Functions.install(aws, new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8));
        aws.commands().runner(players);
        group = aws.group("web");
        cases = new DynamoCaseStore(Functions.clients(aws), aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""));
    }

    Instance launch(String scenario, String outcome) {
        return group.launch(players.image(scenario, outcome, Duration.ZERO));
    }

    Instance raced() {
        return launch(RACED, "success");
    }

    /** So many workers until nothing is left to do, or so long. */
    boolean work(long seed, int workers, Duration most) {
        return aws.crowd(seed, workers).until(aws.clock().instant().plus(most), () -> {});
    }

    void workToTheEnd(long seed, int workers) {
        if (!work(seed, workers, Duration.ofHours(8))) {
            throw new AssertionError(
                    "eight hours were not enough: " + aws.queue().messages());
        }
    }

    Optional<Case> latest(Instance instance) {
        return cases.latest(new InstanceId(instance.id()));
    }

    String status(Instance instance) {
        return latest(instance).map(found -> found.status().name()).orElse("none");
    }

    String refusal(Instance instance) {
        return latest(instance)
                .map(found -> String.valueOf(found.finding().refusal()))
                .orElse("none");
    }

    List<Command> remedies() {
        return aws.commands().all().stream()
                .filter(command -> !command.documentName().endsWith("-Probe"))
                .toList();
    }

    /** Our own events of this type about an instance: their details. */
    List<JsonNode> published(String type, Instance instance) {
        return aws.events().published(type, instance);
    }

    /** What people got by mail, as the stack's own rules pick and word it: how often each first line's kind. */
    Map<String, Integer> mails() throws Exception {
        Notices notices =
                Notices.of(Template.read(Path.of("template.yaml"), Map.of("NotificationEmail", "sre@example.com")));
        Map<String, Integer> mails = new TreeMap<>();
        for (JsonNode event : aws.events().from("launch-guard")) {
            notices.of(event).keySet().forEach(rule -> mails.merge(rule + " " + kind(event), 1, Integer::sum));
        }
        return mails;
    }

    List<JsonNode> summaries() {
        return aws.events().from("launch-guard").stream()
                .filter(event -> event.path("detail-type").asText().equals("Launch Guard Summary"))
                .<JsonNode>map(event -> event.path("detail"))
                .toList();
    }

    private static String kind(JsonNode event) {
        return switch (event.path("detail-type").asText()) {
            case "Launch Guard Action" -> event.at("/detail/action").asText();
            case "Launch Guard Refusal" -> event.at("/detail/refusal").asText();
            case "Launch Guard Summary" -> event.at("/detail/counts").toString();
            default -> event.at("/detail/status").asText();
        };
    }

    /** As {@link #workToTheEnd}, with callers that don't take turns. */
    void rushToTheEnd(int workers) {
        if (!aws.throng(workers).until(aws.clock().instant().plus(Duration.ofHours(8)), () -> {})) {
            throw new AssertionError(
                    "eight hours were not enough: " + aws.queue().messages());
        }
    }

    @Override
    public void close() {
        aws.close();
    }
}
