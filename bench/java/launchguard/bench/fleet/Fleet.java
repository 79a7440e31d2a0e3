package launchguard.bench.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Many launches within five minutes, one in ten raced: writes its part of docs/performance.md, and docs/scale.svg. */
public final class Fleet {
    private static final Path FILE = Path.of("docs/performance.md");
    private static final String BEGIN = "<!-- fleet: begin -->\n";
    private static final String END = "<!-- fleet: end -->";
    private static final int[] SIZES = {10, 100, 1000, 10_000};
    /** Of one call over a network inside a region, its own processor time at 1,024 MB included; assumed. */
    private static final double CALL = 0.02;

    private final StringBuilder text = new StringBuilder();
    private final List<double[]> curves = new ArrayList<>();

    private Fleet() {}

    /** No arguments. */
    public static void main(String[] arguments) throws IOException {
        new Fleet().run();
    }

    private void line(String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private void run() throws IOException {
        line(
                "| launches | function | concurrency, window | p50 s | p99 s | max s | throttled | redelivered | dead letters | Lambda ms a launch | dollars per 1,000 launches |");
        line("|---|---|---|---|---|---|---|---|---|---|---|");
        for (int size : SIZES) {
            ours(size, 2, 5);
            ours(size, 5, 5);
            ours(size, 10, 5);
            ours(size, 20, 5);
            ours(size, 5, 1);
            ours(size, 5, 2);
            ours(size, 5, 20);
            peer(size);
        }
        String page = Files.readString(FILE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        Files.writeString(FILE, page.substring(0, begin) + text + page.substring(page.indexOf(END)));
        Files.writeString(Path.of("docs/scale.svg"), Picture.of(curves));
        System.err.println(text);
    }

    private static List<Launch> launches(int size) {
        Random chance = new Random(6);
        List<Launch> launches = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            launches.add(new Launch(chance, 300 * chance.nextDouble(), i % 10 == 0));
        }
        return launches;
    }

    private void ours(int size, int concurrency, double window) {
        Clock clock = new Clock();
        Quotas quotas = new Quotas();
        Ours ours = new Ours(clock, quotas, new Random(7), concurrency, window, CALL);
        List<Launch> launches = launches(size);
        launches.forEach(ours::expect);
        clock.run();
        double lambda = dollars(ours.invocations, ours.busySeconds, 1.0);
        // Three requests for each message and recheck; twelve write units, five reads; one event; two kilobytes of log.
        double rest = size * (5 * 3 * 0.40 + 12 * 0.625 + 5 * 0.125 + 1.00 + 2.1 * 0.5) / 1e6;
        double[] delays = report(
                size,
                "Launch Guard",
                concurrency + ", " + Math.round(window) + " s",
                launches,
                quotas,
                ours.redelivered,
                ours.dead,
                ours.busySeconds,
                lambda + rest);
        if (concurrency == 5 && window == 5) {
            curves.add(new double[] {size, delays[0], delays[1], Double.NaN, Double.NaN});
        }
    }

    private void peer(int size) {
        Clock clock = new Clock();
        Quotas quotas = new Quotas();
        Peer peer = new Peer(clock, quotas, new Random(7), CALL);
        List<Launch> launches = launches(size);
        launches.forEach(peer::expect);
        clock.run();
        double[] delays = report(
                size,
                "polling peer",
                "",
                launches,
                quotas,
                peer.retried,
                peer.dropped,
                peer.busySeconds,
                dollars(peer.invocations, peer.busySeconds, 0.25));
        double[] last = curves.getLast();
        last[3] = delays[0];
        last[4] = delays[1];
    }

    private static double dollars(long invocations, double seconds, double gigabytes) {
        return invocations * 0.20 / 1e6 + seconds * gigabytes * 0.0000133334;
    }

    private double[] report(
            int size,
            String name,
            String how,
            List<Launch> launches,
            Quotas quotas,
            long again,
            long dead,
            double busy,
            double dollars) {
        double[] delays = launches.stream()
                .mapToDouble(Launch::delay)
                .filter(delay -> !Double.isNaN(delay))
                .sorted()
                .toArray();
        double p50 = delays[delays.length / 2];
        double p99 = delays[Math.min(delays.length - 1, delays.length * 99 / 100)];
        line(
                "| %,d | %s | %s | %.0f | %.0f | %.0f | %,d | %,d | %,d | %.0f | %.3f |",
                size,
                name,
                how,
                p50,
                p99,
                delays[delays.length - 1],
                quotas.throttled,
                again,
                dead,
                busy * 1000 / size,
                dollars * 1000 / size);
        return new double[] {p50, p99};
    }
}
