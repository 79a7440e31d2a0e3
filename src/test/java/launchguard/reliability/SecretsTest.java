package launchguard.reliability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import launchguard.aws.DynamoCaseStore;
import launchguard.cases.Case;
import launchguard.cli.Terminal;
import launchguard.model.InstanceId;
import launchguard.pages.CasePage;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Image;
import launchguard.sandbox.Instance;
import launchguard.sandbox.InstanceRoot;
import launchguard.sandbox.Sandbox;
import launchguard.sandbox.ScriptRunner;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Promise 11: tokens lie in the application's log lines, on command lines and in environments; none of them is in any byte that
 * leaves the instance or the function.
 */
@Tag("verify")
class SecretsTest {
    private static final String IN_LOG = "TOKENinLOG9f3a";
    private static final String IN_COMMAND = "TOKENinCMDLINE7b2c";
    private static final String IN_ENVIRONMENT = "TOKENinENVIRON5d1e";
    private static final List<String> TOKENS = List.of(IN_LOG, IN_COMMAND, IN_ENVIRONMENT);
    private static final List<String> LOG_LINES = List.of(
            "java.lang.NoClassDefFoundError: Could not initialize class sun.security.ssl.SSLContextImpl " + IN_LOG,
            "{\"message\":\"java.lang.NoClassDefFoundError: sun/security/ssl/X\",\"authorization\":\"Bearer " + IN_LOG
                    + "\"}",
            "ERROR password=" + IN_LOG + " java.lang.InternalError: a fault occurred in a recent unsafe memory access",
            "java.io.FileNotFoundException: /usr/lib/jvm/java/lib/tzdb.dat?" + IN_LOG);

    private static void seed(InstanceRoot root) {
        try {
            Path logs = Files.createDirectories(root.path().resolve("var/log/app"));
            Files.writeString(logs.resolve("app.log"), String.join("\n", LOG_LINES) + "\n");
            List<Path> processes;
            try (Stream<Path> all = Files.list(root.path().resolve("proc"))) {
                processes = all.filter(each -> each.getFileName().toString().matches("\\d+"))
                        .toList();
            }
            assertFalse(processes.isEmpty());
            for (Path process : processes) {
                append(process.resolve("cmdline"), "-Dpassword=" + IN_COMMAND + "\0--token\0" + IN_COMMAND + "\0");
                append(process.resolve("environ"), "SECRET=" + IN_ENVIRONMENT + "\0");
                // What a JVM has open is where the probe looks for symptoms.
                Path open = Files.createDirectories(process.resolve("fd")).resolve("99");
                Files.createSymbolicLink(open, Path.of("/var/log/app/app.log"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"rpm-dnf-race-jdk8-status-error", "rpm-dnf-race-corretto17-in-place", "rpm-race-service-crashed"
            })
    void nothingThatLeaves_holdsAToken(String scenario) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Sandbox aws = Sandbox.start(Map.of("Mode", "remediate", "ReplaceSingle", "true"))) {
            Functions.install(aws, new PrintStream(log, true, StandardCharsets.UTF_8));
            aws.commands().runner(ScriptRunner.live());
            Instance instance = aws.group("web").launch(boot -> {
                InstanceRoot root = Image.recorded(scenario).unpack(boot);
                seed(Optional.ofNullable(root).orElseThrow());
                return root;
            });
            aws.settle(Duration.ofHours(6));
            aws.runSchedule();

            Case stored = new DynamoCaseStore(
                            Functions.clients(aws), aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", ""))
                    .latest(new InstanceId(instance.id()))
                    .orElseThrow();
            List<String> left = new ArrayList<>();
            aws.calls().all().forEach(call -> left.add(call.toString()));
            aws.events().events().forEach(event -> left.add(event.toString()));
            printed(aws, instance).forEach(left::add);
            left.add(log.toString(StandardCharsets.UTF_8));
            left.add(CasePage.of(stored, List.of(), List.of()));
            aws.settings().commandsAtOnce(true);
            left.addAll(typed(aws, instance, stored));
            assertTrue(left.stream().anyMatch(text -> text.contains("cloudInit")), "no evidence was searched");
            assertEquals(
                    !scenario.equals("rpm-race-service-crashed"),
                    left.stream().anyMatch(text -> text.contains("/var/log/app/app.log")),
                    "whether the log was read");
            List<String> found = left.stream()
                    .filter(text -> TOKENS.stream().anyMatch(text::contains))
                    .map(text -> text.substring(0, Math.min(600, text.length())))
                    .toList();
            assertEquals(List.of(), found);
        }
    }

    /** What the commands print that show a case, or write to a file. */
    private static List<String> typed(Sandbox aws, Instance instance, Case stored) {
        String table = aws.environment().getOrDefault("LAUNCH_GUARD_TABLE", "");
        try {
            Path folder = Files.createTempDirectory("pages");
            Path page = folder.resolve("launch.html");
            Path evidence = Files.writeString(
                    folder.resolve("evidence.json"),
                    Objects.requireNonNull(stored.memory().evidence()));
            Path week = folder.resolve("week.html");
            List<String> seen = new ArrayList<>();
            for (List<String> command : List.of(
                    List.of("cases", "--since", "P9999D", "--format", "json", "--table", table),
                    List.of("diagnose", instance.id()),
                    List.of("diagnose", instance.id(), "--format", "json"),
                    List.of("explain", evidence.toString()),
                    List.of("explain", evidence.toString(), "--format", "json"),
                    List.of("case", instance.id(), "--table", table),
                    List.of("case", instance.id(), "--format", "json", "--table", table),
                    List.of("replay", instance.id(), "--table", table),
                    List.of("report", instance.id(), "--out", page.toString(), "--table", table),
                    List.of(
                            "report",
                            "--asg",
                            "web",
                            "--since",
                            "P9999D",
                            "--out",
                            week.toString(),
                            "--table",
                            table))) {
                String said = Terminal.run(aws, command.toArray(String[]::new)).toString();
                assertTrue(said.length() > 20, command + " says " + said);
                seen.add(said);
            }
            assertTrue(seen.get(1).contains("How we know"), "the probe printed nothing: " + seen.get(1));
            seen.add(Files.readString(page));
            seen.add(Files.readString(week));
            assertTrue(
                    seen.getLast().contains("<html")
                            && seen.get(5).contains(stored.id().toString()),
                    "empty");
            return seen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What scripts printed on the instance, which SSM keeps and shows. */
    private static Stream<String> printed(Sandbox aws, Instance instance) {
        return aws.commands().all().stream()
                .flatMap(command -> Stream.of(command.printedOn(instance.id()), command.complainedOn(instance.id())))
                .flatMap(Optional::stream);
    }
}
