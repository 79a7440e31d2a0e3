package launchguard.pages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import launchguard.report.Sentences;

/** The page of all accounts: how their launches went, by the events of the central bus. */
public final class OrganizationPage {
    /** A page stays below 200 KB. */
    private static final int MOST_ROWS = 300;

    private static final Set<String> FOR_PEOPLE = Set.of("ESCALATED", "UNRESOLVED", "REFUSED");

    private OrganizationPage() {}

    /**
     * One case.
     *
     * @param lastEventAt when its last event was sent
     * @param verdict the first; empty where the instance was gone before it was judged
     * @param margin not a number where it is not known
     */
    public record Row(
            String account,
            String region,
            String group,
            String instance,
            Instant lastEventAt,
            String status,
            String verdict,
            double margin,
            String remedies,
            String reason) {
        boolean forPeople() {
            return FOR_PEOPLE.contains(status);
        }
    }

    /** The page of these cases, the newest first, within that time. */
    public static String of(List<Row> rows, Instant from, Instant to) {
        List<Tag> body = new ArrayList<>();
        body.add(Tag.of("h1").text("All accounts"));
        Tag badges = Tag.of("p").with("class", "badges");
        counted(rows, Row::verdict)
                .forEach((verdict, count) ->
                        badges.add(CaseSection.badge(Tone.of(verdict).css(), verdict + " " + count)));
        counted(rows, Row::status)
                .forEach((status, count) -> badges.add(
                        CaseSection.badge("outcome " + Tone.of(status).css(), status + " " + count)));
        body.add(badges);
        List<Row> forPeople = rows.stream().filter(Row::forPeople).toList();
        body.add(Tag.of("p")
                .with("class", "headline")
                .text(Sentences.say(
                        "organization",
                        Map.of(
                                "launches", rows.size() == 1 ? "1 launch" : rows.size() + " launches",
                                "accounts",
                                        String.valueOf(
                                                counted(rows, Row::account).size()),
                                "raced",
                                        String.valueOf(rows.stream()
                                                .filter(row -> row.margin() < 0)
                                                .count()),
                                "people", String.valueOf(forPeople.size())))));
        body.add(Tag.of("p").with("class", "note").text(Page.minute(from) + " to " + Page.minute(to) + "."));
        if (!forPeople.isEmpty()) {
            body.add(section(
                            forPeople.size() <= MOST_ROWS
                                    ? "What needs a person"
                                    : "What needs a person, the newest " + MOST_ROWS)
                    .add(Page.table(
                            "places",
                            List.of("account", "region", "group", "instance", "outcome", "verdict", "why"),
                            forPeople.stream()
                                    .limit(MOST_ROWS)
                                    .map(row -> List.of(
                                            row.account(),
                                            row.region(),
                                            row.group(),
                                            row.instance(),
                                            row.status(),
                                            row.verdict(),
                                            row.reason()))
                                    .toList())));
        }
        body.add(section("By account")
                .add(Page.table(
                        "places",
                        List.of("account", "region", "launches", "raced", "verdicts", "outcomes"),
                        places(rows))));
        body.add(all(rows));
        return Page.html("Launch Guard: all accounts", body);
    }

    private static List<List<String>> places(List<Row> rows) {
        Map<String, List<Row>> places = rows.stream()
                .collect(Collectors.groupingBy(
                        row -> row.account() + " " + row.region(), TreeMap::new, Collectors.toList()));
        return places.values().stream()
                .map(some -> List.of(
                        some.getFirst().account(),
                        some.getFirst().region(),
                        String.valueOf(some.size()),
                        String.valueOf(
                                some.stream().filter(row -> row.margin() < 0).count()),
                        listed(counted(some, Row::verdict)),
                        listed(counted(some, Row::status))))
                .toList();
    }

    private static String listed(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(count -> count.getKey() + " " + count.getValue())
                .collect(Collectors.joining(", "));
    }

    private static Tag all(List<Row> rows) {
        List<List<String>> cells = rows.stream()
                .limit(MOST_ROWS)
                .map(row -> List.of(
                        String.format("%.19s", row.lastEventAt()).replace('T', ' '),
                        row.account(),
                        row.region(),
                        row.group(),
                        row.instance(),
                        row.verdict(),
                        Double.isNaN(row.margin()) ? "" : CaseSection.signed(row.margin()),
                        row.remedies(),
                        row.status()))
                .toList();
        String title = cells.size() == rows.size()
                ? "All " + cells.size() + " launches"
                : "The newest " + cells.size() + " launches of " + rows.size();
        return section(title)
                .add(Page.table(
                        "launches places",
                        List.of(
                                "last event (UTC)",
                                "account",
                                "region",
                                "group",
                                "instance",
                                "verdict",
                                "margin",
                                "remedies",
                                "outcome"),
                        cells));
    }

    /** How many have each, the most frequent first; what is empty is left out. */
    private static Map<String, Long> counted(List<Row> rows, Function<Row, String> by) {
        return rows.stream()
                .map(by)
                .filter(value -> !value.isEmpty())
                .collect(Collectors.groupingBy(value -> value, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (first, other) -> first, LinkedHashMap::new));
    }

    private static Tag section(String title) {
        return Tag.of("section").add(Tag.of("h2").text(title));
    }
}
