package launchguard.bench;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Map.Entry;

/** The measured part of docs/measurements.md. */
final class Page {
    private static final Block BLOCK = new Block("measurements.md", "bench");

    private final StringBuilder text = new StringBuilder();
    private final Targets targets = new Targets();

    Page(int rounds) {
        line(
                "Measured on %s: %s, %d processors, JDK %s, medians of %d interleaved rounds, in milliseconds.",
                LocalDate.now(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"),
                rounds);
        line(
                "The machine's load before the run was %.1f; each function has priority over it. Compare only ratios within this run.%n",
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        .getSystemLoadAverage());
        if (!Limit.possible()) {
            line("Control groups can't be written here, so nothing was measured with less than the whole processor.%n");
        }
        if (!Function.Python.possible()) {
            line("Python with boto3 is not installed here, so the peer was not measured.%n");
        }
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    void cold(Map<Variant, Cold.Times> times) {
        line("### Cold start%n");
        line(
                "| processor | variant | init | first | cold | of \"the same calls\" | processor ms | peak MB | classes |");
        line("|---|---|---|---|---|---|---|---|---|");
        for (Entry<Variant, Cold.Times> entry : times.entrySet()) {
            Variant variant = entry.getKey();
            Cold.Times cold = entry.getValue();
            double same = median(times.get(Variant.same(variant.megabytes())).cold);
            line(
                    "| %s | %s | %.0f | %.0f | %.0f | %.2f | %.0f | %.0f | %s |",
                    size(variant),
                    variant.name(),
                    median(cold.init),
                    median(cold.first),
                    median(cold.cold),
                    median(cold.cold) / same,
                    median(cold.processor),
                    cold.megabytes,
                    cold.classes == 0 ? "" : cold.classes);
        }
        Variant small = Variant.ours(1024);
        if (times.containsKey(small)) {
            targets.add(
                    "cold start at 1,024 MB at most 0.40 of the same calls with SDK defaults",
                    median(times.get(small).cold) / median(times.get(Variant.same(1024)).cold),
                    0.40,
                    "");
        }
    }

    private static String size(Variant variant) {
        return variant.megabytes() == 0 ? "full" : variant.megabytes() + " MB";
    }

    void warm(Map<String, Warm.Cost> ours, Map<String, Warm.Cost> allocated, Warm.Cost floor, Warm.Cost peer) {
        line("%n### Warm%n");
        line("Each signal alone, after %d launches that came before.%n", Warm.LAUNCHES);
        line("| signal | processor | time | allocated kB |");
        line("|---|---|---|---|");
        double cpu = 0;
        double wall = 0;
        for (Entry<String, Warm.Cost> measured : ours.entrySet()) {
            Warm.Cost cost = measured.getValue();
            line(
                    "| %s | %.1f | %.1f | %.0f |",
                    measured.getKey(),
                    cost.cpu(),
                    cost.wall(),
                    allocated.get(measured.getKey()).kilobytes());
            cpu += cost.cpu();
            wall += cost.wall();
        }
        line(
                "| **a launch, for each of its five signals** | **%.1f** | **%.1f** | |",
                cpu / ours.size(), wall / ours.size());
        targets.add(
                "own processor time for each warm signal at most 10 ms, mean of a launch's five",
                cpu / ours.size(),
                10,
                " ms");
        ours.values().stream()
                .mapToDouble(Warm.Cost::cpu)
                .max()
                .ifPresent(most -> targets.add("the same, the signal that costs most", most, 10, " ms"));
        line("| no-op handler (floor) | %.1f | %.1f | |", floor.cpu(), floor.wall());
        if (peer != null) {
            line("| peer: a whole launch, without the time it waits | %.1f | %.1f | |", peer.cpu(), peer.wall());
            line(
                    "%nA launch whose probe ends after 30 seconds is billed %.0f ms here (five signals) and %.0f ms with the peer, which waits in the function.",
                    wall, 30_000 + peer.wall());
        }
    }

    void rooms(Map<String, double[]> figures) {
        line("%n### Rooms without AWS (JMH)%n");
        line("| what | microseconds | bytes |");
        line("|---|---|---|");
        figures.forEach((name, score) -> line("| %s | %.1f | %.0f |", name, score[0], score[1]));
    }

    /** The package as {@code PackageTest} weighs it, and whether each target is met. */
    void targets(double megabytes) {
        targets.add("package at most 40 MB with all services", megabytes, 40, " MB");
        line("%n### Targets%n");
        line("| target | measured | |");
        line("|---|---|---|");
        targets.rows().forEach(row -> line("%s", row));
    }

    void write() throws IOException {
        BLOCK.write(text.toString());
        System.err.println(text);
    }
}
