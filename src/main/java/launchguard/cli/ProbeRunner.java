package launchguard.cli;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import launchguard.aws.CommandAnswer;
import launchguard.aws.Commands;
import launchguard.aws.Document;
import launchguard.aws.InstancesRefusedException;
import launchguard.aws.Session;
import launchguard.model.CommandId;
import launchguard.model.InstanceId;
import launchguard.verdict.Verdict.Inconclusive;
import launchguard.verdict.Verdict.Unreachable;

/** Sends the probe, which only reads, to instances, and waits for its output. */
final class ProbeRunner {
    /** SSM takes no shorter time for a command to begin. */
    private static final int LEAST_DELIVERY_SECONDS = 30;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(300);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Commands commands;
    private final SsmRefusal refused;
    private final Progress progress;
    private final Duration patience;
    private final Map<InstanceId, CommandId> waiting = new LinkedHashMap<>();
    private final Map<InstanceId, ProbeResult> seen = new HashMap<>();
    private final Map<InstanceId, InstancesRefusedException> denied = new HashMap<>();

    ProbeRunner(Session session, String documentPrefix, Progress progress, Duration patience) {
        this.commands = new Commands(session.clients(), documentPrefix);
        this.refused = new SsmRefusal(session);
        this.progress = progress;
        this.patience = patience;
    }

    /** The results in the order of the instances; one command has at most 50 of them, and the patience is for all together. */
    Map<InstanceId, ProbeResult> probe(List<InstanceId> instances) throws InterruptedException {
        for (int from = 0; from < instances.size(); from += Commands.MOST) {
            send(instances.subList(from, Math.min(instances.size(), from + Commands.MOST)), instances.size() == 1);
        }
        lacking(instances);
        try {
            await(instances.size());
        } finally {
            progress.clear();
        }
        Map<InstanceId, ProbeResult> inOrder = new LinkedHashMap<>();
        instances.forEach(instance ->
                inOrder.put(instance, seen.getOrDefault(instance, new ProbeResult.Nothing(unended(instance)))));
        return inOrder;
    }

    /** A permission that the caller lacks says nothing about an instance; where it lacks for all, there is no answer. */
    private void lacking(List<InstanceId> instances) {
        if (!denied.isEmpty() && denied.keySet().containsAll(instances)) {
            throw new IllegalStateException(Objects.requireNonNull(denied.get(instances.getFirst()))
                            .why() + ". The credentials in use lack that permission: have it added, or use others.");
        }
        denied.forEach((instance, no) -> seen.put(
                instance,
                new ProbeResult.Nothing(new Inconclusive("these credentials may not probe it: " + no.why()))));
    }

    /** The result of one instance. */
    ProbeResult probe(InstanceId instance) throws InterruptedException {
        return Objects.requireNonNull(probe(List.of(instance)).get(instance));
    }

    private void send(List<InstanceId> some, boolean alone) {
        try {
            CommandId command = commands.send(
                    Document.PROBE,
                    some,
                    // The script does not wait for cloud-init: the question is how the instance is now.
                    Map.of("waitSeconds", "0", "deploymentId", ""),
                    "launch-guard diagnose",
                    Math.toIntExact(Math.max(LEAST_DELIVERY_SECONDS, patience.toSeconds())));
            some.forEach(instance -> waiting.put(instance, command));
        } catch (InstancesRefusedException no) {
            if (some.size() == 1) {
                if (no.denied()) {
                    denied.put(some.getFirst(), no);
                } else {
                    seen.put(
                            some.getFirst(),
                            new ProbeResult.Nothing(new Unreachable(refused.reason(some.getFirst(), no, alone))));
                }
                return;
            }
            // SSM does not say which id it refuses: bisecting finds it without failing the others.
            send(some.subList(0, some.size() / 2), alone);
            send(some.subList(some.size() / 2, some.size()), alone);
        }
    }

    private void await(int all) throws InterruptedException {
        long start = System.nanoTime();
        Duration pause = FIRST_PAUSE;
        while (true) {
            waiting.forEach(this::ask);
            waiting.keySet().removeAll(seen.keySet());
            Duration passed = Duration.ofNanos(System.nanoTime() - start);
            Duration left = patience.minus(passed);
            if (waiting.isEmpty() || !left.isPositive()) {
                return;
            }
            progress.show(
                    all == 1
                            ? "probing " + waiting.keySet().iterator().next() + ", " + passed.toSeconds() + " s"
                            : "probed " + (all - waiting.size()) + " of " + all + " instances, " + passed.toSeconds()
                                    + " s");
            Thread.sleep(pause.compareTo(left) < 0 ? pause : left);
            pause = pause.plus(FIRST_PAUSE).compareTo(LONGEST_PAUSE) < 0 ? pause.plus(FIRST_PAUSE) : LONGEST_PAUSE;
        }
    }

    private void ask(InstanceId instance, CommandId command) {
        if (commands.answer(command, instance) instanceof CommandAnswer.Ended ended) {
            seen.put(
                    instance,
                    ended.succeeded()
                            ? new ProbeResult.Printed(ended.output())
                            : new ProbeResult.Nothing(new Inconclusive("the probe " + ended.end())));
        }
    }

    private Inconclusive unended(InstanceId instance) {
        return new Inconclusive("the probe has not ended after " + patience.toSeconds() + " s (command "
                + waiting.get(instance) + "): SSM's agent there may be starting, busy or gone; ask again"
                + " in a minute or with a longer --wait");
    }
}
