package launchguard.accuracy;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import launchguard.accuracy.Scenario.Seen;
import launchguard.corpus.RecordedInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real probe and the diagnosis on every root of the reports and the corpus, against its truth. */
class ReportsTest {
    /** Roots whose verdict is still wrong. It only ever shrinks: a root on it that comes right fails the test. */
    private static final Path STILL_WRONG = Path.of("src/test/resources/reports/still-wrong.txt");

    private static final int YEAR = 2026;

    @TempDir
    Path directory;

    static Stream<String> roots() throws IOException {
        return RecordedInstance.truths().keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("roots")
    void theVerdictIsTheTruth(String root) throws Exception {
        var truth = requireNonNull(RecordedInstance.truths().get(root));
        var instance = RecordedInstance.restore(root, directory);

        var seen = Judge.of(instance.environment("done"), Judge.NOTHING_ELSE, directory, YEAR);

        judge(root, Set.copyOf(truth), seen);
    }

    private static void judge(String name, Set<String> truth, Seen seen) throws IOException {
        var right = truth.contains(seen.verdict().name());
        if (!stillWrong().contains(name)) {
            assertTrue(right, () -> seen.verdict() + " instead of " + truth + ": " + seen.reason());
        } else if (right) {
            fail(name + " is right now (" + seen.verdict() + "): take it off " + STILL_WRONG);
        }
    }

    @Test
    void ownPidNamespace() throws Exception {
        var scenario = Live.ownPidNamespace();
        assumeTrue(scenario.missing().isEmpty(), () -> "needs " + scenario.missing());

        judge(scenario.name(), Set.of("STALE_JDK"), scenario.look().in(directory));
    }

    @Test
    void everyRootHasATruth() throws Exception {
        var truths = RecordedInstance.truths().keySet();
        var reports = RecordedInstance.reports();
        assertEquals(45, reports.size(), "the 46th report has no root: Live runs it");
        assertTrue(truths.containsAll(reports));
        assertEquals(17 + 45, truths.size());
        var unknown = stillWrong();
        unknown.removeAll(truths);
        unknown.remove("own-pid-namespace");
        assertEquals(Set.of(), unknown, "no such root");
    }

    static Set<String> stillWrong() throws IOException {
        return new HashSet<>(Files.exists(STILL_WRONG) ? Files.readAllLines(STILL_WRONG) : List.of());
    }
}
