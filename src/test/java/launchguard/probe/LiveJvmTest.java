package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import launchguard.HangGuard;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A JVM that runs from a copy of a JDK, which is then taken away from it, seen through the true /proc. */
@EnabledOnOs(OS.LINUX)
@Tag("verify")
class LiveJvmTest {

    @TempDir
    Path directory;

    private Path jdk;
    private Path log;
    private Process jvm;

    @BeforeEach
    void startJvm() throws Exception {
        jdk = directory.toRealPath().resolve("jdk");
        log = directory.resolve("app.log");
        copyJdk(Path.of(System.getProperty("java.home")).toRealPath());
        var classes = Path.of(IdleProgram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        jvm = new ProcessBuilder(
                        jdk.resolve("bin/java").toString(),
                        "-Xmx16m",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:off",
                        "-cp",
                        classes.toString(),
                        IdleProgram.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        HangGuard.until(
                "the JVM's first word", () -> !jvm.isAlive() || log.toFile().length() > 0);
        assertTrue(jvm.isAlive());
    }

    @AfterEach
    void stopJvm() {
        jvm.destroyForcibly();
    }

    @Test
    void untouchedThenReplacedThenDeleted() throws Exception {
        var healthy = probe();
        assertEquals(1, healthy.path("exeLinks").intValue());
        assertFalse(healthy.path("javaHomeGone").booleanValue());
        assertTrue(healthy.path("deletedMappings").isEmpty());
        assertEquals(jdk.toString(), healthy.path("javaHome").textValue());
        assertEquals(
                System.getProperty("java.version"), healthy.path("versionInUse").textValue());

        for (var file : List.of("bin/java", "lib/server/libjvm.so", "lib/libjava.so")) {
            replace(jdk.resolve(file));
        }
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
        var replaced = probe();
        assertEquals(0, replaced.path("exeLinks").intValue());
        assertFalse(replaced.path("javaHomeGone").booleanValue());
        assertEquals(3, replaced.path("deletedMappings").size());
        assertEquals(
                System.getProperty("java.version"),
                replaced.path("versionInUse").textValue());
        assertEquals("99.0.1", replaced.path("versionOnDisk").textValue());

        deleteAllBut("conf");
        var gone = probe();
        assertEquals(0, gone.path("exeLinks").intValue());
        assertTrue(gone.path("javaHomeGone").booleanValue());
        assertTrue(gone.path("deletedMappings").toString().contains("/lib/modules"));
        assertEquals(healthy.path("startTicks"), gone.path("startTicks"));
    }

    @Test
    void jdkFolderRenamed_isGone() throws Exception {
        Files.move(jdk, directory.resolve("moved"));

        var moved = probe();

        assertEquals(1, moved.path("exeLinks").intValue());
        assertTrue(moved.path("javaHomeGone").booleanValue());
        assertTrue(moved.path("deletedMappings").toString().contains("libjvm.so"));
    }

    @Test
    void anotherJdkInThePlaceOfTheRenamed_isReplaced() throws Exception {
        Files.move(jdk, directory.resolve("moved"));
        Files.createDirectories(jdk.resolve("lib/server"));
        Files.writeString(jdk.resolve("lib/server/libjvm.so"), "another");

        var moved = probe();

        assertFalse(moved.path("javaHomeGone").booleanValue());
        assertTrue(moved.path("deletedMappings").toString().contains("libjvm.so"));
    }

    @Test
    void renamedAndLinkedByTheOldName_isWell() throws Exception {
        Files.createSymbolicLink(jdk, Files.move(jdk, directory.resolve("moved")));

        var linked = probe();

        assertFalse(linked.path("javaHomeGone").booleanValue());
        assertTrue(linked.path("deletedMappings").isEmpty());
    }

    @Test
    void symptoms_areTheClassAndWhatIsMissingOnly() throws Exception {
        var evidence = ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();

        var mine = StreamSupport.stream(evidence.path("symptoms").spliterator(), false)
                .filter(symptom -> symptom.path("file").textValue().equals(log.toString()))
                .map(Object::toString)
                .toList();
        assertEquals(
                List.of("{\"file\":\"" + log + "\",\"exception\":\"java.lang.NoClassDefFoundError\","
                        + "\"missing\":\"sun.security.ssl.SSLContextImpl\"}"),
                mine);
    }

    private JsonNode probe() throws Exception {
        var evidence = ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();
        return StreamSupport.stream(evidence.path("jvms").spliterator(), false)
                .filter(one -> one.path("pid").longValue() == jvm.pid())
                .findFirst()
                .orElseThrow();
    }

    /** What a JVM needs to start and to wait; the classes' archive by hard link where the file system allows it. */
    private void copyJdk(Path source) throws IOException {
        try (var files = Files.walk(source)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var name = source.relativize(file);
                var wanted = name.equals(Path.of("bin/java"))
                        || name.startsWith("conf")
                        || (name.startsWith("lib")
                                && !name.startsWith("lib/src.zip")
                                && !name.toString().endsWith(".jsa")
                                && !name.startsWith("lib/ct.sym"));
                if (wanted && Files.isRegularFile(file)) {
                    var copy = jdk.resolve(name.toString());
                    Files.createDirectories(copy.getParent());
                    copy(file, copy, name.equals(Path.of("lib/modules")));
                }
            }
        }
    }

    private static void copy(Path file, Path copy, boolean linked) throws IOException {
        try {
            if (linked) {
                Files.createLink(copy, file);
                return;
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Another file system: copied like the rest.
        }
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void replace(Path file) throws IOException {
        var next = file.resolveSibling(file.getFileName() + ";5f00aa11");
        Files.copy(file, next, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void deleteAllBut(String kept) throws IOException {
        try (var files = Files.walk(jdk)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.startsWith(jdk.resolve(kept)) && !file.equals(jdk)) {
                    Files.delete(file);
                }
            }
        }
    }
}
