package launchguard.pages;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import launchguard.pages.Chart.Lane;
import launchguard.pages.Chart.Mark;
import launchguard.report.PlainText;

/**
 * The table of all marks of a picture, with their times since boot, in UTC and in the instance's zone.
 *
 * @param bootedAt where the picture begins
 * @param zone the instance's own
 */
record ChartTable(Instant bootedAt, ZoneOffset zone) {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private record Row(double from, List<String> cells) {}

    Tag of(Chart chart) {
        List<Row> rows = new ArrayList<>();
        for (Lane lane : chart.lanes()) {
            for (Mark mark : lane.marks()) {
                rows.add(new Row(
                        mark.from(),
                        List.of(
                                CaseSection.signed(mark.from()),
                                utc(mark.from()),
                                own(mark.from()),
                                lane.name(),
                                mark.detail(),
                                mark.moment() ? "" : PlainText.seconds(mark.to() - mark.from()))));
            }
        }
        rows.sort(Comparator.comparingDouble(Row::from));
        return Page.table(
                "moments",
                List.of("since boot", "UTC", zoneName(), "lane", "what the evidence says", "lasted"),
                rows.stream().map(Row::cells).toList());
    }

    String utc(double uptime) {
        return TIME.format(at(uptime).atOffset(ZoneOffset.UTC));
    }

    private String own(double uptime) {
        return TIME.format(at(uptime).atOffset(zone));
    }

    /** When the instance booted, in both zones. */
    String booted() {
        return DAY.format(bootedAt.atOffset(ZoneOffset.UTC)) + " UTC, " + DAY.format(bootedAt.atOffset(zone)) + " "
                + zoneName();
    }

    private String zoneName() {
        return zone.equals(ZoneOffset.UTC) ? "instance (UTC)" : "instance (UTC" + zone + ")";
    }

    private Instant at(double uptime) {
        return bootedAt.plusMillis(Math.round(uptime * 1000));
    }
}
