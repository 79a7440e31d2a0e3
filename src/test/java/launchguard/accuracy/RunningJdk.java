package launchguard.accuracy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.tools.ToolProvider;
import launchguard.HangGuard;
import launchguard.accuracy.Scenario.Seen;
import launchguard.probe.ProbeRun;
import launchguard.probe.Shell;
import org.jspecify.annotations.Nullable;

/** A JVM that waits, on a JDK that may be changed under it, and what the probe sees of it through the true /proc. */
final class RunningJdk implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path FOLDER = Path.of("/usr/lib/jvm");
    private static final String IDLE = """
            public class Idle {
                public static void main(String[] arguments) throws Exception {
                    System.out.println("up");
                    while (System.in.read() >= 0) {}
                }
            }
            """;

    private final Process process;

    private RunningJdk(Process process) {
        this.process = process;
    }

    /** An installed JDK of this version; null where there is none. */
    static @Nullable Path installed(int version) {
        if (Runtime.version().feature() == version) {
            return Path.of(System.getProperty("java.home"));
        }
        try (var homes = Files.exists(FOLDER) ? Files.list(FOLDER) : Stream.<Path>empty()) {
            return homes.filter(home -> !Files.isSymbolicLink(home))
                    .filter(home -> isVersion(home, version) && Files.exists(home.resolve("lib/server/libjvm.so")))
                    .min(Comparator.naturalOrder())
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }

    private static boolean isVersion(Path home, int version) {
        try {
            return Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + version);
        } catch (IOException e) {
            return false;
        }
    }

    static RunningJdk start(Path home, Path directory, String... options) throws Exception {
        return startBy(List.of(), home, directory, options);
    }

    /** Starts it by another program, as its child. */
    static RunningJdk startBy(List<String> launcher, Path home, Path directory, String... options) throws Exception {
        var classes = Files.createDirectories(directory.resolve("classes"));
        var source = classes.resolve("Idle.java");
        Files.writeString(source, IDLE);
        var compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-d", classes.toString(), source.toString());
        if (compiled != 0) {
            throw new IllegalStateException("Idle was not compiled");
        }
        var command = new ArrayList<>(launcher);
        command.addAll(List.of(
                home.resolve("bin/java").toString(),
                "-Xmx16m",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:off",
                "-cp",
                classes.toString()));
        command.addAll(List.of(options));
        command.add("Idle");
        var log = directory.resolve("out.log");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        HangGuard.until(
                "the JVM's first word", () -> !process.isAlive() || log.toFile().length() > 0);
        if (!Files.readString(log).startsWith("up")) {
            throw new IllegalStateException(Files.readString(log));
        }
        return new RunningJdk(process);
    }

    /** The JVM itself: the last of the processes that the launcher started. */
    private long pid() {
        return process.descendants()
                .reduce((earlier, later) -> later)
                .orElse(process.toHandle())
                .pid();
    }

    /** The probe's true view of this JVM and of the packages, in a launch that raced: 5 s before it to 10 s after it. */
    Seen inARace(Map<String, String> environment) throws Exception {
        var evidence =
                (ObjectNode) JSON.readTree(ProbeRun.of(Shell.SH, environment).output());
        var pid = pid();
        var jvm = StreamSupport.stream(evidence.path("jvms").spliterator(), false)
                .filter(node -> node.path("pid").longValue() == pid)
                .findFirst()
                .orElseThrow();
        var started = jvm.path("startedUptime").doubleValue();
        var host = (ObjectNode) evidence.path("host");
        var later = Math.max(0, started + 11 - host.path("uptime").doubleValue());
        host.put("uptime", host.path("uptime").doubleValue() + later);
        host.put("now", host.path("now").doubleValue() + later);
        evidence.putObject("cloudInit").put("state", "done").put("finishedUptime", started + 10);
        evidence.putObject("agent").put("installed", true);
        evidence.putArray("deployments")
                .addObject()
                .put("groupId", "group")
                .put("deploymentId", "d-LIVE00001")
                .put("startedUptime", started - 5)
                .put("thisBoot", true)
                .put("lastInstalled", true);
        evidence.set("jvms", only(jvm));
        // One of this machine's own is none of this launch's.
        evidence.remove("packageManager");
        evidence.putArray("failedUnits");
        evidence.putArray("symptoms");
        return ScenarioJudge.of(evidence.toString(), ScenarioJudge.NOTHING_ELSE, NaiveCheck.ofOrder(true));
    }

    private static JsonNode only(JsonNode jvm) {
        return JsonNodeFactory.instance.arrayNode().add(jvm);
    }

    /** As package managers do it: a new file beside it, then renamed over it. */
    static void replace(Path file) throws IOException {
        var next = file.resolveSibling(file.getFileName() + ";5f00aa11");
        Files.copy(file, next, StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
