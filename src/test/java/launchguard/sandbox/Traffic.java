package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A load balancer in front of a group. It registers instances when they are in service and sends each of them requests,
 * some of which need a class that is not loaded yet: those fail where the JVM has lost its JDK. While a remedy runs on an
 * instance its application is stopped: that one does not serve.
 */
public final class Traffic {
    /** Of an instance's requests every so many needs a class for the first time. */
    private static final int COLD = 10;

    /** What the kernel says of a library that makes a JVM and was deleted or replaced since the process mapped it. */
    static final String LOST_JVM = "/libjvm.so (deleted)";

    private final Fleet fleet;
    private final Commands commands;
    private final SteppedClock clock;
    private final ScalingGroup group;
    private final Duration every;
    private final Instant ends;
    private final Predicate<Instance> stale;
    private final Map<Instance, RequestCounts> sent = new HashMap<>();
    private boolean stopped;
    private long requests;
    private long metStale;
    private long failed;
    private int serving;
    private int drops;

    Traffic(
            Fleet fleet,
            Commands commands,
            SteppedClock clock,
            ScalingGroup group,
            Duration every,
            Instant ends,
            Predicate<Instance> stale) {
        this.fleet = fleet;
        this.commands = commands;
        this.clock = clock;
        this.group = group;
        this.every = every;
        this.ends = ends;
        this.stale = stale;
        clock.after(every, this::send);
    }

    private void send() {
        List<Command> remedies = commands.all().stream()
                .filter(command -> !command.documentName().endsWith("-Probe"))
                .toList();
        int served = 0;
        for (Instance instance : fleet.of(group)) {
            if (instance.inService() && instance.booted()) {
                served += remedies.stream().anyMatch(remedy -> runsOn(remedy, instance)) ? 0 : 1;
                request(instance);
            }
        }
        drops += Math.max(0, serving - served);
        serving = served;
        if (!stopped && clock.instant().isBefore(ends)) {
            clock.after(every, this::send);
        }
    }

    private static boolean runsOn(Command remedy, Instance instance) {
        return remedy.instances().contains(instance.id()) && !remedy.endedOn(instance.id());
    }

    private void request(Instance instance) {
        boolean broken = stale.test(instance);
        RequestCounts all = sent.merge(instance, new RequestCounts(1, broken ? 1 : 0), RequestCounts::plus);
        requests++;
        if (broken) {
            metStale++;
            failed += all.requests() % COLD == 0 ? 1 : 0;
        }
    }

    /** Whether one of the processes in the instance's own files has lost its JDK. */
    static boolean stale(Instance instance) {
        Path proc = instance.root().path().resolve("proc");
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                Path maps = process.resolve("maps");
                if (Files.exists(maps)
                        && Files.readString(maps, StandardCharsets.ISO_8859_1).contains(LOST_JVM)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What one instance was sent.
     *
     * @param requests how many requests
     * @param metStaleJvm how many of them while its JVM had lost its JDK
     */
    public record RequestCounts(long requests, long metStaleJvm) {
        RequestCounts plus(RequestCounts more) {
            return new RequestCounts(requests + more.requests, metStaleJvm + more.metStaleJvm);
        }
    }

    /** What this instance was sent. */
    public RequestCounts of(Instance instance) {
        return sent.getOrDefault(instance, new RequestCounts(0, 0));
    }

    /** Sends nothing more. */
    public void stop() {
        stopped = true;
    }

    /** How many requests were sent. */
    public long requests() {
        return requests;
    }

    /** How many of them went to an instance whose JVM had lost its JDK. */
    public long metStaleJvm() {
        return metStale;
    }

    /** How many of those needed a class that could not be loaded any more. */
    public long failed() {
        return failed;
    }

    /** How many instances serve now. */
    public int serving() {
        return serving;
    }

    /** How often an instance stopped serving: the cost of repairs and replacements. */
    public int drops() {
        return drops;
    }
}
