package launchguard.accuracy;

import static launchguard.verdict.VerdictName.LUCKY_RACE;
import static launchguard.verdict.VerdictName.STALE_JDK;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.accuracy.Scenario.Source;
import launchguard.probe.JdkFiles;
import launchguard.probe.Shell;
import launchguard.verdict.VerdictName;

/** Running JVMs of this machine whose JDKs are changed under them. */
final class LiveJvmScenarios {
    private static final List<String> FILES = List.of("bin/java", "lib/server/libjvm.so", "lib/libjava.so");

    private LiveJvmScenarios() {}

    @FunctionalInterface
    private interface Change {
        void of(Path jdk) throws IOException;
    }

    static Stream<Scenario> all() {
        return Stream.of(17, 25).flatMap(LiveJvmScenarios::ofVersion);
    }

    private static Stream<Scenario> ofVersion(int version) {
        return Stream.of(
                live(version, "untouched", "nothing happens to its JDK", LUCKY_RACE, jdk -> {}),
                live(version, "zgc", "untouched, its heap a deleted memory file", LUCKY_RACE, jdk -> {}, "-XX:+UseZGC"),
                live(version, "upgraded-in-place", "other files of another version renamed over it", STALE_JDK, jdk -> {
                    replaceAll(jdk);
                    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"99.0.1\"\n");
                }),
                live(
                        version,
                        "same-version-again",
                        "files of the same version string renamed over it",
                        STALE_JDK,
                        LiveJvmScenarios::replaceAll),
                live(version, "deleted", "its directory deleted", STALE_JDK, RunningJdk::delete),
                live(
                        version,
                        "deleted-but-configuration",
                        "all deleted but conf, as .rpmsave files do",
                        STALE_JDK,
                        jdk -> {
                            for (var part : List.of("bin", "lib")) {
                                RunningJdk.delete(jdk.resolve(part));
                            }
                        }),
                live(version, "unpacked-anew", "its directory deleted, another put in its place", STALE_JDK, jdk -> {
                    var next = jdk.resolveSibling("next");
                    JdkFiles.copy(jdk, next);
                    RunningJdk.delete(jdk);
                    Files.move(next, jdk);
                }),
                live(
                        version,
                        "no-perf-data",
                        "deleted, without hsperfdata",
                        STALE_JDK,
                        RunningJdk::delete,
                        "-XX:-UsePerfData"));
    }

    /**
     * After systemd/systemd#39575: a service with PrivatePIDs has processes of its own, and the host's files. A recorded
     * {@code /proc} has no namespaces.
     */
    static Scenario ownPidNamespace() {
        var source = RunningJdk.installed(17);
        var launcher = List.of("unshare", "--pid", "--fork", "--kill-child");
        var missing = Stream.of(
                        source == null ? "JDK 17" : "",
                        Shell.find("unshare") == null ? "unshare" : "",
                        "root".equals(System.getProperty("user.name")) ? "" : "root")
                .filter(name -> !name.isEmpty())
                .toList();
        return new Scenario(
                "own-pid-namespace",
                Source.REPORT,
                "JDK 17",
                "a live JVM in a pid namespace of its own, its JDK deleted; report: systemd/systemd#39575",
                Set.of(STALE_JDK),
                missing,
                directory -> {
                    if (source == null) {
                        throw new IllegalStateException("no JDK 17");
                    }
                    var jdk = directory.toRealPath().resolve("jdk");
                    JdkFiles.copy(source, jdk);
                    try (var jvm = RunningJdk.startBy(launcher, jdk, directory)) {
                        RunningJdk.delete(jdk);
                        return jvm.inARace(Map.of("LAUNCH_GUARD_ROOT", ""));
                    }
                });
    }

    private static void replaceAll(Path jdk) throws IOException {
        for (var file : FILES) {
            RunningJdk.replace(jdk.resolve(file));
        }
    }

    private static Scenario live(
            int version, String name, String about, VerdictName truth, Change change, String... options) {
        var source = RunningJdk.installed(version);
        return new Scenario(
                "live-" + version + "-" + name,
                Source.LIVE,
                "JDK " + version,
                about,
                Set.of(truth),
                source == null ? List.of("JDK " + version) : List.of(),
                directory -> {
                    if (source == null) {
                        throw new IllegalStateException("no JDK " + version);
                    }
                    var jdk = directory.toRealPath().resolve("jdk");
                    JdkFiles.copy(source, jdk);
                    try (var jvm = RunningJdk.start(jdk, directory, options)) {
                        change.of(jdk);
                        return jvm.inARace(Map.of("LAUNCH_GUARD_ROOT", ""));
                    }
                });
    }
}
