package launchguard;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import launchguard.aws.Clients;
import launchguard.aws.Deadline;
import launchguard.aws.WorkerPool;
import launchguard.aws.Workers;
import launchguard.dispatch.Batches;
import launchguard.dispatch.DirectRequests;
import launchguard.dispatch.FlowBuilder;
import launchguard.dispatch.SignalHandler;
import launchguard.intake.Sleeper;
import launchguard.report.CaseLog;
import launchguard.settings.Settings;
import launchguard.signal.Delivery;
import launchguard.signal.SignalReader;
import launchguard.signal.UnreadableSignalException;

/** The Lambda function: builds the flow of signals, reads the request's bytes and writes the answer's. */
public final class LaunchGuardFunction implements RequestStreamHandler {
    private final DirectRequests directRequests;
    private final Batches batches;
    private final Priming priming;

    /**
     * The function as Lambda creates it: settings from the environment, AWS clients as the SDK configures them, primed.
     */
    public LaunchGuardFunction() {
        // Before anything else: what any class prints from now on is a line of JSON.
        PrintStream log = JsonLines.install();
        this(
                settings(log),
                Clients.fromEnvironment(),
                InstantSource.system(),
                time -> Thread.sleep(time),
                log,
                new WorkerPool());
        priming.run();
    }

    private static Settings settings(PrintStream log) {
        try {
            return Settings.from(System.getenv());
        } catch (IllegalArgumentException unusable) {
            new CaseLog(log).fault(Instant.now(), "the function can't start", unusable);
            throw unusable;
        }
    }

    /** The same with another AWS, clock, log or workers; not primed. */
    public LaunchGuardFunction(
            Settings settings,
            Clients clients,
            InstantSource clock,
            Sleeper sleeper,
            PrintStream log,
            Workers workers) {
        CaseLog caseLog = new CaseLog(log);
        FlowBuilder flow = new FlowBuilder(settings, clients, clock, caseLog, workers);
        SignalHandler handler = flow.signalHandler(sleeper);
        this.priming = new Priming(clients, settings);
        this.directRequests = new DirectRequests(handler);
        this.batches = new Batches(handler, flow.timers(), caseLog, clock, workers);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        byte[] bytes = input.readAllBytes();
        output.write(
                context == null
                        ? answer(bytes)
                        : Deadline.within(context::getRemainingTimeInMillis, () -> answer(bytes)));
    }

    byte[] answer(byte[] bytes) {
        try {
            JsonNode answer = switch (SignalReader.delivery(bytes)) {
                case Delivery.Batch batch -> batches.answer(batch.event());
                case Delivery.Single single -> directRequests.single(SignalReader.read(single.json()));
            };
            return answer.toString().getBytes(StandardCharsets.UTF_8);
        } catch (UnreadableSignalException unreadable) {
            throw new IllegalArgumentException(unreadable.getMessage(), unreadable);
        }
    }
}
