package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Intended;
import launchguard.sandbox.Instance;
import org.junit.jupiter.api.Test;

/** Two that want the same at once, a timer that rings too early, somebody who asks by hand meanwhile. */
class AtOnceTest {
    private static final Duration TICK = Duration.ofSeconds(5);

    private static String recheck(Case one) {
        return "{\"source\":\"launch-guard.recheck\",\"caseId\":\"" + one.id() + "\",\"instanceId\":\""
                + one.id().instance() + "\"}";
    }

    private static Case until(Stage stage, Instance instance, Class<? extends CaseStep> step) {
        for (int i = 0; i < 200; i++) {
            if (stage.latest(instance)
                    .filter(one -> step.isInstance(one.step()))
                    .isPresent()) {
                return stage.caseOf(instance);
            }
            stage.aws.settle(TICK);
        }
        throw new AssertionError("never " + step.getSimpleName() + ": " + stage.latest(instance));
    }

    /** The process dies before it sends; then two take its intent up, and neither goes on before both have looked. */
    @Test
    void twoResumesOfOneIntent_sendItOnce() throws Exception {
        try (Stage stage = Stage.remediating()) {
            stage.aws.faults().on("ssm", "SendCommand").nth(2).dieBefore();
            Instance broken = stage.launch(Stage.RACED);
            Case intended = until(stage, broken, Intended.class);
            int met = 0;
            for (int i = 0; i < 10 && stage.commands("Redeploy").isEmpty(); i++) {
                stage.aws.advance(Duration.ofSeconds(90));
                met += atOnce(stage, recheck(intended));
            }
            assertTrue(met > 1, "looked together " + met + " times");
            assertEquals(1, stage.commands("Redeploy").size());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken), () -> String.valueOf(stage.caseOf(broken)));
            assertEquals(1, stage.commands("Redeploy").size());
        }
    }

    /** Two invocations, of which each waits with its look for the other's; how often they met. */
    private static int atOnce(Stage stage, String event) throws Exception {
        AtomicInteger met = new AtomicInteger();
        CyclicBarrier both = new CyclicBarrier(2, met::incrementAndGet);
        stage.aws.calls().listen(call -> {
            if (call.operation().equals("ListCommands")) {
                meet(both);
            }
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<?> one : threads.invokeAll(Collections.nCopies(2, () -> stage.aws.invoke(event)))) {
                one.get();
            }
        } finally {
            stage.aws.calls().listen(call -> {});
        }
        return met.get();
    }

    /** Whoever looks again because the other was quicker waits in vain, and goes on. */
    private static void meet(CyclicBarrier both) {
        try {
            both.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
            // Nobody else is looking any more.
        }
    }

    @Test
    void earlyTimer_changesNothing_whereverTheCaseStands() {
        Set<String> seen = new HashSet<>();
        try (Stage stage = Stage.remediating()) {
            stage.aws.settings().commandTime(Duration.ofSeconds(40));
            stage.aws.faults().on("ssm", "SendCommand").nth(2).dieBefore();
            Instance broken = stage.launch(Stage.RACED);
            for (int i = 0; i < 200 && stage.latest(broken).filter(Case::ended).isEmpty(); i++) {
                stage.latest(broken).filter(one -> early(stage, one)).ifPresent(one -> {
                    long before = stage.aws.calls().changing().size();
                    JsonNode answer = stage.aws.invoke(recheck(one));
                    assertEquals(one.status().name(), answer.path("status").asText());
                    assertEquals(one, stage.caseOf(broken));
                    assertEquals(before, stage.aws.calls().changing().size(), "changed something: " + one.step());
                    seen.add(one.step().getClass().getSimpleName());
                });
                stage.aws.settle(TICK);
            }
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals(1, stage.commands("Redeploy").size());
        }
        assertTrue(seen.containsAll(Set.of("Probing", "Intended", "Running")), seen.toString());
    }

    private static boolean early(Stage stage, Case one) {
        Instant due = one.due();
        return due != null && due.isAfter(stage.aws.clock().instant().plusSeconds(20));
    }

    @Test
    void askedByHand_whileARemedyRuns_joinsIt_andAfterItsEndOpensTheNext() {
        try (Stage stage = Stage.remediating()) {
            stage.aws.settings().commandTime(Duration.ofSeconds(90));
            Instance broken = stage.launch(Stage.RACED);
            Case running = until(stage, broken, CaseStep.Running.class);
            for (String action : new String[] {"", ",\"action\":\"diagnose\"", ",\"action\":\"remediate\""}) {
                JsonNode answer = stage.ask(broken, action + ",\"waitSeconds\":0");
                assertEquals(running.id().toString(), answer.path("caseId").asText(), answer.toString());
            }
            assertEquals(1, stage.commands("Redeploy").size());
            stage.settle();
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals(1, stage.commands("Redeploy").size());

            JsonNode next = stage.ask(broken, ",\"action\":\"remediate\",\"waitSeconds\":60");
            assertNotEquals(running.id().toString(), next.path("caseId").asText());
            assertEquals(2, stage.caseOf(broken).id().number());
            stage.settle();
            assertEquals("HEALTHY", stage.caseOf(broken).finding().verdict());
            assertEquals(1, stage.commands("Redeploy").size(), "what is well is left alone");
            assertEquals(
                    "REPAIRED",
                    stage.find(running.id()).orElseThrow().status().name(),
                    "the first case stays as it ended");
        }
    }
}
