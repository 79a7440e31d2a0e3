package launchguard.accuracy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import launchguard.accuracy.Scenario.Seen;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No verdict is wrong, and {@code docs/accuracy.md} says what was measured. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("thorough")
class AccuracyTest {
    private static final Map<String, Seen> SEEN = new ConcurrentHashMap<>();

    static Stream<Arguments> everyScenario() throws IOException {
        return AccuracyDocument.scenarios().stream().map(scenario -> Arguments.of(scenario.name(), scenario));
    }

    @Order(1)
    @ParameterizedTest(name = "{0}")
    @MethodSource("everyScenario")
    void theVerdictIsRight(String name, Scenario scenario) throws Exception {
        assumeTrue(scenario.missing().isEmpty(), () -> name + " needs " + scenario.missing());

        var seen = AccuracyDocument.look(scenario);

        SEEN.put(name, seen);
        assertTrue(
                scenario.truth().contains(seen.verdict()),
                () -> seen.verdict() + " instead of " + scenario.truthWords() + ": " + seen.reason());
        assertFalse(seen.reason().isBlank());
        assertFalse(Scenario.actedOn(seen.verdict()) && !scenario.broken(), "acted on, and nothing is broken");
    }

    @Order(2)
    @Test
    void theDocumentIsNotStale() throws Exception {
        var document = Files.readAllLines(AccuracyDocument.FILE);
        var scenarios = AccuracyDocument.scenarios();
        for (var scenario : scenarios) {
            var seen = SEEN.get(scenario.name());
            if (seen != null) {
                assertTrue(
                        document.contains(scenario.row(seen)),
                        () -> "docs/accuracy.md is stale, run mvn -q -Paccuracy: " + scenario.row(seen));
            }
        }
        var rows = document.stream().filter(AccuracyTest::isScenario).toList();
        assertEquals(scenarios.size(), rows.size(), "rows of docs/accuracy.md; run mvn -q -Paccuracy");
        assumeTrue(SEEN.size() == scenarios.size(), "not all scenarios were run, so the totals are not compared");
        Map<Scenario, Seen> all = new LinkedHashMap<>();
        scenarios.forEach(scenario -> all.put(scenario, SEEN.getOrDefault(scenario.name(), FAILED)));
        assertTrue(Files.readString(AccuracyDocument.FILE).contains(AccuracyDocument.measured(all)));
    }

    private static final Seen FAILED = new Seen(VerdictName.UNREACHABLE, "", NaiveCheck.Answer.NONE);

    private static boolean isScenario(String line) {
        return Stream.of(Scenario.Source.values()).anyMatch(source -> line.contains(" | " + source.words() + " | "));
    }

    @Test
    @Order(0)
    void scenariosAreDistinct() throws Exception {
        List<String> names =
                AccuracyDocument.scenarios().stream().map(Scenario::name).toList();
        assertTrue(names.size() >= 40, names::toString);
        assertEquals(names.size(), names.stream().distinct().count());
    }
}
