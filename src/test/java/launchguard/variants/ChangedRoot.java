package launchguard.variants;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.CopyOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import launchguard.corpus.RecordedInstance;

/** A recorded root in a folder of its own that a change may edit; paths are relative to the root. */
final class ChangedRoot {
    private static final CopyOption[] NONE = {};

    /** Of files that the image held, in seconds since boot. */
    static final double LONG_AGO = -30 * 86_400.0;

    private static final String VIEW = "probe-views/done.txt";
    private static final String INSTRUCTIONS = "/deployment-instructions";
    private static final Pattern LIBJVM = Pattern.compile("/(\\S+?)/lib/(?:[a-z0-9_]+/)?server/libjvm\\.so");
    private static final Pattern BTIME = Pattern.compile("(?m)^btime (\\d+)$");

    private final String name;
    private final Path folder;
    private final Map<String, BigDecimal> times;
    private final Map<String, String> environment = new HashMap<>();

    /**
     * A process whose maps name a libjvm.
     *
     * @param home its java.home
     * @param started seconds since boot
     * @param unit its service's name without suffix; empty where it has none
     */
    record Jvm(int pid, String home, double started, String unit) {
        /** What a package's upgrade takes away: the JDK's folder around a {@code jre}. */
        String jdk() {
            return home.endsWith("/jre") ? home.substring(0, home.length() - "/jre".length()) : home;
        }
    }

    private ChangedRoot(String name, Path folder, Map<String, BigDecimal> times) {
        this.name = name;
        this.folder = folder;
        this.times = times;
    }

    static ChangedRoot of(String name, Path folder) throws IOException {
        var root = new ChangedRoot(name, folder, new LinkedHashMap<>(RecordedInstance.times(name)));
        root.environment.putAll(RecordedInstance.copy(name, folder).environment("done"));
        return root;
    }

    /** Gives every file its time, which comes last; what the probe finds in its environment. */
    Map<String, String> finished() throws IOException {
        RecordedInstance.setTimes(folder, times);
        return Map.copyOf(environment);
    }

    String name() {
        return name;
    }

    Path folder() {
        return folder;
    }

    void environment(String variable, String value) {
        environment.put(variable, value);
    }

    boolean has(String file) {
        return Files.exists(folder.resolve(file), LinkOption.NOFOLLOW_LINKS);
    }

    String read(String file) throws IOException {
        return Files.readString(folder.resolve(file), ISO_8859_1);
    }

    void write(String file, String text) throws IOException {
        var path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        Files.writeString(path, text, ISO_8859_1);
    }

    /** Writes a file that has this time, seconds since boot. */
    void write(String file, String text, double uptime) throws IOException {
        write(
                file,
                text,
                BigDecimal.valueOf(bootedAt()).add(BigDecimal.valueOf(uptime)).setScale(2, RoundingMode.HALF_UP));
    }

    /** Writes a file that has this time, and so have the folders that are made for it. */
    void write(String file, String text, BigDecimal time) throws IOException {
        for (var parent = file; parent.contains("/"); parent = parent.substring(0, parent.lastIndexOf('/'))) {
            if (!has(parent)) {
                times.put(parent, time);
            }
        }
        times.put(file, time);
        write(file, text);
    }

    void link(String file, String target) throws IOException {
        var path = folder.resolve(file);
        Files.createDirectories(path.resolveSibling(""));
        Files.deleteIfExists(path);
        Files.createSymbolicLink(path, Path.of(target));
    }

    void delete(String file) throws IOException {
        var path = folder.resolve(file);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var files = Files.walk(path)) {
            for (var below : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(below);
            }
        }
    }

    void move(String from, String to) throws IOException {
        var target = folder.resolve(to);
        Files.createDirectories(target.resolveSibling(""));
        Files.move(folder.resolve(from), target, NONE);
        for (var file : List.copyOf(times.keySet())) {
            if (file.equals(from) || file.startsWith(from + "/")) {
                times.put(to + file.substring(from.length()), times.remove(file));
            }
        }
    }

    /** All regular files below a folder, relative to the root. */
    List<String> files(String below) throws IOException {
        var start = folder.resolve(below);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (var files = Files.walk(start)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> folder.relativize(file).toString())
                    .toList();
        }
    }

    boolean hasProc() {
        return has("proc/uptime") && has("proc/stat");
    }

    double uptime() throws IOException {
        return Double.parseDouble(read("proc/uptime").split(" ", -1)[0]);
    }

    long bootedAt() throws IOException {
        var matcher = BTIME.matcher(read("proc/stat"));
        if (!matcher.find()) {
            throw new IllegalStateException(name + " has no btime");
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Moves the time of every file. */
    void shiftTimes(long seconds) {
        times.replaceAll((file, time) -> time.add(BigDecimal.valueOf(seconds)));
    }

    List<Jvm> jvms() throws IOException {
        var found = new ArrayList<Jvm>();
        try (Stream<Path> processes = Files.list(folder.resolve("proc"))) {
            for (var process : processes.sorted().toList()) {
                var pid = process.getFileName().toString();
                if (pid.matches("\\d+") && has("proc/" + pid + "/maps")) {
                    var home = LIBJVM.matcher(read("proc/" + pid + "/maps"));
                    if (home.find()) {
                        found.add(new Jvm(Integer.parseInt(pid), "/" + home.group(1), started(pid), unit(pid)));
                    }
                }
            }
        }
        return found;
    }

    private double started(String pid) throws IOException {
        var stat = read("proc/" + pid + "/stat");
        var afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Double.parseDouble(afterName[19]) / 100;
    }

    private String unit(String pid) throws IOException {
        var service = Pattern.compile("(?m)^(?:0::|\\d+:name=systemd:)/system\\.slice/([^/\\n]+)\\.service$")
                .matcher(read("proc/" + pid + "/cgroup"));
        return service.find() ? service.group(1) : "";
    }

    /** A healthy JVM of a service of its own. */
    void addJvm(int pid, double started, String home, String unit) throws IOException {
        var maps = new StringBuilder();
        for (var file : List.of("bin/java", "lib/server/libjvm.so", "lib/libjava.so", "lib/modules")) {
            write((home + "/" + file).substring(1), "", LONG_AGO);
            maps.append(map(home + "/" + file));
        }
        var process = "proc/" + pid;
        write(
                process + "/stat",
                pid + " (java) S 1 " + pid + " " + pid + " 0 -1 4194304 1 2 0 0 9 3 0 0 20 0 31 0 "
                        + Math.round(started * 100) + " 999 77 1844 1 1 0\n");
        write(process + "/cgroup", "0::/system.slice/" + unit + ".service\n");
        write(process + "/maps", maps.toString());
        link(process + "/exe", home + "/bin/java");
        write(process + "/cmdline", home + "/bin/java\0-cp\0/opt/" + unit + "/lib/main.jar\0Main\0");
        section(
                unit,
                "Type=simple",
                "LoadState=loaded",
                "ActiveState=active",
                "SubState=running",
                "MainPID=" + pid,
                "Result=success",
                "NRestarts=0",
                "ExecMainStartTimestampMonotonic=" + Math.round(started * 1_000_000),
                "ExecMainStatus=0",
                "ControlGroup=/system.slice/" + unit + ".service",
                "WantedBy=multi-user.target",
                "UnitFileState=enabled",
                "ExecStart={ path=" + home + "/bin/java ; argv[]=" + home + "/bin/java -cp /opt/" + unit
                        + "/lib/main.jar Main ; ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=" + pid
                        + " ; code=(null) ; status=0/0 }");
    }

    static String map(String file) {
        return "7f5a00000000-7f5a01000000 r-xp 00000000 103:01 1234567                   " + file + "\n";
    }

    /** Adds a unit to what systemd shows. */
    void section(String unit, String... lines) throws IOException {
        write(VIEW, read(VIEW).stripTrailing() + "\n\n### show-" + unit + ".txt\n" + String.join("\n", lines) + "\n");
    }

    /** Takes a unit out of what systemd shows. */
    void removeSection(String unit) throws IOException {
        var kept = new StringBuilder();
        var inside = false;
        for (var line : read(VIEW).lines().toList()) {
            if (line.startsWith("### ")) {
                inside = line.equals("### show-" + unit + ".txt");
            }
            if (!inside) {
                kept.append(line).append('\n');
            }
        }
        write(VIEW, kept.toString());
    }

    /** The agent's folders of deployments: the default one, and where a configuration has moved it. */
    List<String> deploymentRoots() throws IOException {
        var roots = new ArrayList<String>();
        for (var candidate : List.of("opt/codedeploy-agent/deployment-root", "data/codedeploy-agent")) {
            if (!groups(candidate).isEmpty()) {
                roots.add(candidate);
            }
        }
        return roots;
    }

    /** The groups that have deployed there. */
    List<String> groups(String deploymentRoot) throws IOException {
        return files(deploymentRoot + INSTRUCTIONS).stream()
                .filter(file -> file.endsWith("_most_recent_install"))
                .map(file -> file.substring(file.lastIndexOf('/') + 1).replace("_most_recent_install", ""))
                .toList();
    }

    /** When the group's most recent deployment began, by its folder or by the agent's note of it: the earlier of the two. */
    BigDecimal deployedAt(String deploymentRoot, String group) throws IOException {
        return Stream.of(
                        deployment(deploymentRoot, group),
                        deploymentRoot + INSTRUCTIONS + "/" + group + "_most_recent_install")
                .map(times::get)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalStateException(name + " has no time of " + group));
    }

    /** The folder of the group's most recent deployment. */
    String deployment(String deploymentRoot, String group) throws IOException {
        var folders = read(deploymentRoot + INSTRUCTIONS + "/" + group + "_most_recent_install")
                .strip()
                .split("/", -1);
        return deploymentRoot + "/" + group + "/" + folders[folders.length - 1];
    }

    /** A group that deployed a page and runs nothing, its files at the time of another file. */
    void addIdleGroup(String deploymentRoot, String group, String id, BigDecimal at) throws IOException {
        var instructions = deploymentRoot + INSTRUCTIONS + "/" + group;
        var revision = deploymentRoot + "/" + group + "/" + id;
        var page = "/var/www/html/index.html";
        write(revision + "/deployment-archive/index.html", "<p>up\n", at);
        write(
                revision + "/deployment-archive/appspec.yml",
                "version: 0.0\nos: linux\nfiles:\n  - source: index.html\n    destination: /var/www/html\n",
                at);
        write(instructions + "_most_recent_install", "/" + revision, at);
        write(instructions + "_last_successful_install", "/" + revision, at);
        write(instructions + "-cleanup", page + "\n", at);
        write(
                instructions + "-install.json",
                "{\"instructions\":[{\"type\":\"copy\",\"destination\":\"" + page + "\"}]}",
                at);
    }

    /** The text of a process's exe link, which the corpus keeps as a link or as a file. */
    String exe(int pid) throws IOException {
        var file = folder.resolve("proc/" + pid + "/exe");
        return Files.isSymbolicLink(file)
                ? Files.readSymbolicLink(file).toString()
                : Files.readString(file, ISO_8859_1).strip();
    }
}
