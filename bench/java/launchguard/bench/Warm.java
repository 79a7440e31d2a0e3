package launchguard.bench;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import launchguard.LaunchGuardFunction;
import launchguard.packaged.Figures;
import launchguard.sandbox.Functions;
import launchguard.sandbox.Instance;

/** One environment that lives on: what the signals of a launch cost it once it is warm, each sent alone. */
final class Warm {
    static final int LAUNCHES = 40;

    /** For each signal: milliseconds of processor and of time, kilobytes allocated. */
    record Cost(double cpu, double wall, double kilobytes) {}

    /** What a function is sent, and what it has used so far. */
    private interface Subject {
        void send(String event) throws Exception;

        double cpuMillis();

        double kilobytes();
    }

    private final World world;
    private final Layouts layouts;
    private final Tls tls;

    Warm(World world, Layouts layouts, Tls tls) {
        this.world = world;
        this.layouts = layouts;
        this.tls = tls;
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(world.environment());
        environment.remove("AWS_ENDPOINT_URL");
        environment.putAll(tls.environment());
        return environment;
    }

    /** Each kind of signal of a healthy launch, as the packaged function does it; launches before have warmed it. */
    Map<String, Cost> ours() throws Exception {
        try (Function function = Function.start(Variant.ours(0), layouts, environment(), tls)) {
            function.ready();
            return warmed(of(function));
        }
    }

    /** The same in this process, where the function's thread can be asked for what it allocates. */
    Map<String, Cost> allocated() throws Exception {
        LaunchGuardFunction function = Functions.install(
                world.aws, new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return warmed(new Subject() {
            @Override
            public void send(String event) throws Exception {
                function.handleRequest(
                        new ByteArrayInputStream(World.batch(event).getBytes(StandardCharsets.UTF_8)),
                        OutputStream.nullOutputStream(),
                        null);
            }

            @Override
            public double cpuMillis() {
                return 0;
            }

            @Override
            public double kilobytes() {
                return threads.getCurrentThreadAllocatedBytes() / 1000.0;
            }
        });
    }

    private static Subject of(Function function) {
        return new Subject() {
            @Override
            public void send(String event) throws Exception {
                String answer = function.invoke(World.batch(event));
                if (answer.contains("itemIdentifier")) {
                    throw new IllegalStateException(answer);
                }
            }

            @Override
            public double cpuMillis() {
                return Figures.cpuMillis(function.process());
            }

            @Override
            public double kilobytes() {
                return 0;
            }
        };
    }

    private Map<String, Cost> warmed(Subject subject) throws Exception {
        cycle(subject);
        return cycle(subject);
    }

    private Map<String, Cost> cycle(Subject subject) throws Exception {
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < LAUNCHES; i++) {
            instances.add(world.deployed());
        }
        Map<String, Cost> costs = new LinkedHashMap<>();
        costs.put(
                "deployment ended on the instance: case opened, probe sent",
                cost(subject, map(instances, World::deployedEvent)));
        costs.put("deployment ended", cost(subject, map(instances, World::endedEvent)));
        costs.put("instance launched", cost(subject, map(instances, World::launchedEvent)));
        world.aws.advance(Duration.ofMinutes(1));
        costs.put(
                "probe ended: verdict, case closed",
                cost(subject, map(instances, instance -> World.probedEvent(instance, world.command(instance)))));
        costs.put("recheck of a closed case", cost(subject, map(instances, world::recheck)));
        return costs;
    }

    private interface Maker {
        String of(Instance instance) throws Exception;
    }

    private static List<String> map(List<Instance> instances, Maker maker) throws Exception {
        List<String> events = new ArrayList<>();
        for (Instance instance : instances) {
            events.add(maker.of(instance));
        }
        return events;
    }

    private static Cost cost(Subject subject, List<String> events) throws Exception {
        double cpu = subject.cpuMillis();
        double kilobytes = subject.kilobytes();
        long began = System.nanoTime();
        for (String event : events) {
            subject.send(event);
        }
        double wall = (System.nanoTime() - began) / 1e6;
        return new Cost(
                (subject.cpuMillis() - cpu) / events.size(),
                wall / events.size(),
                (subject.kilobytes() - kilobytes) / events.size());
    }

    Cost noOp() throws Exception {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 10 * LAUNCHES; i++) {
            events.add("{}");
        }
        try (Function function = Function.start(Variant.noOp(0), layouts, environment(), tls)) {
            function.ready();
            return cost(of(function), events);
        }
    }

    /** The peer's whole launch, its polling taken out of the time. */
    Cost peer() throws Exception {
        Map<String, String> environment = environment();
        environment.put("POLL_SECONDS", "0.02");
        try (Function function = Function.start(Variant.peer(0), layouts, environment, tls)) {
            function.ready();
            for (int i = 0; i < 4; i++) {
                polled(function);
            }
            double cpu = Figures.cpuMillis(function.process());
            long began = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                polled(function);
            }
            double wall = (System.nanoTime() - began) / 1e6;
            return new Cost((Figures.cpuMillis(function.process()) - cpu) / 20, wall / 20, 0);
        }
    }

    private void polled(Function function) throws Exception {
        try (Cold.Watch ignored = new Cold.Watch(world)) {
            function.invoke(World.deployedEvent(world.empty()));
        }
    }
}
