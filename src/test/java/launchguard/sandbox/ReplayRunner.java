package launchguard.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Runs scripts for real, each once on a root that is the same to the last time stamp: then the probe prints what it
 * printed, and a remedy leaves the files that it left, at the same uptime only.
 */
final class ReplayRunner implements ScriptRunner {
    private static final Map<String, Recorded> RECORDED = new ConcurrentHashMap<>();
    private static final Path UPTIME = Path.of("proc", "uptime");
    private final ScriptRunner live = new LiveRunner();

    /** A result, and the root after it; none where the script changed nothing. */
    private record Recorded(Result result, Snapshot after) {}

    @Override
    public Result run(InstanceRoot root, String script, Duration limit) {
        boolean probe = script.contains("cloudInit");
        String key = key(root, script, probe);
        Recorded known = RECORDED.get(key);
        if (known != null) {
            if (!probe) {
                known.after().restore(root.path());
            }
            Result result = known.result();
            String stdout = probe ? dated(result.stdout(), root) : result.stdout();
            return new Result(result.exitCode(), stdout, result.stderr(), false);
        }
        Instant before = root.clock();
        Result result = live.run(root, script, limit);
        // Where the probe slept, it saw the root change under it.
        if (!result.killed() && (!probe || root.clock().equals(before))) {
            RECORDED.put(key, new Recorded(result, probe ? Snapshot.NONE : Snapshot.of(root.path())));
        }
        return result;
    }

    /** The only two facts that come from the clock. */
    private static String dated(String stdout, InstanceRoot root) {
        double uptime = Duration.between(root.bootedAt(), root.clock()).toMillis() / 1000.0;
        return stdout.replaceFirst(
                        "\"now\":[0-9.]+",
                        String.format(
                                Locale.ROOT, "\"now\":%.2f", root.bootedAt().getEpochSecond() + uptime))
                .replaceFirst("\"uptime\":[0-9.]+", String.format(Locale.ROOT, "\"uptime\":%.2f", uptime));
    }

    private static String key(InstanceRoot root, String script, boolean anyUptime) {
        try (Stream<Path> files = Files.walk(root.path())) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(script.getBytes(StandardCharsets.UTF_8));
            digest.update(root.recordedView().getFileName().toString().getBytes(StandardCharsets.UTF_8));
            for (Path file : files.sorted().toList()) {
                Path name = root.path().relativize(file);
                if (name.equals(UPTIME)) {
                    digest.update(anyUptime ? new byte[0] : Files.readAllBytes(file));
                } else if (!name.equals(UPTIME.getParent()) && !name.toString().isEmpty()) {
                    digest.update(content(file, name));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] content(Path file, Path name) throws IOException {
        long time = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
        // What was made while the test ran has this machine's time, which no script asks for.
        String stamp = name + (name.startsWith("stand-in") ? "" : " " + time) + "\n";
        if (Files.isSymbolicLink(file)) {
            return (stamp + Files.readSymbolicLink(file)).getBytes(StandardCharsets.UTF_8);
        }
        return (stamp + (Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : ""))
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
