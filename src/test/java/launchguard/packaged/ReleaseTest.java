package launchguard.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code mvn -q -Prelease} writes can be deployed as it stands, and is the stack that the repository describes. */
@Tag("packaged")
class ReleaseTest {
    private static final Instant TIMESTAMP = Instant.parse("2026-11-23T00:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    /** None where Maven was offline, and made no list of ingredients. */
    private static List<Path> made = List.of();

    @BeforeAll
    static void make() throws Exception {
        if (Files.exists(Path.of("target/bom.json"))) {
            made = Release.make(folder.resolve("release"), version(), TIMESTAMP);
        }
    }

    private static void assumeMade() {
        assumeTrue(!made.isEmpty(), "no target/bom.json: Maven was offline");
    }

    private static String version() throws IOException {
        Matcher version = Pattern.compile("<version>([^<]+)</version>").matcher(Files.readString(Path.of("pom.xml")));
        assertTrue(version.find());
        return version.group(1);
    }

    @Test
    void files_areThose_withTheirChecksums_andTheSameBytesAgain() throws Exception {
        assumeMade();
        Path first = folder.resolve("release");
        assertEquals(
                List.of(
                        "launch-guard-function-" + version() + ".zip",
                        "launch-guard-cli-" + version() + ".zip",
                        "template.yaml",
                        "NOTES.md",
                        "bom.json",
                        "SHA256SUMS"),
                made.stream().map(file -> file.getFileName().toString()).toList());
        Process check = new ProcessBuilder("sha256sum", "--check", "--strict", "SHA256SUMS")
                .directory(first.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, check.waitFor(), said);
        assertEquals(5, said.lines().filter(line -> line.endsWith(": OK")).count(), said);
        Release.make(folder.resolve("second"), version(), TIMESTAMP);
        assertEquals(
                Files.readString(first.resolve("SHA256SUMS")), Files.readString(folder.resolve("second/SHA256SUMS")));
    }

    @Test
    void function_isWhatSamBuilds() throws Exception {
        assumeMade();
        Map<String, Long> packed = new TreeMap<>();
        try (ZipFile zip = new ZipFile(made.getFirst().toFile())) {
            zip.stream().forEach(entry -> packed.put(entry.getName(), entry.getSize()));
        }
        assertEquals(PackageLayout.make(folder.resolve("layout")).sizes(), packed);
        assertTrue(packed.containsKey("launchguard/LaunchGuardFunction.class"));
    }

    @Test
    void commandLine_startsFromItsArchive() throws Exception {
        assumeMade();
        Path here = Files.createDirectory(folder.resolve("cli"));
        try (ZipFile zip = new ZipFile(made.get(1).toFile())) {
            for (var entry : zip.stream().toList()) {
                Path file = here.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip.getInputStream(entry), file);
            }
        }
        Process started = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        here.resolve("launch-guard.jar").toString(),
                        "explain",
                        "docs/evidence.json")
                .redirectErrorStream(true)
                .start();
        String said = new String(started.getInputStream().readAllBytes(), UTF_8);
        assertEquals(10, started.waitFor(), said);
        assertTrue(said.startsWith("STALE_JDK\n"), said);
    }

    /** But for where the function comes from, each line is the repository's own. */
    @Test
    void template_isTheStacksOwn_withTheFunctionFromABucket() throws Exception {
        String own = Files.readString(Path.of("template.yaml"));
        String released = Release.template(own, version());
        List<String> added = released.lines()
                .filter(line -> !own.lines().toList().contains(line))
                .toList();
        assertEquals(
                List.of(
                        "  CodeBucket:",
                        "    Description: Bucket of this region that you have put the function's archive in",
                        "    AllowedPattern: '[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]'",
                        "  CodeKey:",
                        "    Description: Key of the function's archive in that bucket",
                        "    Default: launch-guard-function-" + version() + ".zip",
                        "    MinLength: 1",
                        "      CodeUri: {Bucket: !Ref CodeBucket, Key: !Ref CodeKey}"),
                added);
        assertEquals(
                List.of("      CodeUri: ."),
                own.lines()
                        .filter(line -> !released.lines().toList().contains(line))
                        .toList());
    }

    @Test
    void notes_areThisVersionsChanges_andTheTemplateNamesIt() throws Exception {
        String notes = Release.notes(Files.readString(Path.of("CHANGELOG.md")), version());
        assertTrue(notes.contains("\n### Added\n- "), notes);
        assertTrue(Files.readString(Path.of("template.yaml")).contains("    SemanticVersion: " + version() + "\n"));
        assertThrows(IllegalStateException.class, () -> Release.notes("## [Unreleased]\n", version()));
    }
}
