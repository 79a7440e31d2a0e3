package launchguard.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of loaded classes beside the jar: it is used, and where it doesn't fit nobody notices. */
class ArchiveTest {
    private static final Path JAR = Path.of("target/launch-guard.jar");
    private static final Path ARCHIVE = Path.of("target/launch-guard.jsa");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Started(int exit, String said, long ours, long archived) {}

    private Started start(Path jar) throws Exception {
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-jar",
                jar.toString(),
                "explain",
                "docs/evidence.json");
        // Both this Java and the one that it starts write what they load.
        builder.environment().put("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + folder + "/classes-%p.log:none");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it does not end");
        try (Stream<Path> logs = Files.list(folder)) {
            List<Path> all = logs.filter(log -> log.toString().endsWith(".log")).toList();
            long ours = 0;
            long archived = 0;
            for (Path log : all) {
                try (Stream<String> lines = Files.lines(log)) {
                    List<String> classes = lines.filter(line -> line.startsWith("launchguard.verdict."))
                            .toList();
                    ours += classes.size();
                    archived += classes.stream()
                            .filter(line -> line.contains("shared objects file"))
                            .count();
                }
                Files.delete(log);
            }
            return new Started(process.exitValue(), Files.readString(said), ours, archived);
        }
    }

    @Test
    void besideTheJar_itIsUsed() throws Exception {
        assertTrue(Files.size(ARCHIVE) > 1_000_000, "the build has written it");
        Started started = start(JAR);
        assertEquals(10, started.exit(), started.toString());
        assertTrue(started.archived() > 10 && started.archived() == started.ours(), started.toString());
    }

    /** A copy of the jar has another age, and an archive may be anything. */
    @Test
    void whereItDoesNotFit_theCommandStartsAllTheSame() throws Exception {
        Path jar = Files.copy(JAR, folder.resolve("launch-guard.jar"));
        Files.createSymbolicLink(folder.resolve("lib"), Path.of("target/lib").toAbsolutePath());
        Started fits = start(JAR);
        Files.copy(ARCHIVE, folder.resolve("launch-guard.jsa"));
        Started copied = start(jar);
        Files.writeString(folder.resolve("launch-guard.jsa"), "no archive");
        Started broken = start(jar);
        assertEquals(fits.said(), copied.said().replace(jar.toString(), JAR.toString()));
        assertEquals(fits.said(), broken.said());
        assertEquals(0, broken.archived());
        assertTrue(broken.ours() > 10, broken.toString());
        assertEquals(10, broken.exit());
    }
}
