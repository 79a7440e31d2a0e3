package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
        jvm = started(jdk.resolve("bin/java").toString());
    }

    private Process started(String java, String... options) throws Exception {
        var classes = Path.of(IdleProgram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var command = new ArrayList<>(List.of(java, "-Xmx16m", "-XX:TieredStopAtLevel=1", "-Xshare:off"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", classes.toString(), IdleProgram.class.getName()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().merge("PATH", jdk.resolve("bin").toString(), (path, first) -> first + ":" + path);
        var process = builder.start();
        HangGuard.until(
                "the JVM's first word", () -> !process.isAlive() || log.toFile().length() > 0);
        assertTrue(process.isAlive());
        return process;
    }

    /** A JVM that keeps no performance data, and so does not say where its JDK was. */
    private void startWithoutPerformanceData(Path java) throws Exception {
        stopJvm();
        Files.delete(log);
        jvm = started(java.toString(), "-XX:-UsePerfData");
    }

    /** The moment of a start is known to within some seconds: only what is five seconds younger is surely younger. */
    private static void letSecondsPass() throws Exception {
        var begin = uptime();
        HangGuard.until("five seconds", () -> uptime() - begin > 5);
    }

    private static double uptime() {
        try {
            var text = Files.readString(Path.of("/proc/uptime"));
            return Double.parseDouble(text.substring(0, text.indexOf(' ')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        assertTrue(gone.path("deletedMappings").toString().contains("\"lib/modules\""));
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

    /** People and packages dump it again below running JVMs, which go on with the old one. */
    @Test
    void archiveOfSharedClassesDumpedAnew_isWell() throws Exception {
        stopJvm();
        dumpSharedClasses();
        jvm = started(jdk.resolve("bin/java").toString(), "-Xshare:auto");
        assertTrue(Files.readString(Path.of("/proc", Long.toString(jvm.pid()), "maps"))
                .contains("/classes.jsa"));

        dumpSharedClasses();

        assertTrue(Files.readString(Path.of("/proc", Long.toString(jvm.pid()), "maps"))
                .contains("/classes.jsa (deleted)"));
        assertTrue(probe().path("deletedMappings").isEmpty());
    }

    private void dumpSharedClasses() throws Exception {
        var dump = new ProcessBuilder(jdk.resolve("bin/java").toString(), "-Xshare:dump")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("dump.log").toFile())
                .start();
        assertEquals(0, dump.waitFor(), () -> directory.resolve("dump.log").toString());
    }

    @Test
    void launcherElsewhereReplaced_isWell() throws Exception {
        stopJvm();
        var launcher = directory.toRealPath().resolve("jsvc");
        Files.copy(jdk.resolve("bin/java"), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        var classes = Path.of(IdleProgram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var builder = new ProcessBuilder(
                        launcher.toString(), "-Xmx16m", "-cp", classes.toString(), IdleProgram.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("LD_LIBRARY_PATH", jdk.resolve("lib").toString());
        Files.delete(log);
        jvm = builder.start();
        HangGuard.until(
                "the JVM's first word", () -> !jvm.isAlive() || log.toFile().length() > 0);

        replace(launcher);

        var seen = probe();
        assertEquals(jdk.toString(), seen.path("javaHome").textValue());
        assertEquals(0, seen.path("exeLinks").intValue());
        assertTrue(seen.path("deletedMappings").isEmpty());
        assertFalse(seen.path("javaHomeGone").booleanValue());
    }

    @Test
    void renamedWithoutPerformanceData_isGone() throws Exception {
        startWithoutPerformanceData(jdk.resolve("bin/java"));
        letSecondsPass();
        Files.move(jdk, directory.resolve("moved"));

        var moved = probe();

        assertTrue(moved.path("javaHomeGone").booleanValue());
        assertTrue(moved.path("deletedMappings").toString().contains("libjvm.so"));
    }

    @Test
    void folderAboveItRenamedWithoutPerformanceData_isGone() throws Exception {
        var app = Files.createDirectory(directory.toRealPath().resolve("app"));
        Files.move(jdk, app.resolve("jdk"));
        startWithoutPerformanceData(app.resolve("jdk/bin/java"));
        letSecondsPass();
        Files.move(app, directory.resolve("app.old"));

        assertTrue(probe().path("javaHomeGone").booleanValue());
    }

    @Test
    void renamedAfterItsPerformanceDataWasCleanedUp_isGone() throws Exception {
        var data = Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), Long.toString(jvm.pid()));
        Files.delete(data);
        Files.move(jdk, directory.resolve("moved"));

        assertTrue(probe().path("javaHomeGone").booleanValue());
    }

    /** The link that it was started by leads nowhere any more, and its files are where they were. */
    @Test
    void linkRemovedWithoutPerformanceData_isWell() throws Exception {
        var link = Files.createSymbolicLink(directory.toRealPath().resolve("current"), jdk);
        startWithoutPerformanceData(link.resolve("bin/java"));
        letSecondsPass();
        Files.delete(link);

        var seen = ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();

        assertFalse(mine(seen).path("javaHomeGone").booleanValue());
        assertTrue(mine(seen).path("deletedMappings").isEmpty());
        assertFalse(seen.path("truncated").toString().contains("jvms"));
    }

    /** By a link, or by a name in PATH: neither says where its JDK was, so whether it was renamed is not known. */
    @Test
    void renamedBehindALinkWithoutPerformanceData_isNotCalledWell() throws Exception {
        var link = Files.createSymbolicLink(directory.toRealPath().resolve("current"), jdk);
        startWithoutPerformanceData(link.resolve("bin/java"));
        letSecondsPass();
        Files.move(jdk, directory.resolve("moved"));

        var seen = ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();

        assertTrue(seen.path("truncated").toString().contains("jvms"));
        assertTrue(seen.path("problems")
                .toString()
                .contains("whether the JDK of process " + jvm.pid() + " was renamed can't be told"));
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
        return mine(evidence);
    }

    private JsonNode mine(JsonNode evidence) {
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
