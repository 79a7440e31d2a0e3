package launchguard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules about the sources that no compiler checks. */
class SourcesTest {
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "^\\s*public (?:(?:static|final|sealed|non-sealed|abstract) )*(?:class|record|interface|enum|@interface) (\\w+).*");
    private static final Pattern ANNOTATION =
            Pattern.compile("^\\s*(?:@|\\)|\"|[a-zA-Z]+ = |[a-zA-Z]+\\.class,?$|\\}).*");

    @Test
    void publicTypesSayWhatTheyAre() throws IOException {
        List<String> silent = new ArrayList<>();
        for (Path file : sources()) {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (PUBLIC_TYPE.matcher(lines.get(i)).matches() && !documented(lines, i)) {
                    silent.add(file + ":" + (i + 1));
                }
            }
        }
        assertEquals(List.of(), silent);
    }

    /** Above a type come its annotations, and above them its javadoc, which has a sentence: it ends with a full stop. */
    private static boolean documented(List<String> lines, int type) {
        int line = type - 1;
        while (line >= 0 && ANNOTATION.matcher(lines.get(line)).matches()) {
            line--;
        }
        if (line < 0 || !lines.get(line).strip().endsWith("*/")) {
            return false;
        }
        StringBuilder javadoc = new StringBuilder();
        for (; line >= 0; line--) {
            javadoc.insert(0, lines.get(line).strip() + " ");
            if (lines.get(line).strip().startsWith("/**")) {
                return javadoc.toString().matches("/\\*\\*.*\\w.*[.:].*");
            }
        }
        return false;
    }

    @Test
    void everyRoomSaysWhatItIsAndHasItsNullsChecked() throws IOException {
        for (Path folder : sources().stream().map(Path::getParent).distinct().toList()) {
            String text = Files.readString(folder.resolve("package-info.java"));
            assertTrue(text.startsWith("/** "), folder.toString());
            assertTrue(text.contains("@NullMarked"), folder.toString());
        }
    }

    /** The map of CONTRIBUTING.md leads to files that are there. */
    @Test
    void theMapNamesFilesThatExist() throws IOException {
        Path main = Path.of("src/main/java/launchguard");
        List<String> lost = Pattern.compile(
                        "`((?:[a-z]+/)*[A-Za-z]+\\.(?:java|sh|md|json|yaml|properties)|[a-z/A-Z]+/[a-z]+/?)`")
                .matcher(Files.readString(Path.of("CONTRIBUTING.md")))
                .results()
                .map(found -> found.group(1))
                .filter(name -> !Files.exists(Path.of(name)) && !Files.exists(main.resolve(name)))
                .toList();
        assertEquals(List.of(), lost);
    }

    /** A line that reads the clock on the wall or bounds a wait by it; HangGuard does for all others. */
    private static final Pattern WALL_TIME = Pattern.compile(
            "assertTimeout|@Timeout\\b|\\bwaitFor\\([^)]|Thread\\.sleep|orTimeout"
                    + "|completeOnTimeout|\\.await\\([^)]|\\.get\\([^)]*TimeUnit|nanoTime\\(\\)|currentTimeMillis|Duration\\.between\\([^;]*Instant\\.now");

    /** Files that read it, and why. */
    private static final Map<String, String> READS_WALL_TIME = Map.of(
            "HangGuard.java", "ends what hangs",
            "Commands.java", "SendCommand's answer comes before the time-out of its caller",
            "LiveRunner.java", "SSM's own time-out of a script",
            "Demo.java", "tells its reader how long it took",
            "ServedRegion.java", "its clock follows this machine's",
            "RuntimeApi.java", "Lambda's deadline, and the bench's figures",
            "PackagedFunction.java", "the bench's figures; HangGuard's limit",
            "HostileInstanceTest.java", "the date of a boot",
            "LocalStackTest.java", "the date of a launch there, to the hour");

    /** A machine may be as busy as it likes: counts and processor time say how quick something is. */
    @Test
    void testsAssertNothingOnWallTime() throws IOException {
        Set<String> reading = new TreeSet<>();
        for (Path file : javaFiles("src/test/java")) {
            if (!file.endsWith("SourcesTest.java")
                    && WALL_TIME.matcher(Files.readString(file)).find()) {
                reading.add(file.getFileName().toString());
            }
        }
        assertEquals(new TreeSet<>(READS_WALL_TIME.keySet()), reading);
        for (String line : List.of(
                "process.waitFor(60, SECONDS)",
                "@Timeout(60)",
                "latch.await(5, SECONDS)",
                "Duration.between(before, Instant.now())",
                "long began = System.nanoTime();")) {
            assertTrue(WALL_TIME.matcher(line).find(), line);
        }
        assertFalse(WALL_TIME.matcher("process.waitFor(); start.await();").find());
    }

    private static List<Path> sources() throws IOException {
        return javaFiles("src/main/java");
    }

    private static List<Path> javaFiles(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            assertFalse(sources.isEmpty());
            return sources;
        }
    }
}
