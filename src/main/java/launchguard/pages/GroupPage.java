package launchguard.pages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import launchguard.report.CaseSummary;
import launchguard.report.GateWording;
import launchguard.report.Sentences;

/** The page of the launches of a group, or of a whole table. */
public final class GroupPage {
    /** Rows of the last table: a page stays below 200 KB. */
    private static final int MOST_ROWS = 300;
    /** Marks of the plot, for the same reason. */
    private static final int MOST_MARKS = 250;

    private GroupPage() {}

    /** The page of these launches within that time. */
    public static String of(String name, List<Launch> launches, Instant from, Instant to) {
        List<Launch> newest = launches.stream()
                .sorted(Comparator.comparing((Launch launch) -> launch.stored().openedAt())
                        .reversed())
                .toList();
        LaunchStatistics statistics = new LaunchStatistics(newest);
        long raced = newest.stream().filter(Launch::raced).count();
        List<Tag> body = new ArrayList<>();
        body.add(Tag.of("h1").text(name));
        Tag badges = Tag.of("p").with("class", "badges");
        statistics
                .verdicts()
                .forEach((verdict, count) ->
                        badges.add(CaseSection.badge(Tone.of(verdict).css(), verdict + " " + count)));
        body.add(badges);
        body.add(Tag.of("p")
                .text(Page.minute(from) + " to " + Page.minute(to) + ": "
                        + Sentences.say(
                                raced == 0 ? "group.none" : "group.raced",
                                Map.of(
                                        "launches",
                                        newest.size() == 1 ? "1 launch" : newest.size() + " launches",
                                        "raced",
                                        String.valueOf(raced)))));
        plot(body, newest);
        bars(body, "Verdicts", statistics.verdicts(), newest.size());
        bars(body, "Outcomes", statistics.outcomes(), newest.size());
        if (!statistics.would().isEmpty()) {
            body.add(section("What would have been done, had it not only observed")
                    .add(Tag.of("p")
                            .text(Sentences.say(
                                    "group.would",
                                    Map.of(
                                            "remedied",
                                            String.valueOf(statistics.wouldBeRemedied()),
                                            "held",
                                            String.valueOf(statistics.wouldBeHeld())))))
                    .add(Page.table(
                            List.of(
                                    "group",
                                    "launched from",
                                    "remedy, or what would hold it back",
                                    "launches",
                                    "what to do"),
                            statistics.would())));
        }
        body.add(section("Repairs and replacements")
                .add(Page.table(List.of("what became of broken launches", "launches"), statistics.remedies())));
        if (!statistics.holds().isEmpty()) {
            body.add(section("Launch gate")
                    .add(Page.table(
                            List.of("how the hold ended", "launches", "median", "longest"), statistics.holds())));
        }
        body.add(section("Launch templates")
                .add(Page.table(List.of("launched from", "launches", "raced", "what to do"), statistics.templates())));
        Tag delay = section("Time to verdict, from the end of cloud-init");
        body.add(
                statistics.delays().isEmpty()
                        ? delay.add(Tag.of("p").text("No stored case has these times."))
                        : delay.add(Page.table(
                                List.of("launches", "median", "90th percentile", "longest"),
                                List.of(statistics.delays()))));
        all(body, newest);
        return Page.html("Launch Guard: " + name, body);
    }

    private static Tag section(String title) {
        return Tag.of("section").add(Tag.of("h2").text(title));
    }

    private static void plot(List<Tag> body, List<Launch> newest) {
        List<Launch> drawn = newest.stream()
                .filter(launch -> launch.margin() != null)
                .limit(MOST_MARKS)
                .toList();
        Tag section = section("Margins");
        if (drawn.isEmpty()) {
            body.add(section.add(Tag.of("p").text("No launch has a margin that is known.")));
            return;
        }
        body.add(section.add(Tag.of("p")
                        .with("class", "note")
                        .text(
                                "Deployment start minus cloud-init finish. ◆ raced, ● in order; red-orange: a JVM lost its JDK."
                                        + " The " + drawn.size() + " newest launches whose margin is known, of "
                                        + newest.size()
                                        + "."))
                .add(new MarginPlot(drawn).svg()));
    }

    /** A bar for each value, with its number beside it. */
    private static void bars(List<Tag> body, String title, Map<String, Long> counts, int all) {
        Tag rows = Tag.of("tbody");
        counts.forEach((name, count) -> rows.add(Tag.of("tr")
                .add(Tag.of("th").with("scope", "row").text(name))
                .add(Tag.of("td").with("class", "number").text(String.valueOf(count)))
                .add(Tag.of("td")
                        .with("class", "wide")
                        .add(Tag.of("svg")
                                .with("class", "bar " + Tone.of(name).css())
                                .with("aria-hidden", "true")
                                .with("height", 12)
                                .add(Tag.of("rect")
                                        .percent("width", 100.0 * count / Math.max(1, all))
                                        .with("height", 12))))));
        body.add(section(title).add(Tag.of("table").with("class", "bars").add(rows)));
    }

    private static void all(List<Tag> body, List<Launch> newest) {
        boolean gated = newest.stream().anyMatch(launch -> launch.stored().gate() != null);
        List<List<String>> rows = newest.stream()
                .limit(MOST_ROWS)
                .map(launch -> gated ? with(row(launch), GateWording.shown(launch.stored())) : row(launch))
                .toList();
        String title = rows.size() == newest.size()
                ? "All " + rows.size() + " launches"
                : "The newest " + rows.size() + " launches of " + newest.size();
        List<String> head = List.of("opened (UTC)", "instance", "group", "verdict", "margin", "remedies", "outcome");
        body.add(section(title).add(Page.table("launches", gated ? with(head, "launch gate") : head, rows)));
    }

    private static List<String> with(List<String> cells, String more) {
        List<String> all = new ArrayList<>(cells);
        all.add(more);
        return all;
    }

    private static List<String> row(Launch launch) {
        Double margin = launch.margin();
        return List.of(
                String.format("%.19s", launch.stored().openedAt()).replace('T', ' '),
                launch.stored().id().instance().value(),
                launch.stored().group().value(),
                launch.verdict(),
                margin == null ? "" : CaseSection.signed(Objects.requireNonNull(margin)),
                CaseSummary.remedies(launch.stored()),
                launch.stored().status().name());
    }
}
