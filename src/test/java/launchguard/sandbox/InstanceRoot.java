package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An instance's file system. */
public final class InstanceRoot {
    private final Path path;
    private final Instant bootedAt;
    private final @Nullable DeploymentTrace deployment;
    private Instant trueFrom;
    private String view = "done";

    /** A root whose state is that of {@code trueFrom}: scripts sent earlier run then, as if they had waited for it. */
    public InstanceRoot(Path path, Instant bootedAt, Instant trueFrom) {
        this(path, bootedAt, trueFrom, null);
    }

    /** A root whose deployment is known without reading its files. */
    InstanceRoot(Path path, Instant bootedAt, Instant trueFrom, @Nullable DeploymentTrace deployment) {
        this.path = path;
        this.bootedAt = bootedAt;
        this.trueFrom = trueFrom;
        this.deployment = deployment;
    }

    /** Its folder on this machine. */
    public Path path() {
        return path;
    }

    Instant bootedAt() {
        return bootedAt;
    }

    Instant trueFrom() {
        return trueFrom;
    }

    /** Shows another recorded moment, from the boot on: what commands print comes from it. */
    public void view(String moment) {
        view = moment;
        trueFrom = bootedAt;
    }

    /** What commands printed at the moment that is shown. */
    Path recordedView() {
        return path.resolve("probe-views").resolve(view + ".txt");
    }

    /** The deployment of this boot that its files show. */
    Optional<DeploymentTrace> deployment() {
        return deployment != null ? Optional.of(deployment) : DeploymentTrace.read(path, bootedAt);
    }

    /** Sets its clock. */
    void tick(Instant now) {
        double seconds = Duration.between(bootedAt, now).toMillis() / 1000.0;
        write("proc/uptime", String.format(Locale.ROOT, "%.2f %.2f%n", Math.max(seconds, 0), Math.max(seconds, 0)));
    }

    /** What its clock says: a stand-in for sleep may have moved it. */
    Instant clock() {
        String uptime = read("proc/uptime").split(" ", 2)[0];
        return bootedAt.plusMillis(Math.round(Double.parseDouble(uptime) * 1000));
    }

    /** Writes one of its files. */
    public void write(String file, String text) {
        try {
            Path target = path.resolve(file);
            Files.createDirectories(target.resolveSibling("."));
            Files.writeString(target, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one of its files. */
    public String read(String file) {
        try {
            return Files.readString(path.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
