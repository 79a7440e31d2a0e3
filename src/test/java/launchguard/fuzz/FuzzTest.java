package launchguard.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import launchguard.Thorough;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Jazzer, guided by the coverage of our own classes, for a number of runs on each reader;
 * {@code -Dfuzz.runs=100 -Dfuzz.seed=0} for a hundred times as many, by another way. What it finds stays in
 * target/fuzz, with the seed on its first line; once fixed, it belongs to the seeds.
 */
@Tag("verify")
class FuzzTest {
    private static final Path SEEDS = Path.of("src/test/resources/fuzz");
    private static final Path OUT = Path.of("target/fuzz");
    private static final long TIMES = Integer.getInteger("fuzz.runs", Thorough.choose(1, 40));
    /** The same way through in each build; 0 for another one each time. */
    private static final int SEED = Integer.getInteger("fuzz.seed", 1);

    private static final Pattern DONE = Pattern.compile("#(\\d+)\\s+DONE\\s+cov: (\\d+)");
    private static final Pattern BEGUN = Pattern.compile("#\\d+\\s+INITED\\s+cov: (\\d+)");

    private static List<Path> seeds(String folders) {
        return Stream.of(folders.split(" ", -1)).map(Path::of).toList();
    }

    @ParameterizedTest
    @Tag("thorough")
    @CsvSource({
        "EvidenceTarget, 1000, src/test/resources/fuzz/evidence",
        "SignalTarget, 10000, src/test/resources/fuzz/signal events src/test/resources/events-shared"
    })
    void nothingElseThanAVerdictOrAReason(String target, long few, String seeds) throws Exception {
        long runs = few * TIMES;
        Path corpus = Files.createDirectories(OUT.resolve(target));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                // As for the tests' own JVM: the second compiler pays only in a long run.
                Thorough.RUN ? "-XX:TieredStopAtLevel=4" : "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=launchguard.fuzz." + target,
                "--instrumentation_includes=launchguard.**",
                "--reproducer_path=" + OUT,
                "-artifact_prefix=" + corpus + "-",
                "-seed=" + SEED,
                "-runs=" + runs,
                "-max_len=24000",
                // Of one input, which takes less than a millisecond: what reaches this never ends.
                "-timeout=300",
                // The heap is bounded; what the virtual machine needs beside it is not ours.
                "-rss_limit_mb=0",
                corpus.toString()));
        seeds(seeds).forEach(folder -> command.add(folder.toString()));
        Path log = OUT.resolve(target + ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(log, StandardCharsets.ISO_8859_1);
        assertEquals(0, process.exitValue(), () -> printed.substring(Math.max(0, printed.length() - 6_000)));
        MatchResult done = DONE.matcher(printed).results().findFirst().orElseThrow();
        MatchResult begun = BEGUN.matcher(printed).results().findFirst().orElseThrow();
        int reached = Integer.parseInt(done.group(2));
        System.out.printf(
                "Fuzzing %s: %s runs, %s edges of our classes with the seeds, %d in the end%n",
                target, done.group(1), begun.group(1), reached);
        // Without instrumentation a run would find nothing.
        assertTrue(Long.parseLong(done.group(1)) >= runs, done.group(1) + " runs");
        assertTrue(Integer.parseInt(begun.group(1)) > 100, "edges: " + begun.group(1));
    }

    /** The seeds alone, without the fuzzer: what was found once is not found again. */
    @Test
    void seeds_areKept() throws Exception {
        int evidence = 0;
        for (Path seed : files(SEEDS.resolve("evidence"))) {
            EvidenceTarget.fuzzerTestOneInput(Files.readAllBytes(seed));
            evidence++;
        }
        for (Path folder : seeds("src/test/resources/fuzz/signal events src/test/resources/events-shared")) {
            for (Path seed : files(folder)) {
                SignalTarget.fuzzerTestOneInput(Files.readAllBytes(seed));
            }
        }
        assertTrue(evidence > 20, evidence + " seeds");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
