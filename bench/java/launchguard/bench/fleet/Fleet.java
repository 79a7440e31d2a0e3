package launchguard.bench.fleet;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import launchguard.scale.Quotas;
import launchguard.scale.ScaleOut;

/** Many launches within five minutes, one in ten raced: writes its part of docs/measurements.md, and docs/scale.svg. */
public final class Fleet {
    private static final int[] SIZES = {10, 100, 1000, 10_000};
    private static final double PEER_GIGABYTES = 0.25;

    private final Rows rows = Rows.read();

    private Fleet() {}

    /** {@code LARGEST}: what is larger keeps the figures that the page has. */
    public static void main(String[] arguments) throws Exception {
        int largest = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        Fleet fleet = new Fleet();
        for (int size : SIZES) {
            if (size <= largest) {
                fleet.run(size);
                // What was measured is written down, whatever becomes of the larger ones.
                fleet.rows.write();
            }
        }
    }

    private void run(int size) throws InterruptedException {
        System.err.println(size + " launches");
        long begin = System.nanoTime();
        ScaleOut.Result ours = ScaleOut.of(size, Map.of());
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "| %,d | Launch Guard | %s | %s | %.3f | %s |",
                size,
                Cells.of(ours),
                String.join(
                        " | ",
                        ours.dollars().values().stream()
                                .map(dollars -> String.format(Locale.ROOT, "%.4f", dollars * 1000 / size))
                                .toList()),
                Cells.dollars(ours),
                LocalDate.now()));
        lines.add(peer(size));
        List<String> refused = new ArrayList<>();
        Quotas.ALL.forEach((name, quota) -> refused.add(String.format(
                Locale.ROOT,
                "| %,d | %s | %.0f, %.0f | %,d | %,d |",
                size,
                name,
                quota.rate(),
                quota.burst(),
                Quotas.calls(ours.calls(), name),
                ours.throttled().getOrDefault(name, 0L))));
        rows.put(size, lines, refused);
        System.err.printf(
                "%d launches took %d s: %s, faults %d %s%n",
                size, (System.nanoTime() - begin) / 1_000_000_000, ours.ends(), ours.faults(), ours.firstFault());
    }

    private static String peer(int size) {
        Clock clock = new Clock();
        Quotas quotas = new Quotas();
        Peer peer = new Peer(clock, quotas, new Random(7));
        Random chance = new Random(7);
        List<Launch> launches = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            launches.add(new Launch(ScaleOut.SPREAD.toSeconds() * chance.nextDouble(), ScaleOut.raced(i)));
        }
        launches.forEach(peer::expect);
        clock.run();
        double[] delays = launches.stream()
                .mapToDouble(Launch::delay)
                .filter(delay -> !Double.isNaN(delay))
                .sorted()
                .toArray();
        double lambda = peer.invocations * 0.20 / 1e6 + peer.busySeconds * PEER_GIGABYTES * 0.0000133334;
        return String.format(
                Locale.ROOT,
                "| %,d | polling peer | %.0f | %.0f | %.0f | %,d | %,d | | %,d | %.0f | %.4f | | | | | %.3f | %s |",
                size,
                delays[delays.length / 2],
                delays[Math.min(delays.length - 1, delays.length * 99 / 100)],
                delays[delays.length - 1],
                quotas.refused(),
                peer.retried,
                peer.dropped,
                peer.busySeconds * 1000 / size,
                lambda * 1000 / size,
                lambda * 1000 / size,
                LocalDate.now());
    }
}
