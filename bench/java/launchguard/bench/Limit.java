package launchguard.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A share of one processor, as Lambda gives it by memory (1,769 MB are one processor), through a control group of the
 * kernel. Where those can't be written (no root, a container), there is none, and the figures that need it are left out.
 */
final class Limit implements AutoCloseable {
    private static final long PERIOD = 20_000;
    private static final double ONE_PROCESSOR = 1769;
    private static final Path V1 = Path.of("/sys/fs/cgroup/cpu");
    private static final Path V2 = Path.of("/sys/fs/cgroup");

    private final Path group;
    private final boolean old;

    private Limit(Path group, boolean old) {
        this.group = group;
        this.old = old;
    }

    static boolean possible() {
        try (Limit ignored = of(ProcessHandle.current().pid(), false)) {
            return true;
        } catch (IOException | RuntimeException no) {
            return false;
        }
    }

    /** A group for the process, without a limit so far. */
    static Limit of(long pid) throws IOException {
        return of(pid, true);
    }

    private static Limit of(long pid, boolean move) throws IOException {
        boolean old = Files.exists(V1.resolve("cpu.cfs_quota_us"));
        Path group = (old ? V1 : V2).resolve("launch-guard-bench-" + pid);
        Files.createDirectory(group);
        Limit limit = new Limit(group, old);
        limit.write(old ? "cpu.cfs_period_us" : "cpu.max", old ? "" + PERIOD : "max " + PERIOD);
        // Else the machine's other work would take from the group.
        limit.write(old ? "cpu.shares" : "cpu.weight", old ? "262144" : "10000");
        if (move) {
            limit.write("cgroup.procs", "" + pid);
        }
        return limit;
    }

    /** Sets the share that Lambda gives to so much memory; 0 means no limit. */
    void memory(int megabytes) throws IOException {
        if (megabytes == 0) {
            return;
        }
        long quota = Math.round(PERIOD * megabytes / ONE_PROCESSOR);
        write(old ? "cpu.cfs_quota_us" : "cpu.max", old ? "" + quota : quota + " " + PERIOD);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(group.resolve(file), text);
    }

    /** Removes the group; its process must have ended. */
    @Override
    public void close() throws IOException {
        for (int i = 0; ; i++) {
            try {
                Files.delete(group);
                return;
            } catch (IOException busy) {
                if (i == 50) {
                    throw busy;
                }
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
