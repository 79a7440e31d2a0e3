package launchguard.accuracy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.accuracy.Scenario.Seen;
import launchguard.accuracy.Scenario.Source;
import launchguard.corpus.RecordedInstance;
import launchguard.verdict.VerdictName;

/** Scenarios recorded from real boots, and from real JVMs whose JDK was removed. */
final class RecordedScenarios {
    private static final Path CORPUS = Path.of("src/test/resources/corpus");
    private static final Path REPORTS = Path.of("src/test/resources/reports");
    private static final int YEAR = 2026;

    private static final Map<String, String> ABOUT = Map.ofEntries(
            Map.entry("rpm-dnf-race-jdk8-status-error", "raced; versioned JDK directory gone; cloud-init says *error*"),
            Map.entry("rpm-dnf-race-corretto17-in-place", "raced; JDK replaced in place"),
            Map.entry("rpm-dnf-no-race-agent-after-cloud-init", "the agent waits for cloud-init"),
            Map.entry("rpm-baked-ami-stale-logs", "logs and deployments of a raced image builder baked in"),
            Map.entry("rpm-agent-restarted-during-hook", "the application died with the agent that was restarted"),
            Map.entry("rpm-lucky-race-jdk-not-upgraded", "raced; the upgrade held no JDK"),
            Map.entry("rpm-race-lost-by-late-jvm", "raced; the JVM started after the JDK was replaced"),
            Map.entry("rpm-race-service-crashed", "raced; the stale JVM crashed, systemd can't start its java again"),
            Map.entry("rpm-after-local-redeploy", "raced, then redeployed by hand"),
            Map.entry(
                    "al2like-ci-19.3-yum-race-jst",
                    "a boot service's JDK is gone; no CodeDeploy; log without year, JST"),
            Map.entry("al2like-ci-19.3-all-stages-crashed", "every stage of cloud-init crashed"),
            Map.entry("al1like-ci-0.7.6-manual-stages-jst", "no init system, no status command, local stamps"),
            Map.entry("ubuntu2404-apt-upgrade-needrestart-restarts-app", "needrestart restarted the service"),
            Map.entry("ubuntu2404-ci-24.1.3-runcmd-fails", "user data failed; status exits 2 while running"),
            Map.entry("sid-ci-26.2-degraded", "status.json holds seconds since boot"),
            Map.entry("debian12-ci-22.4.2-wait-returns-early", "status --wait returned while it ran"),
            Map.entry("debian12-ci-22.4.2-disabled", "cloud-init disabled"),
            Map.entry("debian12-ci-22.4.2-no-datasource", "no data source"));

    private RecordedScenarios() {}

    static Stream<Scenario> boots() throws IOException {
        try (var lines = Files.lines(CORPUS.resolve("truth.tsv"))) {
            return lines.filter(line -> !line.startsWith("#")).map(RecordedScenarios::boot).toList().stream();
        }
    }

    /** Roots built after public reports; each names its report. */
    static Stream<Scenario> reports() throws IOException {
        var truths = RecordedInstance.truths();
        try (var lines = Files.lines(REPORTS.resolve("reports.tsv"))) {
            return lines
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(columns -> report(columns, requireNonNull(truths.get(columns[0]))))
                    .toList()
                    .stream();
        }
    }

    private static Scenario report(String[] columns, List<String> truth) {
        return new Scenario(
                columns[0],
                Source.REPORT,
                columns[1],
                columns[2] + "; report: " + columns[3],
                verdicts(truth),
                List.of(),
                directory -> root(columns[0], directory));
    }

    private static Set<VerdictName> verdicts(List<String> names) {
        return names.stream()
                .map(VerdictName::valueOf)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(VerdictName.class)));
    }

    private static Seen root(String name, Path directory) throws Exception {
        var instance = RecordedInstance.restore(name, directory);
        return ScenarioJudge.of(instance.environment("done"), ScenarioJudge.NOTHING_ELSE, directory, YEAR);
    }

    private static Scenario boot(String line) {
        var columns = line.split("\t", -1);
        var name = columns[0];
        var truth = verdicts(List.of(columns[1].split("\\|", -1)));
        return new Scenario(
                name, Source.BOOT, system(name), about(name), truth, List.of(), directory -> root(name, directory));
    }

    private static String about(String name) {
        return ABOUT.getOrDefault(name, "");
    }

    private static String system(String name) {
        if (name.startsWith("rpm-")) {
            return "Amazon Linux 2023";
        }
        if (name.startsWith("al2like")) {
            return "Amazon Linux 2";
        }
        if (name.startsWith("al1like")) {
            return "Amazon Linux 1";
        }
        return name.startsWith("ubuntu") ? "Ubuntu 24.04" : name.startsWith("sid") ? "Debian sid" : "Debian 12";
    }

    /** Real maps and links of JVMs, put into a launch that raced. */
    static Stream<Scenario> jvms() throws IOException {
        try (var folders = Files.list(CORPUS.resolve("jvm-views"))) {
            return folders.filter(Files::isDirectory).sorted().flatMap(RecordedScenarios::views).toList().stream();
        }
    }

    private static Stream<Scenario> views(Path folder) {
        var name = folder.getFileName().toString();
        if (Files.exists(folder.resolve("maps.txt"))) {
            return Stream.of(view(name, folder, "deleted files that are none of its JDK", VerdictName.LUCKY_RACE));
        }
        if (!Files.exists(folder.resolve("after"))) {
            return Stream.empty();
        }
        var about = name.startsWith("delete") ? "the JDK's directory deleted under it" : "its JDK replaced by rename";
        return Stream.of(
                view(name + ", before", folder.resolve("before"), "its JDK still there", VerdictName.LUCKY_RACE),
                view(name + ", after", folder.resolve("after"), about, VerdictName.STALE_JDK));
    }

    private static Scenario view(String name, Path folder, String about, VerdictName truth) {
        return new Scenario(name, Source.PROCESS, "any", about, Set.of(truth), List.of(), directory -> {
            var maps = Files.readString(folder.resolve("maps.txt"), ISO_8859_1);
            var exe = Files.readAllLines(folder.resolve("exe.txt"), ISO_8859_1).stream()
                    .filter(line -> line.contains("/java"))
                    .findFirst()
                    .orElseThrow()
                    .replaceFirst(".* -> ", "");
            var instance = new BuiltInstance(directory)
                    .os("amzn", "2")
                    .cloudInit("19.3", 70)
                    .deployed("group", "d-RECORDED1", 20)
                    .process(2210, 30, exe, maps, "app.service");
            layOutJdk(instance, maps, folder);
            return seen(instance);
        });
    }

    /** Lets the mapped files exist that existed then. */
    private static void layOutJdk(BuiltInstance instance, String maps, Path folder) throws IOException {
        var deletedDirectory = folder.toString().contains("delete-") && folder.endsWith("after");
        for (var line : maps.lines().filter(line -> line.contains("/libjvm.so")).toList()) {
            var file = line.substring(line.indexOf('/') + 1)
                    .replace(" (deleted)", "")
                    .strip();
            if (deletedDirectory) {
                instance.write("usr/lib/jvm/.keep", "");
            } else {
                instance.write(file, "");
            }
        }
    }

    static Seen seen(BuiltInstance instance) throws Exception {
        return ScenarioJudge.of(instance.environment(), ScenarioJudge.NOTHING_ELSE, instance.root(), instance.year());
    }
}
