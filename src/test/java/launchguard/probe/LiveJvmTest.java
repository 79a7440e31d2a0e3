package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import launchguard.template.WriteDocuments;
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

    private JdkCopy copy;
    private Path jdk;
    private Process jvm;

    @BeforeEach
    void startJvm() throws Exception {
        copy = JdkCopy.in(directory);
        jdk = copy.home();
        jvm = copy.start(jdk.resolve("bin/java").toString());
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
        jvm = copy.start(jdk.resolve("bin/java").toString(), "-Xshare:auto");
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
        var builder = new ProcessBuilder(launcher.toString(), "-Xmx16m");
        builder.command().addAll(JdkCopy.program());
        builder.environment().put("LD_LIBRARY_PATH", jdk.resolve("lib").toString());
        jvm = copy.start(builder);

        replace(launcher);

        var seen = probe();
        assertEquals(jdk.toString(), seen.path("javaHome").textValue());
        assertEquals(0, seen.path("exeLinks").intValue());
        assertTrue(seen.path("deletedMappings").isEmpty());
        assertFalse(seen.path("javaHomeGone").booleanValue());
    }

    @Test
    void renamedAfterItsPerformanceDataWasCleanedUp_isGone() throws Exception {
        var data = Path.of("/tmp/hsperfdata_" + System.getProperty("user.name"), Long.toString(jvm.pid()));
        Files.delete(data);
        Files.move(jdk, directory.resolve("moved"));

        assertTrue(probe().path("javaHomeGone").booleanValue());
    }

    /** As on NFS with root_squash and on another user's FUSE: permission is denied, but no file is gone. */
    @Test
    void folderThatRootHasNoPermissionFor_isNotGone() throws Exception {
        Files.setAttribute(jdk, "unix:uid", 65_534);
        Files.setPosixFilePermissions(jdk, PosixFilePermissions.fromString("rwx------"));

        var evidence = withoutRights(ProbeRun.SCRIPT).evidence();

        assertFalse(JdkCopy.of(jvm, evidence).path("javaHomeGone").asBoolean(true));
        assertTrue(JdkCopy.of(jvm, evidence).path("deletedMappings").isEmpty());
        assertEquals("", repairSaysOf(jvm));

        // One that keeps no record of its home may have been renamed.
        stopJvm();
        jvm = copy.start(jdk.resolve("bin/java").toString(), "-XX:-UsePerfData");

        evidence = withoutRights(ProbeRun.SCRIPT).evidence();

        assertTrue(JdkCopy.of(jvm, evidence).path("javaHomeGone").isMissingNode());
        assertTrue(evidence.path("truncated").toString().contains("jvms"), evidence.toString());
        assertTrue(evidence.path("problems").toString().contains("permission denied"), evidence.toString());
        assertEquals("", repairSaysOf(jvm));
    }

    /** The kernel writes it as \012, which is no name of a file. */
    @Test
    void jdkBelowAFolderWithALineEndInItsName_isNotGone() throws Exception {
        stopJvm();
        var odd = Files.createDirectory(directory.toRealPath().resolve("a\nb"));
        Files.move(jdk, odd.resolve("jdk"));
        jvm = copy.start(odd.resolve("jdk/bin/java").toString());

        var evidence = ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();

        assertFalse(JdkCopy.of(jvm, evidence).path("javaHomeGone").asBoolean());
        assertTrue(JdkCopy.of(jvm, evidence).path("deletedMappings").isEmpty());
        assertTrue(evidence.path("truncated").toString().contains("jvms"), evidence.toString());
        assertEquals("", repairSaysOf(jvm));
    }

    private String repairSaysOf(Process jvm) throws Exception {
        var asks = "is_stale " + jvm.pid() + " && echo stale\nexit 0\n";
        return withoutRights(Files.writeString(
                        directory.resolve("repair.sh"), WriteDocuments.source("repair-lib.sh") + asks))
                .output();
    }

    private static ProbeRun withoutRights(Path script) throws Exception {
        return without("-dac_override,-dac_read_search", script);
    }

    private static ProbeRun without(String capabilities, Path script) throws Exception {
        assumeTrue(Shell.find("setpriv") != null, "setpriv is not installed");
        return ProbeRun.by(
                List.of("setpriv", "--bounding-set", capabilities, "sh", script.toString()),
                Map.of("LAUNCH_GUARD_ROOT", ""));
    }

    /** As in a hardened service, whatever the kernel still lets it see of them. */
    @Test
    void processesThatRootHasNoPermissionFor_areNamed() throws Exception {
        var evidence = without("-sys_ptrace", ProbeRun.SCRIPT).evidence();

        assertTrue(evidence.path("truncated").toString().contains("jvms"), evidence.toString());
        assertTrue(evidence.path("problems").toString().contains("not all processes"), evidence.toString());
    }

    private static List<String> with(List<String> launcher, String... command) {
        return Stream.concat(launcher.stream(), Stream.of(command)).toList();
    }

    /** systemd gives a service such a root by TemporaryFileSystem=/ and BindReadOnlyPaths=. */
    @Test
    void rootDirectoryOfItsOwnWithTheHostsFiles_isTheHosts() throws Exception {
        var mounts = List.of("unshare", "-m", "sh", "-c");
        assumeTrue(
                ProbeRun.by(with(mounts, "mount -t tmpfs none /mnt"), Map.of()).exitCode() == 0,
                "no mount namespace can be made here");
        stopJvm();
        var root = Files.createDirectory(directory.toRealPath().resolve("root"));
        var command = new ArrayList<>(
                with(mounts, """
                mount --make-rprivate / && mount -t tmpfs none "$0" && cd "$0" || exit
                for name in /*; do
                  if [ -h "$name" ]; then cp -P "$name" ".$name"
                  elif [ -d "$name" ]; then mkdir ".$name" && mount --rbind "$name" ".$name"; fi
                done
                mkdir old && pivot_root . old && umount -l old && cd / && exec "$@"
                """, root.toString(), jdk.resolve("bin/java").toString(), "-Xmx16m"));
        command.addAll(JdkCopy.program());
        jvm = copy.start(new ProcessBuilder(command));

        assertFalse(probe().path("container").booleanValue());
        deleteAllBut("conf");

        var gone = probe();
        assertFalse(gone.path("container").booleanValue());
        assertTrue(gone.path("javaHomeGone").booleanValue());
    }

    @Test
    void symptoms_areTheClassAndWhatIsMissingOnly() throws Exception {
        var evidence = ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();

        var mine = StreamSupport.stream(evidence.path("symptoms").spliterator(), false)
                .filter(symptom ->
                        symptom.path("file").textValue().equals(copy.log().toString()))
                .map(Object::toString)
                .toList();
        assertEquals(
                List.of("{\"file\":\"" + copy.log() + "\",\"exception\":\"java.lang.NoClassDefFoundError\","
                        + "\"missing\":\"sun.security.ssl.SSLContextImpl\"}"),
                mine);
    }

    private JsonNode probe() throws Exception {
        var evidence = ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();
        return JdkCopy.of(jvm, evidence);
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
