package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import launchguard.cases.Case;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** The function dies right before and right after each of its calls; in the end all is as if it had not. */
class CrashTest {
    private static final int WORKERS = 6;
    private static final Duration LONG = Duration.ofHours(6);

    private final AtomicInteger deaths = new AtomicInteger();
    private final AtomicInteger doubleSends = new AtomicInteger();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /** Where the function dies. */
    private record Death(int call, boolean after) {}

    @Test
    void redeployment() throws Exception {
        everywhere(Stage.RACED, "success", "REPAIRED");
    }

    @Test
    void redeploymentThatFails_thenReplacement() throws Exception {
        everywhere(Stage.IN_PLACE, "apphook-fails", "REPLACED");
    }

    private void everywhere(String scenario, String outcome, String status) throws Exception {
        int calls;
        try (Stage stage = Stage.remediating("ReplaceSingle", "true")) {
            Instance instance = launch(stage, scenario, outcome);
            stage.settle();
            calls = stage.aws.calls().all().size();
            assertEquals(status, stage.status(instance));
        }
        try (ExecutorService workers = Executors.newFixedThreadPool(WORKERS)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int call = 1; call <= calls; call++) {
                for (boolean after : new boolean[] {false, true}) {
                    Death death = new Death(call, after);
                    runs.add(workers.submit(() -> run(death, scenario, outcome, status)));
                }
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
        assertEquals(List.of(), List.copyOf(faults));
        assertEquals(2 * calls, deaths.get());
        System.out.printf(
                "%s: %d calls, %d deaths, %d of them made a remedy be sent twice and none take effect twice%n",
                scenario, calls, deaths.get(), doubleSends.get());
    }

    private static Instance launch(Stage stage, String scenario, String outcome) {
        Instance instance = stage.launch(scenario);
        instance.root().write("stand-in/outcome", outcome + "\n");
        return instance;
    }

    private void run(Death death, String scenario, String outcome, String status) {
        try (Stage stage = Stage.remediating("ReplaceSingle", "true")) {
            Instance instance = launch(stage, scenario, outcome);
            if (death.after()) {
                stage.aws.faults().atCall(death.call()).dieAfter();
            } else {
                stage.aws.faults().atCall(death.call()).dieBefore();
            }
            Instant end = stage.aws.clock().instant().plus(LONG);
            while (!stage.aws.settle(Duration.ofMinutes(1))) {
                assertTrue(stage.aws.clock().instant().isBefore(end), "never ends");
                if (died(stage)) {
                    hasTimer(stage, instance);
                }
            }
            if (died(stage)) {
                deaths.incrementAndGet();
            }
            ended(stage, instance, status);
        } catch (AssertionError | RuntimeException | java.io.IOException fault) {
            faults.add(death + ": " + fault);
        }
    }

    private static boolean died(Stage stage) {
        return stage.aws.invocations().stream().anyMatch(invocation -> invocation.failure() != null);
    }

    private static void hasTimer(Stage stage, Instance instance) {
        Case one = stage.latest(instance).orElse(null);
        if (one != null && !one.ended()) {
            boolean timer = stage.aws.queue().messages().stream()
                    .anyMatch(message -> message.body().contains("recheck")
                            && message.body().contains(one.id().toString()));
            assertTrue(timer, "no timer for " + one);
        }
    }

    private void ended(Stage stage, Instance instance, String status) throws java.io.IOException {
        assertEquals(status, stage.status(instance));
        Path called = instance.root().path().resolve("stand-in/calls");
        assertEquals(
                1,
                Files.readAllLines(called).stream()
                        .filter(line -> line.startsWith("codedeploy-local"))
                        .count());
        if (stage.commands("Redeploy").size() > 1) {
            doubleSends.incrementAndGet();
        }
        assertEquals(status.equals("REPLACED") ? "terminated" : "running", instance.state());
        assertEquals(List.of(), stage.aws.deadLetters().messages());
    }
}
