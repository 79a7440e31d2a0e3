package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A terminal shows nothing of an instance's words but printable characters, and each evidence has its exit code. */
class ExplainSeedsTest {
    private static final Set<Integer> DOCUMENTED = Set.of(0, 10, 11, 12, 13);

    static Stream<Path> seeds() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/fuzz/evidence"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void explained(Path seed) {
        for (String format : new String[] {"words", "json"}) {
            ToolRun run = ToolRun.of("explain", "--format", format, seed.toString());
            assertTrue(DOCUMENTED.contains(run.exit()), run.toString());
            assertEquals("", run.err());
            assertEquals(
                    0,
                    run.out()
                            .codePoints()
                            .filter(point -> point != '\n')
                            .filter(point -> Character.isISOControl(point)
                                    || Character.getType(point) == Character.FORMAT
                                    || Character.getType(point) == Character.SURROGATE)
                            .count(),
                    run.out());
        }
    }
}
