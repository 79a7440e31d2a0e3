package launchguard;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import launchguard.aws.Clients;
import launchguard.aws.WorkerPool;
import launchguard.settings.Settings;

/**
 * Prepares the process before the first event: the clients that the usual signal needs are made, a healthy
 * launch is rehearsed with them from its first event to the end of its case, and a connection is opened to each service. No
 * call is made and nothing is logged. What fails here is ignored: the event that needs it will report it.
 */
final class Priming {
    /** Init may take ten seconds; what is not done by then is done when it is needed. */
    static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Clients clients;
    private final Settings settings;

    Priming(Clients clients, Settings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    /** Primes the process. */
    void run() {
        run(PATIENCE);
    }

    /**
     * Works in parallel, since init has more processors than a small function gets later. Returns the operations that
     * were called.
     */
    List<String> run(Duration patience) {
        SampleLaunch rehearsal = new SampleLaunch(settings, Instant.now());
        clients.usual().forEach(part -> start(part));
        try {
            start(() -> rehearse(rehearsal)).join(patience);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return rehearsal.asked();
    }

    private static Thread start(Runnable work) {
        return Thread.ofPlatform().daemon().name("priming").start(() -> quietly(work));
    }

    private static void quietly(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException later) {
            // The event that needs it says so, and what to do about it.
        }
    }

    private void rehearse(SampleLaunch rehearsal) {
        // A function of its own: what it remembers of groups and deployments never reaches the one that is primed.
        LaunchGuardFunction stage = new LaunchGuardFunction(
                settings,
                clients,
                InstantSource.system(),
                ignored -> {},
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                new WorkerPool());
        try {
            clients.rehearse(rehearsal, () -> rehearsal.batches().forEach(batch -> stage.answer(bytes(batch))));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static byte[] bytes(List<String> events) {
        ObjectNode batch = JsonNodeFactory.instance.objectNode();
        ArrayNode records = batch.putArray("Records");
        events.forEach(event -> records.addObject()
                .put("messageId", UUID.randomUUID().toString())
                .put("eventSource", "aws:sqs")
                .put("body", event)
                .putObject("attributes")
                .put("ApproximateReceiveCount", "1"));
        return batch.toString().getBytes(StandardCharsets.UTF_8);
    }
}
