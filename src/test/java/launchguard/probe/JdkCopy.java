package launchguard.probe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import launchguard.HangGuard;

/**
 * A copy of this JDK which a test can change or take away, and the JVMs that run from it and wait.
 *
 * @param home its folder
 * @param log what its JVMs print
 */
record JdkCopy(Path home, Path log) {
    /** In the folder's {@code jdk}. */
    static JdkCopy in(Path folder) throws IOException {
        var real = Files.createDirectories(folder).toRealPath();
        var copy = new JdkCopy(real.resolve("jdk"), real.resolve("app.log"));
        JdkFiles.copy(Path.of(System.getProperty("java.home")).toRealPath(), copy.home);
        return copy;
    }

    /** A JVM by this path of its program, or by its name: the copy is first in PATH. */
    Process start(String java, String... options) throws Exception {
        var command = new ArrayList<>(List.of(java, "-Xmx16m", "-XX:TieredStopAtLevel=1", "-Xshare:off"));
        command.addAll(List.of(options));
        command.addAll(program());
        var builder = new ProcessBuilder(command);
        builder.environment().merge("PATH", home.resolve("bin").toString(), (path, first) -> first + ":" + path);
        return start(builder);
    }

    /** A JVM by a command of the test's own; it has said its first word. */
    Process start(ProcessBuilder builder) throws Exception {
        Files.deleteIfExists(log);
        var process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        HangGuard.until(
                "the JVM's first word", () -> !process.isAlive() || log.toFile().length() > 0);
        assertTrue(process.isAlive());
        return process;
    }

    /** The options that run {@link IdleProgram}. */
    static List<String> program() throws URISyntaxException {
        var classes = Path.of(IdleProgram.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        return List.of("-cp", classes.toString(), IdleProgram.class.getName());
    }

    /** What the evidence says of that JVM. */
    static JsonNode of(Process jvm, JsonNode evidence) {
        return StreamSupport.stream(evidence.path("jvms").spliterator(), false)
                .filter(seen -> seen.path("pid").longValue() == jvm.pid())
                .findFirst()
                .orElseThrow();
    }
}
