package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import launchguard.Thorough;
import launchguard.cases.Case;
import launchguard.cases.Gate;
import launchguard.reliability.model.Replay;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The function dies right before or right after any of its calls; in the end all is as if it had not. */
@Tag("verify")
class CrashTest {
    private static final int WORKERS = 6;
    private static final int ONE_OF = 47;
    private static final Duration LONG = Duration.ofHours(6);

    private final AtomicInteger deaths = new AtomicInteger();
    private final AtomicInteger doubleSends = new AtomicInteger();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /** The demo's launches of a group without gate, and the ways that the demo does not go. */
    @SuppressWarnings("ImmutableEnumChecker") // never changed
    enum Story {
        HEALTHY(FunctionStage.HEALTHY, "success", List.of("CLOSED")),
        LUCKY(FunctionStage.LUCKY, "success", List.of("CLOSED")),
        REDEPLOYMENT(FunctionStage.RACED, "success", List.of("REPAIRED")),
        REDEPLOYMENT_THAT_FAILS_THEN_REPLACEMENT(
                FunctionStage.IN_PLACE, "apphook-fails", List.of("REPLACED", "CLOSED")),
        RESTART(FunctionStage.RACED, "success", List.of("REPAIRED"), "Ladder", "restart,redeploy,replace"),
        WHOLE_GROUP(FunctionStage.RACED, "success", List.of("REPAIRED"), "RedeployScope", "group"),
        OBSERVED(FunctionStage.RACED, "success", List.of("REFUSED"), "Mode", "observe"),
        GATED(FunctionStage.HEALTHY, "success", List.of("CLOSED")),
        GATED_REDEPLOYMENT(FunctionStage.RACED, "success", List.of("REPAIRED")),
        GATED_ABANDONED(FunctionStage.RACED, "success", List.of("REPLACED", "CLOSED"), "Ladder", "replace"),
        GATED_TO_THE_DEADLINE(
                FunctionStage.HEALTHY,
                "boots",
                List.of("UNRESOLVED"),
                "LaunchWindow",
                "PT10M",
                "GateDeadline",
                "PT15M"),
        GATED_OBSERVED(FunctionStage.RACED, "success", List.of("REFUSED"), "Mode", "observe");

        private final String scenario;
        private final String outcome;
        private final List<String> statuses;
        private final String[] parameters;

        Story(String scenario, String outcome, List<String> statuses, String... parameters) {
            this.scenario = scenario;
            this.outcome = outcome;
            this.statuses = statuses;
            this.parameters = parameters;
        }

        FunctionStage launched() {
            List<String> all = new ArrayList<>(List.of("ReplaceSingle", "true"));
            all.addAll(List.of(parameters));
            FunctionStage stage = FunctionStage.remediating(all.toArray(String[]::new));
            stage.group().replacements(gone -> stage.image(FunctionStage.HEALTHY));
            if (name().startsWith("GATED")) {
                stage.group().gated();
            }
            if (outcome.equals("boots")) {
                stage.scripts(EventsTest.booting(stage.honest()));
            }
            stage.launchWithFiles(scenario).root().write("stand-in/outcome", outcome + "\n");
            return stage;
        }
    }

    /** Where the function dies. */
    private record Death(int call, boolean after) {}

    /** The end of a story: for each instance how its case ended, and what was done to it. */
    private record End(
            List<String> statuses,
            List<String> gates,
            List<String> states,
            List<List<String>> done,
            int deployments,
            int marked) {
        /** The gates of another end; one in service by the hook's timeout is marked unhealthy instead of abandoned. */
        End with(End other) {
            boolean passedBy = other.gates().contains("none") || other.gates().contains("GONE");
            return new End(statuses, other.gates(), states, done, deployments, passedBy ? other.marked() : marked);
        }
    }

    @ParameterizedTest
    @Tag("thorough")
    @EnumSource(Story.class)
    void everyCall(Story story) throws Exception {
        int calls;
        End undisturbed;
        try (FunctionStage stage = story.launched()) {
            stage.settle();
            calls = stage.aws.calls().all().size();
            undisturbed = end(stage);
            assertEquals(story.statuses, undisturbed.statuses());
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<?>> runs = new ArrayList<>();
            for (Death death : Thorough.part(everyDeath(calls), ONE_OF)) {
                runs.add(workers.submit(() -> run(death, story, undisturbed)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
        assertEquals(List.of(), List.copyOf(faults));
        assertEquals(Thorough.part(everyDeath(calls), ONE_OF).size(), deaths.get());
        System.out.printf(
                "crash: %s: %d calls, %d deaths, %d of them made a remedy be sent twice and none take effect twice%n",
                story, calls, deaths.get(), doubleSends.get());
    }

    /** Before and after in turn, so that every odd part has both kinds. */
    private static List<Death> everyDeath(int calls) {
        List<Death> deaths = new ArrayList<>();
        for (int call = 1; call <= calls; call++) {
            deaths.add(new Death(call, false));
            deaths.add(new Death(call, true));
        }
        return deaths;
    }

    private void run(Death death, Story story, End undisturbed) {
        try (FunctionStage stage = story.launched()) {
            if (death.after()) {
                stage.aws.faults().atCall(death.call()).dieAfter();
            } else {
                stage.aws.faults().atCall(death.call()).dieBefore();
            }
            Instant end = stage.aws.clock().instant().plus(LONG);
            while (!stage.aws.settle(Duration.ofMinutes(1))) {
                assertTrue(stage.aws.clock().instant().isBefore(end), "never ends");
                if (died(stage)) {
                    stage.group().instances().forEach(instance -> hasTimer(stage, instance));
                }
            }
            if (died(stage)) {
                deaths.incrementAndGet();
            }
            assertEquals(undisturbed.with(end(stage)), end(stage));
            gatesFit(undisturbed.gates(), end(stage).gates());
            assertEquals(List.of(), Replay.of(stage.aws.calls().happened()).faults());
            if (stage.aws.commands().all().stream()
                            .filter(command -> !command.documentName().endsWith("Probe"))
                            .count()
                    > undisturbed.done().stream()
                            .flatMap(List::stream)
                            .filter(line -> !line.isEmpty())
                            .count()) {
                doubleSends.incrementAndGet();
            }
            assertEquals(List.of(), stage.aws.deadLetters().messages());
        } catch (AssertionError | RuntimeException fault) {
            faults.add(story + " " + death + ": " + fault);
        }
    }

    /** A message that comes back later than the hook's timeout finds the instance in service: the gate fails open. */
    private static void gatesFit(List<String> undisturbed, List<String> gates) {
        for (int i = 0; i < gates.size(); i++) {
            String gate = gates.get(i);
            assertTrue(
                    gate.equals(undisturbed.get(i)) || gate.equals("none") || gate.equals("GONE"),
                    gates + " instead of " + undisturbed);
        }
    }

    private static boolean died(FunctionStage stage) {
        return stage.aws.invocations().stream().anyMatch(invocation -> invocation.failure() != null);
    }

    private static void hasTimer(FunctionStage stage, Instance instance) {
        Case current = stage.latest(instance).orElse(null);
        if (current != null && !current.ended()) {
            // Until its recheck is sent, the message that moved the case to its step comes again.
            boolean timer = stage.aws.queue().messages().stream()
                    .anyMatch(message -> message.id().equals(current.timer().movedBy())
                            || (message.body().contains("recheck")
                                    && message.body().contains(current.id().toString())
                                    && message.body()
                                            .endsWith(",\"step\":"
                                                    + current.timer().step() + "}")));
            assertTrue(timer, "no timer for " + current);
        }
    }

    private static End end(FunctionStage stage) {
        List<Instance> all = stage.aws.instances();
        return new End(
                all.stream().map(stage::status).toList(),
                all.stream().map(instance -> gate(stage, instance)).toList(),
                all.stream()
                        .map(instance -> instance.state() + " " + instance.lifecycle())
                        .toList(),
                all.stream().map(CrashTest::done).toList(),
                (int) stage.aws.codeDeploy().all().stream()
                        .filter(deployment -> deployment.description().startsWith("launch-guard"))
                        .count(),
                (int) all.stream()
                        .filter(instance -> instance.health().equals("Unhealthy"))
                        .count());
    }

    private static String gate(FunctionStage stage, Instance instance) {
        Gate gate = stage.caseOf(instance).gate();
        return gate == null ? "none" : gate.state() + (gate.proved() ? " proved" : "");
    }

    /** Each deployment that was run on the instance, and each start or stop of a service there. */
    private static List<String> done(Instance instance) {
        Path calls = instance.root().path().resolve("stand-in/calls");
        try {
            return !Files.exists(calls)
                    ? List.of()
                    : Files.readAllLines(calls).stream()
                            .filter(line ->
                                    line.matches("codedeploy-local .*|systemctl (re)?start .*|systemctl stop .*"))
                            .map(line -> line.replaceFirst(" .*/deployment-archive.*", ""))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
