package launchguard.reliability;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import launchguard.aws.DynamoCaseStore;
import launchguard.cases.Case;
import launchguard.cases.UnreadableCaseException;
import launchguard.model.InstanceId;
import launchguard.reliability.model.Replay;
import launchguard.sandbox.ConcurrentInvocations;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Instance;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.wire.Call;

/** One seeded run, from the launches to the end. */
final class Run {
    /** The launch window, the longest delay of an event, and what follows from both. */
    private static final Duration BAD = Duration.ofHours(4);

    private static final Duration GOOD = Duration.ofHours(4);
    private static final Duration TICK = Duration.ofMinutes(15);
    private static final Duration OLDEST_DECISION = Duration.ofMinutes(17);

    /** What became of it, for the figures. */
    record Result(
            Set<String> faults,
            List<Call> calls,
            int remedies,
            long doubleSends,
            int deadLetters,
            int rounds,
            Replay.Result replayed) {}

    private Run() {}

    static Result of(Plan plan) {
        try (Sandbox aws = Sandbox.start(plan.parameters())) {
            Functions.install(
                    aws,
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
                    plan.functionClock());
            World world = new World(aws, plan);
            EventFaults eventFaults = new EventFaults(plan);
            eventFaults.over(aws);
            LastingFaults lastingFaults = new LastingFaults(aws, world, plan);
            lastingFaults.schedule();
            if (plan.survivor() == Plan.Survivor.SCHEDULE) {
                // But for those that the schedule itself sets again.
                aws.queue().forgets((body, delay) -> body.contains("caseId") && !delay.isZero());
            }
            Observer observer = new Observer(aws, world.group(), world.players(), rules(plan));
            ConcurrentInvocations crowd = aws.crowd(plan.seed(), plan.workers());
            int[] rounds = new int[1];
            Runnable step = () -> {
                rounds[0]++;
                observer.check();
            };
            Instant bad = aws.clock().instant().plus(BAD);
            if (plan.survivor() == Plan.Survivor.SCHEDULE) {
                scheduled(aws, crowd, () -> eventFaults.quietly(() -> waiting(aws, world)), step);
            }
            boolean quiet = crowd.until(bad, step);
            eventFaults.clears();
            lastingFaults.end();
            quiet = quiet || crowd.until(aws.clock().instant().plus(GOOD), step);
            if (!quiet) {
                observer.faults()
                        .add("the queue does not come to rest: "
                                + aws.queue().messages().size());
            }
            observer.end(expected(plan, world, eventFaults));
            Set<String> faults = new HashSet<>(observer.faults());
            faults.addAll(open(aws, world));
            Replay.Result replayed = Replay.of(aws.calls().happened());
            faults.addAll(replayed.faults());
            return new Result(
                    faults,
                    aws.calls().all(),
                    observer.remedies().size(),
                    observer.doubleSends(),
                    aws.deadLetters().messages().size(),
                    rounds[0],
                    replayed);
        }
    }

    /** Where each step waits for the schedule, a story of many steps takes hours. */
    private static void scheduled(Sandbox aws, ConcurrentInvocations crowd, BooleanSupplier waiting, Runnable step) {
        Instant earliest = aws.clock().instant().plus(Duration.ofHours(1));
        Instant latest = aws.clock().instant().plus(Duration.ofHours(24));
        while (aws.clock().instant().isBefore(earliest)
                || (aws.clock().instant().isBefore(latest) && waiting.getAsBoolean())) {
            aws.schedule();
            crowd.until(aws.clock().instant().plus(TICK), step);
        }
    }

    private static boolean waiting(Sandbox aws, World world) {
        return world.group().instances().stream().anyMatch(instance -> waiting(aws, instance));
    }

    private static boolean waiting(Sandbox aws, Instance instance) {
        try {
            return latest(aws, instance)
                    .map(found -> !found.ended())
                    .orElse(Set.of("InService", "Pending:Wait", "Pending:Proceed")
                                    .contains(instance.lifecycle())
                            && instance.state().equals("running"));
        } catch (UnreadableCaseException newer) {
            // Unknown until the rollback ends.
            return true;
        }
    }

    private static Rules rules(Plan plan) {
        return new Rules(
                plan.remediate(),
                Integer.parseInt(plan.parameters().getOrDefault("MaxReplacements", "2")),
                Duration.ofHours(1),
                Integer.parseInt(plan.parameters().getOrDefault("MaxUnavailablePercent", "20")),
                plan.prompt() ? Duration.ZERO : OLDEST_DECISION,
                plan.listLag(),
                plan.survivor() != Plan.Survivor.SCHEDULE);
    }

    /** Instances in service at the end of which an event could have come. */
    private static Set<String> expected(Plan plan, World world, EventFaults eventFaults) {
        Set<String> expected = new HashSet<>();
        for (Instance instance : world.group().instances()) {
            boolean known = plan.survivor() == Plan.Survivor.SCHEDULE
                    || eventFaults.reported().contains(instance.id());
            if (instance.lifecycle().equals("InService") && instance.state().equals("running") && known) {
                expected.add(instance.id());
            }
        }
        return expected;
    }

    /** Not the observer's: what the table itself says. */
    private static Optional<Case> latest(Sandbox aws, Instance instance) {
        return new DynamoCaseStore(Functions.clients(aws), aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""))
                .latest(new InstanceId(instance.id()));
    }

    private static Set<String> open(Sandbox aws, World world) {
        Set<String> open = new HashSet<>();
        for (Instance instance : world.group().instances()) {
            boolean given = aws.deadLetters().messages().stream()
                    .anyMatch(message -> message.body().contains(instance.id()));
            latest(aws, instance)
                    .filter(found -> !found.ended() && !given)
                    .ifPresent(found -> open.add("7: open for ever: " + found));
        }
        return open;
    }
}
