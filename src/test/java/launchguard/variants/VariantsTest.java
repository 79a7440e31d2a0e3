package launchguard.variants;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import launchguard.Thorough;
import launchguard.accuracy.ScenarioJudge;
import launchguard.corpus.RecordedInstance;
import launchguard.probe.ProbeRun;
import launchguard.probe.Shell;
import launchguard.verdict.VerdictName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every root of the corpus and the reports, changed: the real probe and the diagnosis give the verdict that is right then.
 *
 * <p>The build takes a part of the pairs, drawn by a seed. {@code -Dvariants=all} takes all of them, {@code -Dvariants=500
 * -Dvariants.seed=7} another part, {@code -Dvariants.only=REGEX} those whose {@code ROOT CHANGE} matches, and
 * {@code -Dvariants.keep=FOLDER} keeps the roots of those that are wrong.
 */
@Tag("verify")
class VariantsTest {
    /** The first of those drawn in each build, those behind with -Pthorough. */
    private static final int IN_EACH_BUILD = 50;

    private static final int THOROUGH = 600;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    @TempDir
    static Path folder;

    private static List<Pair> all = List.of();

    /** One root and what is done to it. */
    private record Pair(String root, Change change, Set<VerdictName> truth) {
        String name() {
            return root + " " + change.name();
        }
    }

    /** The result. */
    private record Outcome(Pair pair, Set<VerdictName> right, VerdictName verdict, String reason) {
        boolean isRight() {
            return right.contains(verdict);
        }

        @Override
        public String toString() {
            return pair.name() + ": " + verdict + " instead of " + right + ": " + reason;
        }
    }

    @BeforeAll
    static void pairUp() throws IOException {
        all = pairs();
    }

    @Test
    @Tag("thorough")
    void theVerdictIsRightAfterTheChange(TestReporter reporter) throws Exception {
        var pairs = drawn();
        assertFalse(pairs.isEmpty(), "no such pair");
        var outcomes = new ArrayList<Outcome>();
        var tasks = pairs.stream()
                .<Callable<Outcome>>map(pair -> () -> outcome(pair))
                .toList();
        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            for (var result : threads.invokeAll(tasks)) {
                outcomes.add(result.get());
            }
        }
        var wrong = outcomes.stream()
                .filter(outcome -> !outcome.isRight())
                .map(Outcome::toString)
                .sorted()
                .toList();
        reporter.publishEntry("pairs", outcomes.size() + " of " + all.size() + ", wrong " + wrong.size());
        assertTrue(
                wrong.isEmpty(),
                () -> wrong.size() + " of " + outcomes.size() + " pairs:\n" + String.join("\n", wrong));
    }

    @Test
    void thereAreHundredsOfPairs_eachChangeOnSomeRoot() throws Exception {
        var names = all.stream().map(Pair::name).toList();
        assertEquals(names.size(), new HashSet<>(names).size(), "names are distinct");
        assertTrue(names.size() > 1_000, () -> names.size() + " pairs");
        var used = all.stream().map(pair -> pair.change().name()).collect(toCollection(HashSet::new));
        assertEquals(changes().stream().map(Change::name).collect(toCollection(HashSet::new)), used);
    }

    private static List<Change> changes() {
        return Stream.concat(HarmlessChanges.all().stream(), BreakingChanges.all().stream())
                .toList();
    }

    /** All pairs of a root and a change that makes sense there. */
    private static List<Pair> pairs() throws IOException {
        var pairs = new ArrayList<Pair>();
        for (var entry : RecordedInstance.truths().entrySet()) {
            var truth = entry.getValue().stream()
                    .map(VerdictName::valueOf)
                    .collect(toCollection(() -> EnumSet.noneOf(VerdictName.class)));
            var root = ChangedRoot.of(entry.getKey(), Files.createTempDirectory(folder, "root"));
            for (var change : changes()) {
                if (change.where().in(root, truth)) {
                    pairs.add(new Pair(entry.getKey(), change, truth));
                }
            }
        }
        return pairs;
    }

    private static List<Pair> drawn() throws IOException {
        var pairs = new ArrayList<>(all);
        var only = System.getProperty("variants.only");
        if (only != null) {
            var wanted = Pattern.compile(only);
            return pairs.stream()
                    .filter(pair -> wanted.matcher(pair.name()).find())
                    .toList();
        }
        var part = System.getProperty("variants", String.valueOf(Thorough.choose(IN_EACH_BUILD, THOROUGH)));
        if (part.equals("all")) {
            return pairs;
        }
        Collections.shuffle(pairs, new Random(Long.getLong("variants.seed", 1)));
        return pairs.subList(
                Math.min(pairs.size(), Thorough.choose(0, IN_EACH_BUILD)),
                Math.min(pairs.size(), Integer.parseInt(part)));
    }

    private static Outcome outcome(Pair pair) throws Exception {
        var keep = System.getProperty("variants.keep");
        var directory = keep == null
                ? Files.createTempDirectory(folder, "changed")
                : Files.createDirectories(
                        Path.of(keep, pair.name().replace(' ', '+')).toAbsolutePath());
        var root = ChangedRoot.of(pair.root(), directory);
        pair.change().edit().on(root);
        var environment = root.finished();
        var run = ProbeRun.of(Shell.SH, environment);
        var seen = ScenarioJudge.verdict(run.output());
        var outcome = new Outcome(pair, pair.change().right().after(pair.truth()), seen.verdict(), seen.reason());
        if (keep != null && !outcome.isRight()) {
            Files.writeString(
                    directory.resolve("look.sh"),
                    "#!/bin/sh\n# " + outcome + "\nexec env -i "
                            + environment.entrySet().stream()
                                    .map(entry -> entry.getKey() + "='" + entry.getValue() + "'")
                                    .sorted()
                                    .collect(joining(" "))
                            + " /bin/sh '" + ProbeRun.script() + "'\n");
        } else {
            root.delete("");
        }
        return outcome;
    }
}
