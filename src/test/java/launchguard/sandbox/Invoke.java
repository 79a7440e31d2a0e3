package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/**
 * Gives an event to the real function, in a sandbox with one recorded launch: {@code mvn -q -Pinvoke
 * -Devent=events/manual-default.json}. Standard output has the answer and the events that followed; standard error the
 * log.
 */
public final class Invoke {
    private static final Map<String, String> LAUNCHES = Map.of(
            "raced", "rpm-dnf-race-jdk8-status-error",
            "in-place", "rpm-dnf-race-corretto17-in-place",
            "lucky", "rpm-lucky-race-jdk-not-upgraded",
            "healthy", "rpm-dnf-no-race-agent-after-cloud-init");
    private static final Pattern INSTANCE = Pattern.compile("\\bi-[0-9a-f]{17}\\b");
    private static final Pattern GROUP = Pattern.compile("[Aa]utoScalingGroup(?:Name)?\\\\?\" *: *\\\\?\"([^\"\\\\]+)");
    private static final Pattern TOKEN = Pattern.compile("(LifecycleActionToken\\\\?\" *: *\\\\?\")[0-9A-Za-z-]{36}");
    private static final String GATE = "\"launch-guard-gate\"";
    private static final Duration BOOT = Duration.ofMinutes(2);
    private static final Duration LONGEST = Duration.ofHours(6);

    private Invoke() {}

    /** Arguments: a file with the event or {@code -}, the recorded launch, the mode. Ends with 2 where one is wrong. */
    public static void main(String[] arguments) throws IOException {
        String wrong = wrong(arguments);
        if (wrong != null) {
            System.err.println(wrong);
            System.exit(2);
        }
        String event = arguments[0].equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(Path.of(arguments[0]));
        System.exit(run(event, arguments[1], arguments[2], System.out, System.err) ? 0 : 1);
    }

    /** What is wrong with these arguments, and what would be right. */
    static @Nullable String wrong(String... arguments) throws IOException {
        if (!arguments[0].equals("-") && !Files.isRegularFile(Path.of(arguments[0]))) {
            try (Stream<Path> samples = Files.list(Path.of("events"))) {
                return "no file " + arguments[0] + ": -Devent=FILE takes one with an event, as one of "
                        + samples.map(Path::toString).sorted().toList() + ", or - for standard input";
            }
        }
        if (!LAUNCHES.containsKey(arguments[1])) {
            return "no launch " + arguments[1] + ": -Dlaunch= takes one of "
                    + LAUNCHES.keySet().stream().sorted().toList();
        }
        if (!List.of("observe", "remediate").contains(arguments[2])) {
            return "no mode " + arguments[2] + ": -Dmode= takes observe or remediate";
        }
        return null;
    }

    /** Whether the function answered. */
    static boolean run(String event, String launch, String mode, PrintStream out, PrintStream log) {
        Matcher group = GROUP.matcher(event);
        try (Sandbox aws = Sandbox.start(Map.of("Mode", mode))) {
            Thread discard = new Thread(aws::discard);
            Runtime.getRuntime().addShutdownHook(discard);
            Functions.install(aws, log);
            ScalingGroup scaling = aws.group(group.find() ? group.group(1) : "web")
                    .replacements(gone -> Image.recorded(scenario("healthy")));
            Instance instance = event.contains(GATE)
                    ? held(aws, scaling, Image.recorded(scenario(launch)), event)
                    : scaling.launch(scenario(launch));
            aws.advance(BOOT);
            out.println("# " + (event.contains(GATE) ? "Held for" : "Launched") + " two minutes: " + instance.id()
                    + " in group " + scaling.name()
                    + ", recorded as " + scenario(launch) + "; mode " + mode
                    + ". It takes the place of each instance that the event names.");
            boolean answered = answer(aws, about(instance, aws, event), out);
            aws.settle(LONGEST);
            List<ObjectNode> published = aws.events().from("launch-guard");
            out.println("# What the function sent to EventBridge until nothing was left to do: " + published.size()
                    + " events");
            published.forEach(node -> show(
                    Json.object("detail-type", node.path("detail-type").asText(), "detail", node.path("detail")), out));
            Runtime.getRuntime().removeShutdownHook(discard);
            return answered;
        }
    }

    /** An instance that waits at the launch gate as the event says: a plain launch, into or out of a warm pool, or on a new disk. */
    private static Instance held(Sandbox aws, ScalingGroup group, Image image, String event) {
        JsonNode detail = Json.parse(event).path("detail");
        if (detail.path("Destination").asText().equals("WarmPool")) {
            return group.gated().warm(image, "Running");
        }
        if (detail.path("Origin").asText().equals("WarmPool")) {
            Instance warm = group.warm(image, "Running");
            aws.advance(BOOT);
            group.gated().takeFromPool(warm);
            return warm;
        }
        if (detail.path("Action").asText().equals("ReplaceRootVolume")) {
            Instance serving = group.launch(Image.recorded(scenario("healthy")));
            aws.settle(LONGEST);
            group.gated().replaceRootVolume(serving, image);
            return serving;
        }
        return group.gated().launch(image);
    }

    /** The event of the instance that is there, and of its own wait where a lifecycle hook holds it. */
    private static String about(Instance instance, Sandbox aws, String event) {
        String about = INSTANCE.matcher(event).replaceAll(instance.id());
        return aws.events().from("aws.autoscaling").stream()
                .map(node -> node.path("detail").path("LifecycleActionToken").asText())
                .filter(token -> !token.isEmpty())
                .reduce((earlier, later) -> later)
                .map(token -> TOKEN.matcher(about).replaceAll("$1" + token))
                .orElse(about);
    }

    private static boolean answer(Sandbox aws, String event, PrintStream out) {
        try {
            JsonNode answer = aws.invoke(event);
            out.println("# The answer:");
            show(answer, out);
            return true;
        } catch (IllegalStateException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            out.println("# The function failed, as Lambda would tell it:");
            show(
                    Json.object(
                            "errorMessage", String.valueOf(cause.getMessage()),
                            "errorType", cause.getClass().getName()),
                    out);
            return false;
        }
    }

    private static void show(JsonNode json, PrintStream out) {
        out.println(json.toPrettyString());
    }

    private static String scenario(String launch) {
        return LAUNCHES.getOrDefault(launch, launch);
    }
}
