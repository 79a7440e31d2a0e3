package launchguard.pages;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import launchguard.cases.Status;
import launchguard.guard.Attempt;
import launchguard.report.CaseWording;
import launchguard.report.GateWording;
import launchguard.report.GroupWording;
import launchguard.report.PlainText;
import launchguard.report.Sentences;

/** Counts launches for the page of a group. */
record LaunchStatistics(List<Launch> launches) {

    /** How many launches had each verdict, the most frequent first. */
    Map<String, Long> verdicts() {
        return counted(Launch::verdict);
    }

    /** How many cases have each status. */
    Map<String, Long> outcomes() {
        return counted(launch -> launch.stored().status().name());
    }

    /**
     * For cases that were only observed: what would have been done in each group and launch template version, or would
     * have held it back, and what the reader should do.
     */
    List<List<String>> would() {
        Map<List<String>, Long> counts = launches.stream()
                .filter(launch -> launch.stored().finding().would() != null)
                .collect(Collectors.groupingBy(
                        launch -> List.of(
                                launch.stored().group().value(),
                                template(launch),
                                String.valueOf(launch.stored().finding().would())),
                        Collectors.counting()));
        return counts.entrySet().stream()
                .map(entry -> List.of(
                        entry.getKey().get(0),
                        entry.getKey().get(1),
                        entry.getKey().get(2),
                        String.valueOf(entry.getValue()),
                        GroupWording.request(entry.getKey().get(2))))
                .sorted(Comparator.comparing((List<String> row) -> row.get(0))
                        .thenComparing(row -> row.get(1))
                        .thenComparing(row -> row.get(2)))
                .toList();
    }

    /** How many would have got a remedy, in all groups. */
    long wouldBeRemedied() {
        return launches.stream()
                .map(launch -> launch.stored().finding().would())
                .filter(would -> would != null && CaseWording.remedy(would))
                .count();
    }

    /** How many would have been held back. */
    long wouldBeHeld() {
        return launches.stream()
                .map(launch -> launch.stored().finding().would())
                .filter(would -> would != null && !CaseWording.remedy(would))
                .count();
    }

    private static String template(Launch launch) {
        return Objects.requireNonNullElse(launch.template(), "not known any more");
    }

    private Map<String, Long> counted(Function<Launch, String> by) {
        Map<String, Long> counts =
                launches.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.counting()));
        Map<String, Long> sorted = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    /** The results of remedies: repaired in place by rung, replaced, and left to people. */
    List<List<String>> remedies() {
        Map<String, Long> repairs = new TreeMap<>();
        for (Launch launch : launches) {
            if (launch.stored().status() == Status.REPAIRED) {
                launch.stored().attempts().stream()
                        .filter(attempt -> attempt.end() == Attempt.End.PROVED)
                        .reduce((earlier, later) -> later)
                        .ifPresent(attempt ->
                                repairs.merge(attempt.action().rung().name().toLowerCase(Locale.ROOT), 1L, Long::sum));
            }
        }
        List<List<String>> rows = new ArrayList<>();
        repairs.forEach((rung, count) -> rows.add(List.of("repaired by " + rung, String.valueOf(count))));
        rows.add(List.of("replaced", String.valueOf(ended(Status.REPLACED))));
        rows.add(List.of(
                "left to people",
                String.valueOf(ended(Status.ESCALATED) + ended(Status.REFUSED) + ended(Status.UNRESOLVED))));
        return rows;
    }

    /** How the launch gate's holds ended, with their median and longest; empty where no launch was gated. */
    List<List<String>> holds() {
        Map<String, List<Launch>> by = launches.stream()
                .filter(launch -> launch.stored().gate() != null)
                .collect(Collectors.groupingBy(
                        launch -> GateWording.shown(launch.stored()), TreeMap::new, Collectors.toList()));
        List<List<String>> rows = new ArrayList<>();
        by.forEach((end, some) -> {
            double[] held = some.stream()
                    .mapToDouble(launch -> GateWording.held(launch.stored()).toMillis() / 1000.0)
                    .sorted()
                    .toArray();
            rows.add(List.of(
                    end,
                    String.valueOf(some.size()),
                    PlainText.seconds(held[(held.length - 1) / 2]),
                    PlainText.seconds(held[held.length - 1])));
        });
        return rows;
    }

    private long ended(Status status) {
        return launches.stream()
                .filter(launch -> launch.stored().status() == status)
                .count();
    }

    /** The share of launches that raced, by what they were launched from; only what raced more than once recurs. */
    List<List<String>> templates() {
        Map<String, List<Launch>> by = launches.stream()
                .collect(Collectors.groupingBy(LaunchStatistics::template, TreeMap::new, Collectors.toList()));
        List<List<String>> rows = new ArrayList<>();
        by.forEach((template, some) -> {
            long raced = some.stream().filter(Launch::raced).count();
            boolean known = some.getFirst().template() != null;
            rows.add(List.of(
                    template,
                    String.valueOf(some.size()),
                    String.valueOf(raced),
                    raced > 1 && known ? Sentences.say("request.mend") : ""));
        });
        return rows;
    }

    /** Median, 90th percentile and maximum of the seconds from cloud-init's end to the verdict; empty without any. */
    List<String> delays() {
        double[] sorted = launches.stream()
                .map(Launch::delay)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        return sorted.length == 0
                ? List.of()
                : List.of(
                        String.valueOf(sorted.length),
                        PlainText.seconds(sorted[(sorted.length - 1) / 2]),
                        PlainText.seconds(sorted[(int) Math.ceil(sorted.length * 0.9) - 1]),
                        PlainText.seconds(sorted[sorted.length - 1]));
    }
}
