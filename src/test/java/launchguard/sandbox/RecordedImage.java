package launchguard.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A recorded instance as an image: its files with their times, moved to the time of the boot, under the boot's ids. */
final class RecordedImage implements Image {
    private static final String INSTANCE_ID = "var/lib/cloud/data/instance-id";
    private static final Map<Key, Snapshot> PREPARED = new ConcurrentHashMap<>();
    private static final Duration UNRECORDED_UPTIME = Duration.ofSeconds(60);
    private final Path source;

    /** What a root's content follows from. */
    private record Key(Path source, String instanceId, String deploymentId, Instant bootedAt) {}

    RecordedImage(String scenario) {
        source = Corpus.scenario(scenario);
    }

    @Override
    public InstanceRoot unpack(Boot boot) throws IOException {
        Key key = new Key(source, boot.instanceId(), boot.deploymentId(), boot.at());
        Snapshot known = PREPARED.get(key);
        if (known == null) {
            prepare(boot);
            PREPARED.put(key, Snapshot.of(boot.folder()));
        } else {
            known.restore(boot.folder());
        }
        return new InstanceRoot(boot.folder(), boot.at(), boot.at().plus(recordedUptime()));
    }

    private void prepare(Boot boot) throws IOException {
        Map<String, Instant> times = times();
        Instant recordedBoot = recordedBoot(times);
        Duration moved = Duration.between(recordedBoot, boot.at());
        Map<String, String> ids = new HashMap<>();
        recorded(INSTANCE_ID).filter(id -> id.startsWith("i-")).ifPresent(id -> ids.put(id, boot.instanceId()));
        DeploymentTrace.id(source, recordedBoot).ifPresent(id -> ids.put(id, boot.deploymentId()));
        Rewriting rewriting = new Rewriting(ids, new TimeShift(moved));
        copy(boot.folder(), rewriting);
        for (Map.Entry<String, Instant> time : times.entrySet()) {
            touch(
                    boot.folder().resolve(rewriting.name(time.getKey())),
                    time.getValue().plus(moved));
        }
        StandIns.prepare(boot.folder());
    }

    /** Where no kernel's boot time was recorded, the moment when cloud-init learned the instance's id stands for it. */
    private Instant recordedBoot(Map<String, Instant> times) throws IOException {
        Optional<String> stat = recorded("proc/stat");
        if (stat.isPresent()) {
            return Instant.ofEpochSecond(Long.parseLong(stat.get().replaceAll("(?s).*btime (\\d+).*", "$1")));
        }
        Instant first =
                times.getOrDefault(INSTANCE_ID, times.values().iterator().next());
        return Instant.ofEpochSecond(first.getEpochSecond());
    }

    private Duration recordedUptime() throws IOException {
        return recorded("proc/uptime")
                .map(uptime -> Duration.ofMillis(Math.round(Double.parseDouble(uptime.split(" ", 2)[0]) * 1000)))
                .orElse(UNRECORDED_UPTIME);
    }

    private Optional<String> recorded(String file) throws IOException {
        Path path = source.resolve(file);
        return Files.exists(path) ? Optional.of(Files.readString(path).strip()) : Optional.empty();
    }

    private Map<String, Instant> times() throws IOException {
        Map<String, Instant> times = new HashMap<>();
        for (String line : Files.readAllLines(source.resolve("times.tsv"))) {
            List<String> fields = List.of(line.split("[.\t]", 3));
            times.put(
                    fields.get(2),
                    Instant.ofEpochSecond(Long.parseLong(fields.get(0)), Long.parseLong(fields.get(1)) / 10));
        }
        return times;
    }

    private void copy(Path folder, Rewriting rewriting) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                String name = source.relativize(file).toString();
                Path target = folder.resolve(rewriting.name(name));
                if (Files.isSymbolicLink(file)) {
                    Path link = Files.readSymbolicLink(file);
                    Files.createSymbolicLink(target, Path.of(rewriting.name(link.toString())));
                } else if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!name.endsWith(".keep") && !name.equals("times.tsv")) {
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    Files.writeString(target, rewriting.text(text), StandardCharsets.ISO_8859_1);
                    target.toFile().setExecutable(Files.isExecutable(file));
                }
            }
        }
    }

    private static void touch(Path file, Instant time) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(FileTime.from(time), null, null);
        }
    }
}
