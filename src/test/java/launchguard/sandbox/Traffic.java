package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/**
 * A load balancer in front of a group. It registers instances when they are in service and sends each of them requests,
 * some of which need a class that is not loaded yet: those fail where the JVM has lost its JDK.
 */
public final class Traffic {
    /** Every so many requests one comes that needs a class for the first time. */
    private static final int COLD = 10;

    private final Fleet fleet;
    private final SteppedClock clock;
    private final ScalingGroup group;
    private final Duration every;
    private final Instant ends;
    private long requests;
    private long metStale;
    private long failed;
    private int fewest = Integer.MAX_VALUE;

    Traffic(Fleet fleet, SteppedClock clock, ScalingGroup group, Duration every, Instant ends) {
        this.fleet = fleet;
        this.clock = clock;
        this.group = group;
        this.every = every;
        this.ends = ends;
        clock.after(every, this::send);
    }

    private void send() {
        int serving = 0;
        for (Instance instance : fleet.of(group)) {
            if (instance.inService() && instance.booted()) {
                serving++;
                requests++;
                if (stale(instance)) {
                    metStale++;
                    failed += requests % COLD == 0 ? 1 : 0;
                }
            }
        }
        fewest = Math.min(fewest, serving);
        if (clock.instant().isBefore(ends)) {
            clock.after(every, this::send);
        }
    }

    /** As the kernel sees it: the library that makes a JVM was deleted or replaced since the process mapped it. */
    private static boolean stale(Instance instance) {
        Path proc = instance.root().path().resolve("proc");
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                Path maps = process.resolve("maps");
                if (Files.exists(maps)
                        && Files.readString(maps, StandardCharsets.ISO_8859_1).contains("/libjvm.so (deleted)")) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** The smallest number of instances that served at one time. */
    public int fewestServing() {
        return fewest;
    }
}
