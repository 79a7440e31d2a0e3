package launchguard.bench.fleet;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import launchguard.bench.Block;
import launchguard.scale.ScaleOut;
import launchguard.scale.TriedSetting;
import launchguard.template.Template;

/** The same launches with one setting, or a few, changed: writes its part of docs/measurements.md. */
public final class Variants {
    private static final Block BLOCK = new Block("measurements.md", "variants");
    private static final int MANY = 10_000;
    private static final String HEAD = "| setting | default | tried | launches | " + Cells.HEADS
            + " | dollars per 1,000 launches | measured |\n" + "|---".repeat(14) + "|\n";
    /** Up to a thousand launches nothing is redelivered, so settings of redelivery are tried with more. */
    private static final List<Map<TriedSetting, Integer>> AT_A_THOUSAND = List.of(
            Map.of(),
            Map.of(TriedSetting.CONCURRENCY, 2),
            Map.of(TriedSetting.CONCURRENCY, 5),
            Map.of(TriedSetting.CONCURRENCY, 10),
            Map.of(TriedSetting.WINDOW, 0),
            Map.of(TriedSetting.WINDOW, 1),
            Map.of(TriedSetting.WINDOW, 5),
            Map.of(TriedSetting.PROBE_WAIT, 5),
            Map.of(TriedSetting.WINDOW, 2),
            Map.of(TriedSetting.WINDOW, 10),
            Map.of(TriedSetting.CONCURRENCY, 20),
            Map.of(TriedSetting.PROBE_WAIT, 0),
            Map.of(TriedSetting.CONCURRENCY, 50));

    private static final List<Map<TriedSetting, Integer>> AT_TEN_THOUSAND = List.of(
            Map.of(),
            Map.of(TriedSetting.CONCURRENCY, 2),
            Map.of(TriedSetting.CONCURRENCY, 5),
            Map.of(TriedSetting.CONCURRENCY, 10),
            Map.of(TriedSetting.CONCURRENCY, 20),
            Map.of(TriedSetting.WINDOW, 5),
            Map.of(TriedSetting.VISIBILITY, 240),
            Map.of(TriedSetting.VISIBILITY, 240, TriedSetting.RECEIVES, 15));

    private static final Comparator<String> ORDER = Comparator.<String>comparingInt(row -> number(row, 3))
            .thenComparing(row -> Block.cell(row, 2).isEmpty() ? "" : Block.cell(row, 0))
            .thenComparingInt(row -> number(row, 2));

    private final Template stack = Template.read(Path.of("template.yaml"));
    private final Map<String, String> rows = new LinkedHashMap<>();

    private Variants() {
        BLOCK.lines().stream()
                .filter(line -> line.matches("\\|.*\\| [0-9,]+ \\|.*"))
                .forEach(this::put);
    }

    /** {@code LAUNCHES [ONLY]}: all that are tried with so many, or those whose name has that text; other rows stay. */
    public static void main(String[] arguments) throws Exception {
        int launches = Integer.parseInt(arguments[0]);
        String only = arguments.length > 1 ? arguments[1] : "";
        Variants variants = new Variants();
        for (Map<TriedSetting, Integer> changed : launches < MANY ? AT_A_THOUSAND : AT_TEN_THOUSAND) {
            if (new TreeMap<>(changed).toString().contains(only) && !variants.own(changed)) {
                variants.run(launches, changed);
            }
        }
    }

    /** Whether that is what the stack has anyway: the row without a setting says it. */
    private boolean own(Map<TriedSetting, Integer> changed) {
        return !changed.isEmpty()
                && changed.entrySet().stream()
                        .allMatch(change -> change.getKey().pointer().stream()
                                .anyMatch(pointer -> stack.number(pointer) == change.getValue()));
    }

    private void run(int launches, Map<TriedSetting, Integer> changed) throws Exception {
        long begin = System.nanoTime();
        ScaleOut.Result run = ScaleOut.of(launches, changed);
        Map<TriedSetting, Integer> sorted = new TreeMap<>(changed);
        put(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %,d | %s | %.3f | %s |",
                changed.isEmpty()
                        ? "none"
                        : joined(sorted.keySet().stream()
                                .map(TriedSetting::title)
                                .toList()),
                joined(sorted.keySet().stream().map(this::own).toList()),
                joined(sorted.values().stream().map(String::valueOf).toList()),
                launches,
                Cells.of(run),
                Cells.dollars(run),
                LocalDate.now()));
        // What was measured is written down, whatever becomes of the next.
        BLOCK.write(HEAD
                + rows.values().stream().sorted(ORDER).map(row -> row + "\n").collect(Collectors.joining()));
        System.err.printf(
                "%d launches with %s took %d s: %s, faults %d %s%n",
                launches,
                sorted,
                (System.nanoTime() - begin) / 1_000_000_000,
                run.ends(),
                run.faults(),
                run.firstFault());
    }

    private String own(TriedSetting setting) {
        return setting.pointer().map(stack::number).map(String::valueOf).orElse("the function's");
    }

    /** The first number of a cell. */
    private static int number(String row, int cell) {
        String digits = Block.cell(row, cell).replace(",", "").replaceFirst(";.*", "");
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    private static String joined(List<String> some) {
        return String.join("; ", some);
    }

    /** A row takes the place of the one with the same setting, value and number of launches. */
    private void put(String row) {
        rows.put(Block.cell(row, 0) + Block.cell(row, 2) + Block.cell(row, 3), row);
    }
}
