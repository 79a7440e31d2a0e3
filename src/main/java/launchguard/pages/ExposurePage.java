package launchguard.pages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import launchguard.report.Exposure;
import launchguard.report.Sentences;

/** The page that shows which groups of an organization or of one account could race. */
public final class ExposurePage {
    /** A page stays below 200 KB; the most exposed come first. */
    private static final int MOST_ROWS = 600;

    private ExposurePage() {}

    /**
     * One Auto Scaling group.
     *
     * @param account its account; empty where it is the reader's own
     * @param name what the organization calls the account; may be empty
     * @param prevention the cure's path; empty where none is advised
     */
    public record Row(
            String account,
            String name,
            String region,
            String group,
            int instances,
            Exposure exposure,
            String reason,
            String prevention) {}

    /** An account or a region that did not answer: what was tried, what came back, what to do. */
    public record Refused(String where, String why) {}

    /** The page of the reader's own account. */
    public static String of(List<Row> rows, Instant now) {
        return of(rows, "", List.of(), now);
    }

    /** The page of these accounts and regions. */
    public static String of(List<Row> rows, String asked, List<Refused> refused, Instant now) {
        List<Tag> body = new ArrayList<>();
        body.add(Tag.of("h1").text(asked.isEmpty() ? "Exposure" : "Exposure of the organization"));
        Tag badges = Tag.of("p").with("class", "badges");
        counts(rows)
                .forEach((exposure, count) ->
                        badges.add(CaseSection.badge(tone(exposure).css(), exposure + " " + count)));
        if (!refused.isEmpty()) {
            badges.add(CaseSection.badge(Tone.BAD.css(), "REFUSED " + refused.size()));
        }
        body.add(badges);
        body.add(Tag.of("p").with("class", "headline").text(summary(rows, asked, refused.size())));
        body.add(Tag.of("p").with("class", "note").text("Looked at " + Page.minute(now) + "."));
        if (!refused.isEmpty()) {
            body.add(section("What did not answer")
                    .add(Page.table(
                            "places",
                            List.of("where", "what came back, and what to do"),
                            refused.stream()
                                    .map(refusal -> List.of(refusal.where(), refusal.why()))
                                    .toList())));
        }
        if (!asked.isEmpty()) {
            body.add(section("By account").add(Page.table(accountHead(), accounts(rows))));
        }
        body.add(groups(rows, !asked.isEmpty()));
        body.add(section("What the words mean")
                .add(Page.table(
                        List.of("exposure", "meaning"),
                        Stream.of(Exposure.values())
                                .map(group -> List.of(group.name(), group.words("what decides could not be read")))
                                .toList())));
        return Page.html("Launch Guard: exposure", body);
    }

    /** How many groups could race, in a sentence. */
    public static String summary(List<Row> rows, String asked, int refused) {
        Map<Exposure, Long> counts = counts(rows);
        return Sentences.say(
                "exposed",
                Map.of(
                        "asked",
                        asked.isEmpty() ? "" : asked + ": ",
                        "groups",
                        rows.size() == 1 ? "1 Auto Scaling group" : rows.size() + " Auto Scaling groups",
                        "exposed",
                        String.valueOf(counts.getOrDefault(Exposure.EXPOSED, 0L)),
                        "unordered",
                        String.valueOf(counts.getOrDefault(Exposure.UNORDERED, 0L)),
                        "unknown",
                        String.valueOf(counts.getOrDefault(Exposure.UNKNOWN, 0L)),
                        "refused",
                        refused == 0
                                ? ""
                                : " " + Sentences.say("exposed.refused", Map.of("refused", String.valueOf(refused)))));
    }

    private static Map<Exposure, Long> counts(List<Row> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(
                        Row::exposure, () -> new EnumMap<>(Exposure.class), Collectors.counting()));
    }

    private static List<String> accountHead() {
        return Stream.concat(
                        Stream.of("account", "name", "groups"),
                        Stream.of(Exposure.values()).map(Exposure::name))
                .toList();
    }

    private static List<List<String>> accounts(List<Row> rows) {
        Map<String, List<Row>> accounts =
                rows.stream().collect(Collectors.groupingBy(Row::account, LinkedHashMap::new, Collectors.toList()));
        return accounts.values().stream()
                .sorted(Comparator.comparing(
                        (List<Row> some) -> counts(some).getOrDefault(Exposure.EXPOSED, 0L), Comparator.reverseOrder()))
                .map(some -> Stream.concat(
                                Stream.of(
                                        some.getFirst().account(),
                                        some.getFirst().name(),
                                        String.valueOf(some.size())),
                                Stream.of(Exposure.values())
                                        .map(kind -> String.valueOf(counts(some).getOrDefault(kind, 0L))))
                        .toList())
                .toList();
    }

    private static Tag groups(List<Row> rows, boolean many) {
        List<List<String>> cells = rows.stream()
                .sorted(Comparator.comparing(Row::exposure))
                .limit(MOST_ROWS)
                .map(row -> {
                    List<String> place = many
                            ? List.of(row.name().isEmpty() ? row.account() : row.name(), row.region())
                            : List.of(row.region());
                    return Stream.concat(
                                    place.stream(),
                                    Stream.of(
                                            row.group(),
                                            String.valueOf(row.instances()),
                                            row.exposure().name(),
                                            row.reason(),
                                            row.prevention()))
                            .toList();
                })
                .toList();
        List<String> head = Stream.concat(
                        many ? Stream.of("account", "region") : Stream.of("region"),
                        Stream.of("group", "instances", "exposure", "why", "cure"))
                .toList();
        String title = cells.size() == rows.size()
                ? "All groups, the most exposed first"
                : "The " + cells.size() + " most exposed groups of " + rows.size();
        return section(title).add(Page.table("launches places", head, cells));
    }

    private static Tone tone(Exposure exposure) {
        return switch (exposure) {
            case EXPOSED -> Tone.BAD;
            case UNORDERED, UNKNOWN -> Tone.FAIR;
            case ORDERED, NOT_AT_BOOT, NO_AGENT -> Tone.GOOD;
        };
    }

    private static Tag section(String title) {
        return Tag.of("section").add(Tag.of("h2").text(title));
    }
}
