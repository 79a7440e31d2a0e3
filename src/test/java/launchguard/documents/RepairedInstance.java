package launchguard.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import launchguard.HangGuard;
import launchguard.template.WriteDocuments;

/** A copy of a recorded instance that the remedy scripts may work on. */
final class RepairedInstance {
    static final String GROUP = "3b1f9a52-5c3d-4d53-9c1e-7f0b6f3f1a01";
    static final String DEPLOYMENTS = "opt/codedeploy-agent/deployment-root";
    static final String INSTRUCTIONS = DEPLOYMENTS + "/deployment-instructions/" + GROUP;

    /** The scripts as the documents carry them, which is not how they are kept. */
    private static final Map<String, Path> SCRIPTS = new ConcurrentHashMap<>();

    private static final Path RESOURCES = Path.of("src/test/resources").toAbsolutePath();

    final Path root;

    private final Map<String, String> variables = new TreeMap<>();

    private RepairedInstance(Path root) {
        this.root = root;
    }

    /** What a script printed, and its exit code. */
    record Ended(int code, String output) {
        String lastLine() {
            return output.lines().reduce("", (earlier, later) -> later);
        }
    }

    /** Scenarios that were restored and prepared once: copying them is quicker. */
    private static final Map<String, Path> PREPARED = new ConcurrentHashMap<>();

    static RepairedInstance of(String scenario, Path folder) {
        Path prepared = PREPARED.computeIfAbsent(scenario, RepairedInstance::prepare);
        RepairedInstance instance = new RepairedInstance(folder.resolve("instance"));
        instance.must("mkdir", "-p", folder.toString());
        instance.must("cp", "-a", prepared.toString(), instance.root.toString());
        return instance;
    }

    private static Path prepare(String scenario) {
        try {
            Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "prepared");
            RepairedInstance instance = new RepairedInstance(folder.resolve(scenario));
            instance.must("sh", RESOURCES.resolve("corpus/restore.sh").toString(), scenario, instance.root.toString());
            instance.must("sh", RESOURCES.resolve("stand-ins/prepare-instance").toString(), instance.root.toString());
            return instance.root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** From now on scripts are started with this variable, as SSM's agent starts them with its own. */
    void variable(String name, String value) {
        variables.put(name, value);
    }

    /** Runs a script as the SSM document does, by the shell of that name. */
    Ended run(String shell, String script, String... arguments) {
        return finish(start(shell, script, arguments));
    }

    Process start(String shell, String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        command.add(SCRIPTS.computeIfAbsent(script, RepairedInstance::written).toString());
        Collections.addAll(command, arguments);
        return start(command);
    }

    /** Runs a script's text with a prologue before it, as the document carries it. */
    Ended runText(String text) {
        write("stand-in/script.sh", text);
        return finish(start(List.of("sh", path("stand-in/script.sh").toString())));
    }

    /** Runs a file of the instance. */
    Ended runFile(String shell, String file) {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        command.add(path(file).toString());
        return finish(start(command));
    }

    static Ended finish(Process process) {
        try {
            String output = HangGuard.output(process);
            return new Ended(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The script as its document carries it. */
    static String text(String script) {
        try {
            return WriteDocuments.written(script);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path written(String script) {
        try {
            Path folder = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "written");
            return Files.writeString(folder.resolve(script), text(script));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path(String file) {
        return root.resolve(file);
    }

    String read(String file) {
        return Files.exists(path(file)) ? read(path(file)) : "";
    }

    void write(String file, String text) {
        try {
            Files.createDirectories(path(file).getParent());
            Files.writeString(path(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void append(String file, String text) {
        try {
            Files.writeString(path(file), text, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void replace(String file, String old, String by) {
        String text = read(file);
        if (!text.contains(old)) {
            throw new AssertionError(file + " does not hold " + old);
        }
        write(file, text.replace(old, by));
    }

    void delete(String file) {
        must("rm", "-r", path(file).toString());
    }

    void makeExecutable(String file) {
        write(file, "");
        if (!path(file).toFile().setExecutable(true)) {
            throw new AssertionError(file);
        }
    }

    void makeRunnable(String file) {
        if (!path(file).toFile().setExecutable(true)) {
            throw new AssertionError(file);
        }
    }

    void link(String file, String target) {
        try {
            Files.createDirectories(path(file).getParent());
            Files.createSymbolicLink(path(file), Path.of(target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a FIFO there that is never written to. */
    void fifo(String file) {
        must("rm", "-rf", path(file).toString());
        must(
                "mkdir",
                "-p",
                java.util.Objects.requireNonNull(path(file).getParent()).toString());
        must("mkfifo", path(file).toString());
    }

    /** The instance's clock, which stands still but for the stand-in sleep. */
    Instant now() {
        try (Scanner boot = new Scanner(read("proc/stat"));
                Scanner uptime = new Scanner(read("proc/uptime"))) {
            double since = Double.parseDouble(boot.skip("btime ").next());
            return Instant.ofEpochSecond((long) (since + Double.parseDouble(uptime.next())));
        }
    }

    void age(String file, Instant written) {
        try {
            Files.setLastModifiedTime(path(file), FileTime.from(written));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes another process: a copy of one that was recorded. */
    void copyProcess(int recorded, int pid) {
        must(
                "cp",
                "-a",
                path("proc/" + recorded).toString(),
                path("proc/" + pid).toString());
        replace("proc/" + pid + "/stat", recorded + " (java)", pid + " (java)");
    }

    void process(int pid, String name) {
        write("proc/" + pid + "/stat", pid + " (" + name + ") S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 2900 0 0\n");
        write("proc/" + pid + "/cmdline", name + "\0");
    }

    /** What systemctl says of a unit from now on. */
    void unit(String name, String... settings) {
        write("stand-in/units/" + name, read("stand-in/units/" + name) + String.join("\n", settings) + "\n");
    }

    /** The calls that change something: local deployments and restarts. */
    List<String> changes() {
        return read("stand-in/calls")
                .lines()
                .filter(call -> !call.startsWith("systemd-run "))
                .toList();
    }

    /** All files with their content, kind and time, but for the clock, the empty lock file and the stand-ins' notes. */
    SortedMap<String, String> files() {
        SortedMap<String, String> files = new TreeMap<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    if (folder.equals(path("stand-in"))) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    files.put(name(folder), "folder");
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    String name = name(file);
                    boolean emptyLock = name.equals("run/launch-guard.lock") && attributes.size() == 0;
                    if (!emptyLock && !name.equals("proc/uptime")) {
                        files.put(name, attributes.lastModifiedTime() + " " + content(file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String name(Path file) {
        return root.relativize(file).toString();
    }

    private static String content(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "link to " + Files.readSymbolicLink(file);
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return "other";
        }
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return new BigInteger(1, digest).toString(16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process start(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("LAUNCH_GUARD_ROOT", root.toString());
        environment.put(
                "PATH",
                RESOURCES.resolve("stand-ins") + ":" + RESOURCES.resolve("corpus/bin") + ":" + environment.get("PATH"));
        environment.putAll(variables);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void must(String... command) {
        Ended ended = finish(start(List.of(command)));
        if (ended.code() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + ended);
        }
    }
}
