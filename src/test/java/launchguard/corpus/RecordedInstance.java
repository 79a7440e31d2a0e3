package launchguard.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A root file system restored from a recorded scenario, with the file times that it had on the instance.
 *
 * @param root the instance's root
 */
public record RecordedInstance(Path root) {

    private static final Path CORPUS =
            Path.of("src/test/resources/corpus").toAbsolutePath().normalize();
    private static final CopyOption[] AS_IT_LIES = {LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING};

    /** The scenarios that have a view of the moment after cloud-init, and so a known truth. */
    public static List<String> scenarios() {
        try (var folders = Files.list(CORPUS)) {
            return folders.filter(folder -> Files.exists(folder.resolve("probe-views/done.txt")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot list " + CORPUS, e);
        }
    }

    /** Does what {@code restore.sh} of the corpus does. */
    public static RecordedInstance restore(String scenario, Path directory) throws IOException {
        var source = CORPUS.resolve(scenario);
        try (var files = Files.walk(source)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = directory.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, AS_IT_LIES);
                }
            }
        }
        for (var line : Files.readAllLines(source.resolve("times.tsv"), UTF_8)) {
            var tab = line.indexOf('\t');
            var file = directory.resolve(line.substring(tab + 1));
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                setTime(file, line.substring(0, tab));
            }
        }
        return new RecordedInstance(directory);
    }

    /**
     * What a script has to find in its environment to see this instance: its root, and the recorded commands first on
     * the path.
     *
     * @param view the recorded moment, for example {@code done}
     */
    public Map<String, String> environment(String view) {
        return Map.of(
                "LAUNCH_GUARD_ROOT",
                root.toString(),
                "CORPUS_VIEW",
                root.resolve("probe-views/" + view + ".txt").toString(),
                "PATH",
                CORPUS.resolve("bin") + ":" + System.getenv("PATH"));
    }

    private static void setTime(Path file, String epochSeconds) throws IOException {
        var seconds = new BigDecimal(epochSeconds);
        var nanos = seconds.remainder(BigDecimal.ONE).movePointRight(9).longValueExact();
        var time = FileTime.from(Instant.ofEpochSecond(seconds.longValue(), nanos));
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, null);
    }
}
