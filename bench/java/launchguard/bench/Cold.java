package launchguard.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import launchguard.packaged.Figures;
import launchguard.sandbox.Instance;

/** Starts each variant in turn, round after round, and sends it its first event. */
final class Cold {
    /** Milliseconds; memory and classes of the last round. */
    static final class Times {
        final List<Double> init = new ArrayList<>();
        final List<Double> first = new ArrayList<>();
        final List<Double> answering = new ArrayList<>();
        final List<Double> cold = new ArrayList<>();
        final List<Double> processor = new ArrayList<>();
        double megabytes;
        long classes;
    }

    private final World world;
    private final Layouts layouts;
    private final Tls tls;
    private final Map<String, String> environment;
    private final boolean limits = Limit.possible();

    Cold(World world, Layouts layouts, Tls tls) {
        this.world = world;
        this.layouts = layouts;
        this.tls = tls;
        environment = new TreeMap<>(world.environment());
        environment.remove("AWS_ENDPOINT_URL");
        environment.putAll(tls.environment());
    }

    Map<Variant, Times> run(List<Variant> variants, int rounds) throws Exception {
        Map<Variant, Times> times = new LinkedHashMap<>();
        variants.forEach(variant -> times.put(variant, new Times()));
        for (int round = 0; round < rounds; round++) {
            for (Variant variant : variants) {
                once(variant, times.get(variant), round == rounds - 1);
            }
            System.err.println("cold start: round " + (round + 1) + " of " + rounds);
        }
        return times;
    }

    private void once(Variant variant, Times times, boolean last) throws Exception {
        Instance instance = world.empty();
        String event = World.deployedEvent(instance);
        Limit limit = null;
        try (Function function = Function.start(variant, layouts, environment, tls);
                Watch watch = variant.python() ? new Watch(world) : null) {
            limit = limits ? Limit.of(function.process().pid()) : null;
            double init = function.ready() / 1e6;
            if (limit != null) {
                limit.memory(variant.megabytes());
            }
            long answering = tls.answering();
            long begin = System.nanoTime();
            String answer = function.invoke(variant.python() ? event : World.batch(event));
            double first = (System.nanoTime() - begin) / 1e6;
            if (answer.contains("itemIdentifier") || answer.contains("error")) {
                throw new IllegalStateException(variant.name() + " answered " + answer);
            }
            times.init.add(init);
            times.first.add(first);
            times.answering.add((tls.answering() - answering) / 1e6);
            times.cold.add(init + first);
            times.processor.add((double) Figures.cpuMillis(function.process()));
            if (last) {
                times.megabytes = Figures.peakMegabytes(function.process());
                times.classes = variant.python() ? 0 : Figures.classes(function.process());
            }
        }
        if (limit != null) {
            limit.close();
        }
    }

    /** Lets commands run as soon as they are sent, for the one that waits for their end. */
    static final class Watch implements AutoCloseable {
        private final Thread thread;

        Watch(World world) {
            int before = world.aws.commands().all().size();
            thread = Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (world.aws.commands().all().size() == before) {
                        Thread.sleep(2);
                    }
                    world.aws.advance(java.time.Duration.ofSeconds(30));
                } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                }
            });
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            thread.join();
        }
    }
}
