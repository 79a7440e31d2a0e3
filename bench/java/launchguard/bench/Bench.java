package launchguard.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Measures, and writes what it measured into docs/measurements.md. */
public final class Bench {
    private static final TimeValue HALF_A_SECOND = TimeValue.milliseconds(500);

    private Bench() {}

    /** {@code ROUNDS}, by default 7. */
    public static void main(String[] arguments) {
        try {
            run(arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7);
            // A thread that was left behind must not keep the process running forever.
            System.exit(0);
        } catch (Exception fault) {
            System.err.println("the bench broke off: " + fault);
            for (StackTraceElement at : fault.getStackTrace()) {
                System.err.println("  at " + at);
            }
            System.exit(1);
        }
    }

    private static void run(int rounds) throws Exception {
        Path folder = Files.createTempDirectory("launch-guard-bench");
        Page page = new Page(rounds);
        double megabytes;
        List<Variant> variants = variants();
        try (World world = new World(variants.size() * rounds + 30, 4 * Warm.LAUNCHES);
                Tls tls = new Tls(world.endpoint(), folder)) {
            Layouts layouts = new Layouts(folder);
            megabytes = layouts.megabytes;
            Map<Variant, Cold.Times> cold = new Cold(world, layouts, tls).run(variants, rounds);
            page.cold(cold);
            Warm warm = new Warm(world, layouts, tls);
            Map<String, Warm.Cost> ours = warm.ours();
            Warm.Cost peer = Function.Python.possible() ? warm.peer() : null;
            page.warm(ours, warm.allocated(), warm.noOp(), peer);
            if (peer != null) {
                new BesideThePeer(cold, ours, peer).write(rounds);
            }
        } finally {
            delete(folder);
        }
        page.rooms(rooms());
        page.targets(megabytes);
        page.write();
    }

    private static List<Variant> variants() {
        List<Variant> variants = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>(List.of(0));
        if (Limit.possible()) {
            sizes.addAll(List.of(1769, 1024, 512));
        }
        for (int megabytes : sizes) {
            boolean most = megabytes == 0 || megabytes == 1024;
            variants.add(Variant.noOp(megabytes));
            variants.add(Variant.ours(megabytes));
            variants.add(Variant.same(megabytes));
            if (most) {
                variants.add(Variant.unprimed(megabytes));
                variants.add(Variant.withoutEc2(megabytes));
                variants.add(Variant.two(megabytes));
            }
            if (most && Function.Python.possible()) {
                variants.add(Variant.peer(megabytes));
            }
        }
        return variants;
    }

    private static Map<String, double[]> rooms() throws Exception {
        Map<String, double[]> figures = new java.util.TreeMap<>();
        for (RunResult result : new Runner(new OptionsBuilder()
                        .include("PureRooms|GuardRoom")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.MICROSECONDS)
                        .forks(1)
                        .jvmArgs("-XX:TieredStopAtLevel=1")
                        .warmupIterations(3)
                        .warmupTime(HALF_A_SECOND)
                        .measurementIterations(5)
                        .measurementTime(HALF_A_SECOND)
                        .addProfiler("gc")
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run()) {
            String name = result.getParams().getBenchmark();
            figures.put(name.substring(name.lastIndexOf('.') + 1), new double[] {
                result.getPrimaryResult().getScore(),
                result.getSecondaryResults().get("gc.alloc.rate.norm").getScore()
            });
        }
        return figures;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
