package launchguard.bench.fleet;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import launchguard.bench.Block;
import launchguard.scale.ScaleOut;
import launchguard.scale.ScaleOut.Load;

/** How soon a verdict comes under loads of several kinds: writes the first table of docs/performance.md. */
public final class Loads {
    private static final Block BLOCK = new Block("performance.md", "loads");
    private static final String HEAD =
            "| launches | p50 s | p99 s | max s | throttled | dead letters | Lambda ms a launch | repairs: p50 s | p99 s"
                    + " | dollars per 1,000 launches | measured |\n" + "|---".repeat(11) + "|\n";
    private static final Duration RUSH = Duration.ofSeconds(30);
    private static final Map<String, Load> LOADS = new LinkedHashMap<>();

    static {
        LOADS.put("300 in 5 min", Load.of(300));
        LOADS.put(
                "300 in 5 min, two groups that have 200 in service",
                Load.of(300).into(200));
        LOADS.put("1,000 in 5 min", Load.of(1_000));
        LOADS.put("1,000 in 5 min, all healthy", new Load(1_000, ScaleOut.SPREAD, 0, false, 0));
        LOADS.put("1,000 in 30 s, half of them one group", new Load(1_000, RUSH, 500, true, 0));
        LOADS.put("10,000 in 5 min", Load.of(10_000));
    }

    private final Map<String, String> rows = new LinkedHashMap<>();

    private Loads() {
        LOADS.keySet().forEach(name -> rows.put(name, ""));
        BLOCK.lines().stream()
                .filter(line -> line.startsWith("|") && rows.containsKey(Block.cell(line, 0)))
                .forEach(line -> rows.put(Block.cell(line, 0), line));
    }

    /** {@code LARGEST [ONLY]}: loads of at most so many, or those whose name has that text; other rows stay. */
    public static void main(String[] arguments) throws Exception {
        int largest = Integer.parseInt(arguments[0]);
        String only = arguments.length > 1 ? arguments[1] : "";
        Loads loads = new Loads();
        for (Map.Entry<String, Load> load : LOADS.entrySet()) {
            if (load.getValue().launches() <= largest && load.getKey().contains(only)) {
                loads.run(load.getKey(), load.getValue());
            }
        }
    }

    /** A load without a race has no repairs. */
    private static String seconds(double time) {
        return Double.isNaN(time) ? "" : String.format(Locale.ROOT, "%.0f", time);
    }

    private void run(String name, Load load) throws InterruptedException, IOException {
        ScaleOut.Result run = ScaleOut.of(load, Map.of());
        rows.put(
                name,
                String.format(
                        Locale.ROOT,
                        "| %s | %.1f | %.1f | %.1f | %,d | %d | %.0f | %s | %s | %.4f | %s |",
                        name,
                        run.delay(0.5),
                        run.delay(0.99),
                        run.delay(1),
                        run.refused(),
                        run.deadLetters(),
                        run.billed().toMillis() / (double) run.launches(),
                        seconds(run.repair(0.5)),
                        seconds(run.repair(0.99)),
                        Cells.dollars(run),
                        LocalDate.now()));
        BLOCK.write(HEAD
                + rows.values().stream()
                        .filter(row -> !row.isEmpty())
                        .map(row -> row + "\n")
                        .collect(Collectors.joining()));
        System.err.printf(
                "%s: %s, throttled %s, calls %s, faults %d %s%n",
                name, run.ends(), run.throttled(), run.calls(), run.faults(), run.firstFault());
    }
}
