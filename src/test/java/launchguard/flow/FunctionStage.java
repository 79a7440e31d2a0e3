package launchguard.flow;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import launchguard.aws.DynamoCaseStore;
import launchguard.cases.Case;
import launchguard.cases.CaseStore;
import launchguard.cases.Finding;
import launchguard.cases.Gate;
import launchguard.model.InstanceId;
import launchguard.sandbox.Command;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.ReplayedInstances;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScalingGroup;
import launchguard.sandbox.ScriptRunner;
import launchguard.sandbox.wire.Call;
import launchguard.sandbox.wire.Json;

/** The function in a sandbox, with helpers for its tests. */
final class FunctionStage implements AutoCloseable {
    static final String RACED = "rpm-dnf-race-jdk8-status-error";
    static final String IN_PLACE = "rpm-dnf-race-corretto17-in-place";
    static final String HEALTHY = "rpm-dnf-no-race-agent-after-cloud-init";
    static final String LUCKY = "rpm-lucky-race-jdk-not-upgraded";

    final Sandbox aws;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final CaseStore cases;
    private final Map<String, Deque<Integer>> exits = new ConcurrentHashMap<>();
    private final ReplayedInstances instances = new ReplayedInstances(ScriptRunner.replaying());
    /** Makes its instances print something other than the probe saw. */
    final LyingInstances liars = new LyingInstances(instances);

    private ScriptRunner scripts = liars;

    private FunctionStage(Map<String, String> parameters) {
        aws = Sandbox.start(parameters);
        Functions.install(aws, new PrintStream(printed, true, StandardCharsets.UTF_8));
        cases = new DynamoCaseStore(Functions.clients(aws), aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""));
        aws.commands().runner((root, script, limit) -> {
            String instance = root.path().getFileName().toString();
            Deque<Integer> wanted = exits.getOrDefault(instance, new ArrayDeque<>());
            Integer exit = probe(script) ? null : wanted.poll();
            return exit == null
                    ? scripts.run(root, script, limit)
                    : new ScriptRunner.Result(exit, "", "as the test wants it\n", false);
        });
    }

    /** Mode observe, with these parameters of the stack: name, value, name, value. */
    static FunctionStage observing(String... parameters) {
        return with(Map.of(), parameters);
    }

    /** Mode remediate, with these parameters of the stack as well: name, value, name, value. */
    static FunctionStage remediating(String... parameters) {
        return with(Map.of("Mode", "remediate"), parameters);
    }

    private static FunctionStage with(Map<String, String> first, String... parameters) {
        Map<String, String> all = new TreeMap<>(first);
        for (int i = 0; i < parameters.length; i += 2) {
            all.put(parameters[i], parameters[i + 1]);
        }
        return new FunctionStage(all);
    }

    /** The next remedies on this instance end with these exit codes, and do nothing. */
    void nextRemedies(Instance instance, Integer... codes) {
        exits.put(instance.id(), new ArrayDeque<>(List.of(codes)));
    }

    static boolean probe(String script) {
        return script.contains("cloudInit");
    }

    /** This runs the scripts from now on; it may ask {@link #honest}. */
    void scripts(ScriptRunner other) {
        scripts = other;
    }

    /** Runs the scripts as they are. */
    ScriptRunner honest() {
        return instances;
    }

    ScalingGroup group() {
        return aws.group("web");
    }

    /** An instance of this recorded scenario; its scripts run for real once in a process, and are replayed after that. */
    Instance launch(String scenario) {
        return launch(group(), scenario);
    }

    /** The same in another group. */
    Instance launch(ScalingGroup other, String scenario) {
        return other.launch(image(scenario));
    }

    /** One with files of its own: a test may change them, and so does a deployment to its whole group. */
    Instance launchWithFiles(String scenario) {
        return group().launch(scenario);
    }

    /** What {@link #launch(String)} boots. */
    Image image(String scenario) {
        return image(scenario, "success");
    }

    /** The same, with an outcome of redeployments that the stand-ins know. */
    Image image(String scenario, String outcome) {
        return instances.image(scenario, outcome, Duration.ZERO);
    }

    /** Until nothing is left to do. */
    void settle() {
        if (!aws.settle(Duration.ofHours(6))) {
            throw new AssertionError("six hours were not enough: " + aws.queue().messages());
        }
    }

    /** A launch whose first deployment fails while it runs; all that follows has happened. */
    Instance launchWhoseDeploymentFails() {
        Instance instance = launch(RACED);
        aws.advance(Duration.ofSeconds(16));
        aws.codeDeploy().fail(aws.codeDeploy().all().getFirst(), instance);
        settle();
        return instance;
    }

    Case caseOf(Instance instance) {
        return latest(instance).orElseThrow(() -> new AssertionError("no case of " + instance));
    }

    Optional<Case> latest(Instance instance) {
        return cases.latest(new InstanceId(instance.id()));
    }

    Optional<Case> find(launchguard.model.CaseId id) {
        return cases.find(id);
    }

    /** The open case of an instance now has this finding, as another version of Launch Guard may have stored it. */
    void storeFinding(Instance instance, UnaryOperator<Finding> changed) {
        Case current = caseOf(instance);
        cases.save(current.change().finding(changed.apply(current.finding())).done());
    }

    /** The open case of an instance now lacks what a case that is too large for the table lacks. */
    void storeForgetting(Instance instance) {
        cases.save(caseOf(instance).change().forgetting(true).done());
    }

    String status(Instance instance) {
        return caseOf(instance).status().name();
    }

    String refusal(Instance instance) {
        return String.valueOf(caseOf(instance).finding().refusal());
    }

    Gate gate(Instance instance) {
        return Objects.requireNonNull(caseOf(instance).gate(), "not gated");
    }

    /** The answers to lifecycle hooks with this result, CONTINUE or ABANDON. */
    List<Call> gateAnswers(String result) {
        return aws.calls().of("autoscaling", "CompleteLifecycleAction").stream()
                .filter(call ->
                        call.input().path("LifecycleActionResult").asText().equals(result))
                .toList();
    }

    List<Command> commands(String document) {
        return aws.commands().all().stream()
                .filter(command -> command.documentName().equals("LaunchGuard-" + document))
                .toList();
    }

    List<Command> commands(String document, Instance instance) {
        return commands(document).stream()
                .filter(command -> command.instances().contains(instance.id()))
                .toList();
    }

    /** Our own events of this type about an instance: their details. */
    List<JsonNode> published(String type, Instance instance) {
        return aws.events().published(type, instance);
    }

    /** Calls that changed something which is not our own. */
    List<Call> foreignChanges() {
        return aws.calls().changing().stream()
                .filter(call -> !List.of("dynamodb", "sqs", "events").contains(call.service()))
                .filter(call -> !call.operation().equals("CreateTags"))
                .filter(call -> !call.input().path("DocumentName").asText().equals("LaunchGuard-Probe"))
                .toList();
    }

    String log() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    List<JsonNode> logLines() {
        return log().lines().<JsonNode>map(Json::parse).toList();
    }

    JsonNode ask(Instance instance, String more) {
        return aws.invoke("{\"instanceId\":\"" + instance.id() + "\"" + more + "}");
    }

    @Override
    public void close() {
        aws.close();
    }
}
