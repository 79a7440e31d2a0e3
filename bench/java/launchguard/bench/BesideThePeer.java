package launchguard.bench;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The function and the hand-written one that polls, measured in one run: a table of docs/performance.md. */
final class BesideThePeer {
    private static final Block BLOCK = new Block("performance.md", "peer");
    private static final double OUR_GIGABYTES = 1;
    private static final double PEER_GIGABYTES = 0.25;
    private static final double PROBE_MILLIS = 30_000;
    /** Of Lambda on arm64: a gigabyte for a second, and a request. */
    private static final double SECOND = 0.0000133334;

    private static final double REQUEST = 0.20 / 1e6;

    private final Map<Variant, Cold.Times> cold;
    private final Collection<Warm.Cost> ours;
    private final Warm.Cost peer;

    /**
     * What was measured.
     *
     * @param ours each signal of a launch
     * @param peer a whole launch, without the time that it waits
     */
    BesideThePeer(Map<Variant, Cold.Times> cold, Map<String, Warm.Cost> ours, Warm.Cost peer) {
        this.cold = cold;
        this.ours = ours.values();
        this.peer = peer;
    }

    void write(int rounds) throws IOException {
        double wall = ours.stream().mapToDouble(Warm.Cost::wall).sum();
        double waiting = PROBE_MILLIS + peer.wall();
        StringBuilder text = new StringBuilder(
                "| | Launch Guard | Python, polling | the same calls, SDK defaults |\n|---|---|---|---|\n");
        for (int megabytes : new int[] {0, 1024}) {
            List<Cold.Times> three =
                    List.of(Variant.ours(megabytes), Variant.peer(megabytes), Variant.same(megabytes)).stream()
                            .filter(cold::containsKey)
                            .map(cold::get)
                            .toList();
            if (three.size() == 3) {
                String size = megabytes == 0 ? "full processor" : "1,024 MB";
                row(
                        text,
                        "cold start, " + size + ", ms",
                        three.stream().map(times -> Page.median(times.cold)).toList());
                row(
                        text,
                        "its processor time, ms",
                        three.stream()
                                .map(times -> Page.median(times.processor))
                                .toList());
            }
        }
        text.append(line(
                "| warm: processor for a whole launch, ms | %.1f | %.1f | |",
                ours.stream().mapToDouble(Warm.Cost::cpu).sum(), peer.cpu()));
        text.append(line("| billed for a launch whose probe takes 30 s, ms | %.0f | %.0f | |", wall, waiting));
        text.append(line(
                "| Lambda's dollars for 1,000 such launches | %.4f | %.4f | |",
                1000 * (ours.size() * REQUEST + wall / 1000 * OUR_GIGABYTES * SECOND),
                1000 * (REQUEST + waiting / 1000 * PEER_GIGABYTES * SECOND)));
        text.append(line(
                "%nOne run on %s, medians of %d interleaved rounds for the cold starts.", LocalDate.now(), rounds));
        BLOCK.write(text.toString());
    }

    private static void row(StringBuilder text, String what, List<Double> three) {
        text.append(line("| %s | %.0f | %.0f | %.0f |", what, three.get(0), three.get(1), three.get(2)));
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values) + "\n";
    }
}
