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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A root file system restored from a recorded scenario, with the file times that it had on the instance.
 *
 * @param root the instance's root
 */
public record RecordedInstance(Path root) {

    private static final Path CORPUS =
            Path.of("src/test/resources/corpus").toAbsolutePath().normalize();
    private static final Path REPORTS = CORPUS.resolveSibling("reports");
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

    /** The roots that were built or booted after public reports, each with a truth in their {@code truth.tsv}. */
    public static List<String> reports() {
        try (var folders = Files.list(REPORTS)) {
            return folders.filter(folder -> Files.exists(folder.resolve("probe-views/done.txt")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException("cannot list " + REPORTS, e);
        }
    }

    /** The names of the verdicts that are right, by root, for all roots of the corpus and the reports that have a truth. */
    public static SequencedMap<String, List<String>> truths() throws IOException {
        var truths = new LinkedHashMap<String, List<String>>();
        for (var set : List.of(CORPUS, REPORTS)) {
            for (var line : Files.readAllLines(set.resolve("truth.tsv"), UTF_8)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    var columns = line.split("\t", -1);
                    truths.put(columns[0], List.of(columns[1].split("\\|", -1)));
                }
            }
        }
        return truths;
    }

    /** The file times that the instance had, by path below its root: epoch seconds with their fraction. */
    public static Map<String, BigDecimal> times(String scenario) throws IOException {
        var times = new LinkedHashMap<String, BigDecimal>();
        for (var line : Files.readAllLines(source(scenario).resolve("times.tsv"), UTF_8)) {
            var tab = line.indexOf('\t');
            times.put(line.substring(tab + 1), new BigDecimal(line.substring(0, tab)));
        }
        return times;
    }

    private static Path source(String scenario) {
        var recorded = CORPUS.resolve(scenario);
        return Files.isDirectory(recorded) ? recorded : REPORTS.resolve(scenario);
    }

    /** Does what {@code restore.sh} of the corpus does. */
    public static RecordedInstance restore(String scenario, Path directory) throws IOException {
        var restored = copy(scenario, directory);
        setTimes(directory, times(scenario));
        return restored;
    }

    /** The files alone; they have the times of the copy until {@link #setTimes}. */
    public static RecordedInstance copy(String scenario, Path directory) throws IOException {
        var source = source(scenario);
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
        return new RecordedInstance(directory);
    }

    /** Gives the files that are there their times. */
    public static void setTimes(Path directory, Map<String, BigDecimal> times) throws IOException {
        for (var entry : times.entrySet()) {
            var file = directory.resolve(entry.getKey());
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                setTime(file, entry.getValue());
            }
        }
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
                commands() + ":" + System.getenv("PATH"));
    }

    /** Where {@code systemctl} and {@code rpm} lie that answer from the recorded view. */
    public static Path commands() {
        return CORPUS.resolve("bin");
    }

    private static void setTime(Path file, BigDecimal seconds) throws IOException {
        var nanos = seconds.remainder(BigDecimal.ONE).movePointRight(9).longValueExact();
        var time = FileTime.from(Instant.ofEpochSecond(seconds.longValue(), nanos));
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, null);
    }
}
