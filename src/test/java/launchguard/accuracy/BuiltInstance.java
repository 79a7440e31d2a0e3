package launchguard.accuracy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import launchguard.corpus.RecordedInstance;

/**
 * A root file system with the files that a launch leaves, in the formats of the real programs; all moments are seconds
 * since the boot. Paths that it is given are relative to the root.
 */
final class BuiltInstance {
    /** What became of a JVM's JDK. */
    enum Jdk {
        /** As it was mapped. */
        CURRENT,
        /** The directory is gone. */
        GONE,
        /** Other files of the same names lie there. */
        REPLACED
    }

    static final String DEPLOYMENT_ROOT = "opt/codedeploy-agent/deployment-root";
    /** 2026-11-22T22:11:00Z. */
    static final long BOOTED = 1_795_385_460L;

    private final Path root;
    private final StringBuilder view = new StringBuilder();
    private final StringBuilder rpms = new StringBuilder();
    private final StringBuilder debs = new StringBuilder();
    private final Map<String, Double> times = new HashMap<>();
    private String deploymentRoot = DEPLOYMENT_ROOT;
    private long booted = BOOTED;
    private ZoneOffset zone = ZoneOffset.UTC;
    private double uptime = 600;
    private double agentLog;
    private long clockStep;
    private boolean agent2;
    private boolean proc = true;

    BuiltInstance(Path root) {
        this.root = root;
    }

    Path root() {
        return root;
    }

    int year() {
        return Instant.ofEpochSecond(booted).atOffset(ZoneOffset.UTC).getYear();
    }

    BuiltInstance os(String id, String version) throws IOException {
        return write("etc/os-release", "ID=\"" + id + "\"\nVERSION_ID=\"" + version + "\"\n");
    }

    BuiltInstance booted(String instant) {
        booted = Instant.parse(instant).getEpochSecond();
        return this;
    }

    BuiltInstance zone(int hours) {
        zone = ZoneOffset.ofHours(hours);
        return this;
    }

    BuiltInstance uptime(double seconds) {
        uptime = seconds;
        return this;
    }

    /** cloud-init as systemd and its own files show it after a boot in which it ran; the log is a file in UTC. */
    BuiltInstance cloudInit(String version, double end) throws IOException {
        unit("cloud-final", "active", end);
        cloudInitFiles(version, end);
        log(
                "var/log/cloud-init.log",
                stamp("uuuu-MM-dd HH:mm:ss", end, ZoneOffset.UTC)
                        + ",487 - handlers.py[DEBUG]: finish: modules-final: SUCCESS: running modules for final");
        return this;
    }

    /** As on Amazon Linux 2, which logs through syslog: local time, no year. */
    BuiltInstance cloudInitBySyslog(double end) throws IOException {
        unit("cloud-final", "active", end);
        cloudInitFiles("19.3-46.amzn2", end);
        log(
                "var/log/cloud-init.log",
                stamp("MMM d HH:mm:ss", end, zone)
                        + " cloud-init: handlers.py[DEBUG]: finish: modules-final: SUCCESS: running modules for final");
        return this;
    }

    /** As on Amazon Linux 1: no systemd, local time, no line for the end of a stage. */
    BuiltInstance cloudInit07(double end) throws IOException {
        cloudInitFiles("0.7.6", end);
        log(
                "var/log/cloud-init.log",
                stamp("uuuu-MM-dd HH:mm:ss", end, zone) + ",718 - util.py[DEBUG]: Cloud-init v. 0.7.6 finished at "
                        + rfc(end) + ". Datasource DataSourceEc2.  Up " + end + " seconds");
        return this;
    }

    private void cloudInitFiles(String version, double end) throws IOException {
        log(
                "var/log/cloud-init-output.log",
                "Cloud-init v. " + version + " finished at " + rfc(end) + ". Datasource DataSourceEc2.  Up " + end
                        + " seconds");
        var finished = "var/lib/cloud/instances/i-0fedcba9876543210/boot-finished";
        write(finished, end + " - " + rfc(end) + " - v. " + version + "\n").time(finished, end);
        write("var/lib/cloud/data/result.json", "{\"v1\":{\"datasource\":\"DataSourceEc2\",\"errors\":[]}}");
        time("var/lib/cloud/data/result.json", end);
        write("run/cloud-init/result.json", "{}").write("run/cloud-init/status.json", "{}");
        write("run/cloud-init/.instance-id", "i-0fedcba9876543210\n");
    }

    /** A unit as systemd shows it; an end of 0 means that it has not ended. */
    BuiltInstance unit(String name, String active, double end) {
        section("show-" + name + ".txt")
                .append("LoadState=loaded\nActiveState=")
                .append(active)
                .append("\nSubState=exited\nWantedBy=cloud-init.target\nUnitFileState=enabled\n")
                .append("ExecMainExitTimestampMonotonic=")
                .append(Math.round(end * 1_000_000))
                .append('\n');
        return this;
    }

    BuiltInstance failedUnit(String name, int status, String execStart) {
        section("show-" + name + ".txt")
                .append("LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=")
                .append(status)
                .append("\nExecStart={ path=" + execStart + " ; argv[]=" + execStart + " ; pid=0 }\n");
        return this;
    }

    /** A unit with these properties, one a line. */
    BuiltInstance shown(String name, String properties) {
        section("show-" + name + ".txt").append(properties);
        return this;
    }

    private StringBuilder section(String name) {
        return view.append("\n### ").append(name).append('\n');
    }

    /** The clock is set by so many seconds after all that was written. */
    BuiltInstance clockSet(long seconds) {
        clockStep = seconds;
        return this;
    }

    /** Hides the whole of /proc. */
    BuiltInstance withoutProc() {
        proc = false;
        return this;
    }

    /** Lets the next deployments be written as agent 2.x does. */
    BuiltInstance agent2() {
        agent2 = true;
        return this;
    }

    BuiltInstance deploymentRoot(String moved) throws IOException {
        deploymentRoot = moved;
        return write("etc/codedeploy-agent/conf/codedeployagent.yml", "---\n:root_dir: '/" + moved + "'\n");
    }

    /** A deployment that ran, its bundle there at {@code start}, its first hook a second later. */
    BuiltInstance deployed(String group, String id, double start) throws IOException {
        var instructions = deploymentRoot + "/deployment-instructions/" + group;
        for (var name : List.of("_most_recent_install", "_last_successful_install")) {
            write(instructions + name, "/" + deploymentRoot + "/" + group + "/" + id)
                    .time(instructions + name, start);
        }
        var logs = deploymentRoot + "/" + group + "/" + id + "/logs";
        write(logs + "/scripts.log", "").time(logs, start + 1).time(logs + "/scripts.log", start + 3);
        for (var event = 1; event <= 3; event += 2) {
            var local = stamp("uuuu-MM-dd HH:mm:ss", start + event, zone);
            log(
                    deploymentRoot + "/deployment-logs/codedeploy-agent-deployments.log",
                    agent2
                            ? "[" + stamp("uuuu-MM-dd HH:mm:ss", start + 4, zone) + ".003] " + local
                                    + " LifecycleEvent - AfterInstall\n"
                            : "[" + local + ".250] [" + id + "]LifecycleEvent - AfterInstall");
        }
        agentLog = start + (agent2 ? 4 : 3);
        return this;
    }

    /** The revision's archive, whose hook starts the application by this command. */
    BuiltInstance archive(String group, String id, String command) throws IOException {
        var archive = deploymentRoot + "/" + group + "/" + id + "/deployment-archive/";
        return write(
                        archive + "appspec.yml",
                        "version: 0.0\nos: linux\nhooks:\n  ApplicationStart:\n    - location: scripts/start.sh\n")
                .write(archive + "scripts/start.sh", "#!/bin/sh\n" + command + "\n");
    }

    /** What a group has installed, as the agent lists it. */
    BuiltInstance installed(String group, String... paths) throws IOException {
        return write(
                deploymentRoot + "/deployment-instructions/" + group + "-cleanup", String.join("\n", paths) + "\n");
    }

    BuiltInstance ongoing(String id, double at) throws IOException {
        var file = deploymentRoot + "/ongoing-deployment/" + id;
        return write(file, "command").time(file, at);
    }

    BuiltInstance rpm(String name, String version, String release, double installed) {
        rpms.append(String.join(
                        " ", name, "1", version, release, "x86_64", String.valueOf(Math.round(booted + installed))))
                .append('\n');
        return this;
    }

    BuiltInstance deb(String name, String version, double installed) throws IOException {
        debs.append("Package: " + name + "\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: x\n"
                + "Description: x\nVersion: " + version + "\n\n");
        var list = "var/lib/dpkg/info/" + name + ":amd64.list";
        return write(list, "").time(list, installed);
    }

    /** A JVM of a service; {@code home} is its java.home. */
    BuiltInstance jvm(int pid, double start, String home, Jdk jdk, String unit) throws IOException {
        var mark = jdk == Jdk.CURRENT ? "" : " (deleted)";
        var maps = Stream.of("bin/java", "lib/server/libjvm.so", "lib/libjava.so", "lib/modules")
                .map(file -> map("/" + home + "/" + file + mark))
                .collect(Collectors.joining());
        process(pid, start, "/" + home + "/bin/java" + mark, maps, unit);
        if (jdk == Jdk.GONE) {
            Files.createDirectories(root.resolve(home.substring(0, home.lastIndexOf('/'))));
        } else {
            write(home + "/lib/server/libjvm.so", "");
        }
        return this;
    }

    static String map(String file) {
        return "7f5a00000000-7f5a01000000 r-xp 00000000 103:01 1234567                   " + file + "\n";
    }

    /** A process of any kind. */
    BuiltInstance process(int pid, double start, String exe, String maps, String unit) throws IOException {
        var numbers = IntStream.range(5, 22).mapToObj(Integer::toString).collect(Collectors.joining(" "));
        return write(
                        "proc/" + pid + "/stat",
                        pid + " (java) S 1 " + numbers + " " + Math.round(start * 100) + " 1 2 3\n")
                .write("proc/" + pid + "/cgroup", "0::/system.slice/" + unit + "\n")
                .write("proc/" + pid + "/maps", maps)
                .write("proc/" + pid + "/exe", exe + "\n")
                .write("proc/" + pid + "/cmdline", exe.replace(" (deleted)", "") + "\0-jar\0app.jar\0");
    }

    BuiltInstance link(String file, String target) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.createSymbolicLink(root.resolve(file), Path.of(target));
        return this;
    }

    BuiltInstance write(String file, String text) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(root.resolve(file), text, ISO_8859_1);
        return this;
    }

    private void log(String file, String line) throws IOException {
        Files.createDirectories(root.resolve(file).getParent());
        Files.writeString(
                root.resolve(file), line + "\n", ISO_8859_1, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Gives a file its time; done last, since writing beside it changes it again. */
    BuiltInstance time(String file, double at) {
        times.put(file, at);
        return this;
    }

    private String stamp(String pattern, double at, ZoneOffset offset) {
        return Instant.ofEpochMilli(Math.round((booted + at) * 1000))
                .atOffset(offset)
                .format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
    }

    private String rfc(double at) {
        return stamp("EEE, dd MMM uuuu HH:mm:ss", at, ZoneOffset.UTC) + " +0000";
    }

    /** Writes what comes last, and says how the probe is to look at it. */
    Map<String, String> environment() throws IOException {
        if (proc) {
            write("proc/uptime", uptime + " 1.00\n").write("proc/stat", "btime " + (booted + clockStep) + "\n");
        }
        if (!rpms.isEmpty()) {
            section("rpm-qf.txt").append(rpms);
        }
        write("probe-views/built.txt", view.toString());
        if (!debs.isEmpty()) {
            write("var/lib/dpkg/status", debs.toString());
        }
        if (agentLog != 0) {
            time(deploymentRoot + "/deployment-logs/codedeploy-agent-deployments.log", agentLog);
        }
        for (var entry : times.entrySet()) {
            var file = root.resolve(entry.getKey());
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(Math.round((booted + entry.getValue()) * 1000)));
            }
        }
        return new RecordedInstance(root).environment("built");
    }
}
