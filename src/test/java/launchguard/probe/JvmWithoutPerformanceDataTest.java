package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import launchguard.HangGuard;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * JVMs that keep no performance data, and so do not say where their JDK was. All are started before the first test, since only
 * what is five seconds younger than a JVM is surely younger. Each test ends its own.
 */
@EnabledOnOs(OS.LINUX)
@Tag("verify")
class JvmWithoutPerformanceDataTest {
    @TempDir
    static Path directory;

    private static Idle renamed;
    private static Idle below;
    private static Idle linked;
    private static Idle behindLink;

    /** One of the JVMs, in a folder of its own; {@code path} is what comes before {@code bin/java} in its command. */
    private record Idle(Path jdk, Path path, Process jvm) {
        static Idle started(Path folder, String path) throws Exception {
            var copy = JdkCopy.in(folder);
            var prefix = copy.home().resolveSibling(path);
            if (!prefix.equals(copy.home())) {
                Files.createSymbolicLink(prefix, copy.home());
            }
            var java = prefix.resolve("bin/java").toString();
            return new Idle(copy.home(), prefix, copy.start(java, "-XX:-UsePerfData"));
        }

        /** The evidence after the change, with this JVM still running. */
        JsonNode probedAfter(Change change) throws Exception {
            try {
                change.make();
                return ProbeRun.of(Shell.SH, Map.of("LAUNCH_GUARD_ROOT", "")).evidence();
            } finally {
                jvm.destroyForcibly().waitFor();
            }
        }

        JsonNode in(JsonNode evidence) {
            return JdkCopy.of(jvm, evidence);
        }
    }

    private interface Change {
        void make() throws IOException;
    }

    @BeforeAll
    static void startAll() throws Exception {
        renamed = Idle.started(directory.resolve("renamed"), "jdk");
        below = Idle.started(directory.resolve("below/app"), "jdk");
        linked = Idle.started(directory.resolve("linked"), "current");
        behindLink = Idle.started(directory.resolve("behind-link"), "current");
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

    @AfterAll
    static void stopAll() {
        List.of(renamed, below, linked, behindLink).forEach(idle -> idle.jvm().destroyForcibly());
    }

    @Test
    void renamed_isGone() throws Exception {
        var evidence = renamed.probedAfter(
                () -> Files.move(renamed.jdk(), renamed.jdk().resolveSibling("moved")));

        assertTrue(renamed.in(evidence).path("javaHomeGone").booleanValue());
        assertTrue(renamed.in(evidence).path("deletedMappings").toString().contains("libjvm.so"));
    }

    @Test
    void folderAboveItRenamed_isGone() throws Exception {
        var app = directory.resolve("below/app");

        var evidence = below.probedAfter(() -> Files.move(app, app.resolveSibling("app.old")));

        assertTrue(below.in(evidence).path("javaHomeGone").booleanValue());
    }

    /** The link that it was started by leads nowhere any more, and its files are where they were. */
    @Test
    void linkRemoved_isWell() throws Exception {
        var evidence = linked.probedAfter(() -> Files.delete(linked.path()));

        assertFalse(linked.in(evidence).path("javaHomeGone").booleanValue());
        assertTrue(linked.in(evidence).path("deletedMappings").isEmpty());
        assertFalse(evidence.path("truncated").toString().contains("jvms"));
    }

    /** By a link, or by a name in PATH: neither says where its JDK was, so whether it was renamed is not known. */
    @Test
    void renamedBehindALink_isNotCalledWell() throws Exception {
        var evidence = behindLink.probedAfter(
                () -> Files.move(behindLink.jdk(), behindLink.jdk().resolveSibling("moved")));

        assertTrue(evidence.path("truncated").toString().contains("jvms"));
        assertTrue(evidence.path("problems")
                .toString()
                .contains("whether the JDK of process " + behindLink.jvm().pid() + " was renamed is unknown"));
    }
}
