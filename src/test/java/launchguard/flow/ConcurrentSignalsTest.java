package launchguard.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import launchguard.cases.Case;
import launchguard.cases.CaseStep;
import launchguard.cases.CaseStep.Intended;
import launchguard.sandbox.Instance;
import launchguard.sandbox.wire.Call;
import org.junit.jupiter.api.Test;

/** Signals about one case at the same time: resumes, early rechecks, manual requests. */
class ConcurrentSignalsTest {
    private static final Duration TICK = Duration.ofSeconds(5);

    private static String recheck(Case current) {
        return "{\"source\":\"launch-guard.recheck\",\"caseId\":\"" + current.id() + "\",\"instanceId\":\""
                + current.id().instance() + "\"}";
    }

    private static Case until(FunctionStage stage, Instance instance, Class<? extends CaseStep> step) {
        for (int i = 0; i < 200; i++) {
            if (stage.latest(instance)
                    .filter(current -> step.isInstance(current.step()))
                    .isPresent()) {
                return stage.caseOf(instance);
            }
            stage.aws.settle(TICK);
        }
        throw new AssertionError("never " + step.getSimpleName() + ": " + stage.latest(instance));
    }

    /**
     * The process dies before it sends; then two invocations resume its intent, and neither goes on before both have
     * looked it up.
     */
    @Test
    void twoResumesOfOneIntent_sendItOnce() throws Exception {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.faults().on("ssm", "SendCommand").nth(2).dieBefore();
            Instance broken = stage.launch(FunctionStage.RACED);
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

    /** Runs two invocations, each of which waits with its lookup for the other's; returns how often they met. */
    private static int atOnce(FunctionStage stage, String event) throws Exception {
        Meeting both = new Meeting();
        stage.aws.calls().listen(call -> {
            if (call.operation().equals("ListCommands")) {
                both.meet();
            }
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<?> task :
                    threads.invokeAll(Collections.nCopies(2, () -> both.ending(() -> stage.aws.invoke(event))))) {
                task.get();
            }
        } finally {
            stage.aws.calls().listen(call -> {});
        }
        return both.met;
    }

    /** Each of two invocations waits for the other's lookup, or for its end. */
    private static final class Meeting {
        private boolean oneWaits;
        private boolean oneHasEnded;
        private int met;

        synchronized void meet() {
            if (oneWaits) {
                oneWaits = false;
                met++;
                notifyAll();
                return;
            }
            oneWaits = true;
            int before = met;
            try {
                while (met == before && !oneHasEnded) {
                    wait();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (met == before) {
                oneWaits = false;
            }
        }

        JsonNode ending(Supplier<JsonNode> invocation) {
            try {
                return invocation.get();
            } finally {
                end();
            }
        }

        private synchronized void end() {
            oneHasEnded = true;
            notifyAll();
        }
    }

    @Test
    void earlyTimer_changesNothing_whereverTheCaseStands() {
        Set<String> seen = new HashSet<>();
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.settings().commandTime(Duration.ofSeconds(40));
            stage.aws.faults().on("ssm", "SendCommand").nth(2).dieBefore();
            Instance broken = stage.launch(FunctionStage.RACED);
            for (int i = 0; i < 200 && stage.latest(broken).filter(Case::ended).isEmpty(); i++) {
                stage.latest(broken).filter(current -> early(stage, current)).ifPresent(current -> {
                    int before = stage.aws.calls().all().size();
                    JsonNode answer = stage.aws.invoke(recheck(current));
                    assertEquals(current.status().name(), answer.path("status").asText());
                    List<Call> calls = stage.aws.calls().all();
                    assertEquals("GetItem", calls.get(before).operation());
                    assertEquals(current, stage.caseOf(broken));
                    assertEquals(before + 1, calls.size(), "more than a look into the table: " + current.step());
                    seen.add(current.step().getClass().getSimpleName());
                });
                stage.aws.settle(TICK);
            }
            assertEquals("REPAIRED", stage.status(broken));
            assertEquals(1, stage.commands("Redeploy").size());
        }
        assertTrue(seen.containsAll(Set.of("Probing", "Intended", "Running")), seen.toString());
    }

    private static boolean early(FunctionStage stage, Case current) {
        Instant due = current.due();
        return due != null && due.isAfter(stage.aws.clock().instant().plusSeconds(20));
    }

    @Test
    void manualRequest_whileARemedyRuns_joinsIt_andAfterItsEndOpensTheNext() {
        try (FunctionStage stage = FunctionStage.remediating()) {
            stage.aws.settings().commandTime(Duration.ofSeconds(90));
            Instance broken = stage.launch(FunctionStage.RACED);
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
