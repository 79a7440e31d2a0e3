package launchguard.sandbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import launchguard.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;

/** Run Command's state: how commands reach instances, run there and end. */
public final class Commands {
    private static final Duration DELIVERY = Duration.ofSeconds(1);
    /** Well below the time-out of a call's attempt. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(2);

    private final Map<String, Command> commands = Collections.synchronizedMap(new LinkedHashMap<>());
    private final SteppedClock clock;
    private final EventBus bus;
    private final Settings settings;
    private volatile ScriptRunner runner = new LiveRunner();
    private volatile BiFunction<Command, Instance, CommandDelivery> fates = (command, instance) -> CommandDelivery.RUNS;

    private volatile BiConsumer<Command, Instance> listener = (command, instance) -> {};

    Commands(SteppedClock clock, EventBus bus, Settings settings) {
        this.clock = clock;
        this.bus = bus;
        this.settings = settings;
    }

    /** Runs scripts in another way than live. */
    public void runner(ScriptRunner other) {
        runner = other;
    }

    /** Decides how later commands are delivered. */
    public void fates(BiFunction<Command, Instance, CommandDelivery> decider) {
        fates = decider;
    }

    /** Calls the listener after each script that has run. */
    public void listen(BiConsumer<Command, Instance> to) {
        listener = to;
    }

    /** Every command so far. */
    public List<Command> all() {
        // Callers in threads of their own read while the function sends.
        synchronized (commands) {
            return List.copyOf(commands.values());
        }
    }

    @Nullable
    Command find(String id) {
        return commands.get(id);
    }

    void send(Command command, List<Instance> instances) {
        commands.put(command.id, command);
        for (Instance instance : instances) {
            Command.Invocation invocation = new Command.Invocation(instance.id(), settings.invocationMisses());
            command.invocations.put(instance.id(), invocation);
            if (!settings.commandsAtOnce()) {
                clock.after(DELIVERY, () -> deliver(command, instance, invocation));
            }
        }
        if (settings.commandsAtOnce()) {
            runAtOnce(command, instances);
        }
    }

    /**
     * On a busy machine scripts can take longer than a caller waits for an answer: then it learns of their end later,
     * as from SSM.
     */
    private void runAtOnce(Command command, List<Instance> instances) {
        CountDownLatch ended = new CountDownLatch(instances.size());
        Thread.ofPlatform().daemon().start(() -> {
            for (Instance instance : instances) {
                start(command, instance, Objects.requireNonNull(command.invocations.get(instance.id())));
                ended.countDown();
            }
            synchronized (clock) {
                clock.notifyAll();
            }
        });
        try {
            // The scripts need the clock, which the call holds.
            synchronized (clock) {
                long limit = System.nanoTime() + LONGEST_ANSWER.toNanos();
                while (ended.getCount() > 0 && System.nanoTime() < limit) {
                    clock.wait(LONGEST_ANSWER.toMillis());
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Command command, Instance instance, Command.Invocation invocation) {
        CommandDelivery fate = fates.apply(command, instance);
        if (invocation.finished()) {
            return;
        }
        if (fate == CommandDelivery.UNDELIVERABLE || instance.gone()) {
            end(command, invocation, "Failed", "Undeliverable");
        } else if (fate == CommandDelivery.TIMES_OUT
                || !instance.agent
                || !instance.state().equals("running")) {
            clock.at(
                    command.requestedAt.plus(command.timeout),
                    () -> end(command, invocation, "TimedOut", "Delivery Timed Out"));
        } else {
            change(command, invocation, "InProgress", "InProgress");
            invocation.startedAt = clock.instant();
            if (fate == CommandDelivery.HANGS) {
                clock.after(
                        command.document.timeout(), () -> end(command, invocation, "TimedOut", "Execution Timed Out"));
            } else if (fate == CommandDelivery.TERMINATED) {
                clock.after(settings.commandTime(), () -> end(command, invocation, "Failed", "Terminated"));
            } else {
                // A script that waits for a moment sees what was recorded then.
                Instant patient = clock.instant().plus(settings.probeWait());
                Instant shows = instance.root().trueFrom();
                clock.at(shows.isBefore(patient) ? shows : patient, () -> start(command, instance, invocation));
            }
        }
    }

    private void start(Command command, Instance instance, Command.Invocation invocation) {
        if (invocation.finished()) {
            return;
        }
        if (instance.gone()) {
            end(command, invocation, "Failed", "Terminated");
            return;
        }
        Instant started = invocation.startedAt == null ? clock.instant() : invocation.startedAt;
        invocation.startedAt = started;
        InstanceRoot root = instance.root();
        root.tick(clock.instant());
        ScriptRunner.Result result = runner.run(root, command.script, command.document.timeout());
        listener.accept(command, instance);
        Instant ends = root.clock().plus(settings.commandTime());
        boolean late = result.killed() || ends.isAfter(started.plus(command.document.timeout()));
        Runnable end = () -> {
            if (instance.gone()) {
                end(command, invocation, "Failed", "Terminated");
            }
            if (invocation.finished()) {
                return;
            }
            invocation.stdout = result.stdout();
            invocation.stderr = result.stderr();
            invocation.responseCode = late ? -1 : result.exitCode();
            String status = late ? "TimedOut" : result.exitCode() == 0 ? "Success" : "Failed";
            end(command, invocation, status, late ? "Execution Timed Out" : status);
        };
        if (settings.commandsAtOnce()) {
            end.run();
        } else {
            clock.at(ends, end);
        }
    }

    void cancel(Command command, List<String> instances) {
        for (Command.Invocation invocation : command.invocations.values()) {
            if (instances.isEmpty() || instances.contains(invocation.instance)) {
                clock.after(DELIVERY, () -> end(command, invocation, "Cancelled", "Cancelled"));
            }
        }
    }

    private void end(Command command, Command.Invocation invocation, String status, String details) {
        if (!invocation.finished()) {
            invocation.endedAt = clock.instant();
            change(command, invocation, status, details);
        }
    }

    private void change(Command command, Command.Invocation invocation, String status, String details) {
        invocation.status = status;
        invocation.details = details;
        bus.emit(
                "aws.ssm",
                "EC2 Command Invocation Status-change Notification",
                List.of(Names.instanceArn(invocation.instance)),
                Json.object(
                        "command-id",
                        command.id,
                        "document-name",
                        command.documentName(),
                        "instance-id",
                        invocation.instance,
                        "requested-date-time",
                        command.requestedAt.toString(),
                        "status",
                        status));
    }
}
