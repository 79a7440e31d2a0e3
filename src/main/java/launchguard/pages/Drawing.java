package launchguard.pages;

import java.util.Locale;
import launchguard.pages.Chart.Lane;
import launchguard.pages.Chart.Mark;
import launchguard.pages.Chart.Order;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;

/**
 * Draws a chart as SVG. Positions are shares of the width and sizes are pixels, so the picture fits the screen while
 * its labels keep their size.
 */
public final class Drawing {
    private static final double HEADING = 24;
    private static final double ROW = 24;
    private static final double BAR = 14;

    private final Chart chart;
    private final Axis axis;
    private final Tag marks = Tag.of("g");
    private double y = Axis.HEIGHT;
    /** Where the present row began, with a mark that has no label; null on a new row. */
    private @Nullable Double rowFrom;

    private Drawing(Chart chart) {
        this.chart = chart;
        this.axis = new Axis(chart.end());
    }

    /** For a page that has the style sheet. */
    public static Tag svg(Chart chart) {
        return new Drawing(chart).draw();
    }

    /** A picture of its own, of that width in pixels. */
    public static String file(Chart chart, double width) {
        Drawing drawing = new Drawing(chart);
        Tag svg = drawing.draw();
        return Tag.of("svg")
                .with("xmlns", "http://www.w3.org/2000/svg")
                .with("width", width)
                .with("height", drawing.y + 16)
                .add(Tag.style(Page.css()))
                .add(Tag.of("rect").with("class", "paper").with("width", "100%").with("height", "100%"))
                .add(svg.with("x", 16).with("y", 8).with("width", width - 32))
                .toString();
    }

    private Tag draw() {
        Order order = chart.order();
        if (order != null) {
            heading("Order of this launch");
            label(order.start(), "deployment started " + PlainText.seconds(order.start()), "mark deployment");
            label(order.finish(), "cloud-init finished " + PlainText.seconds(order.finish()), "mark boot");
            margin(order);
        }
        chart.lanes().forEach(this::lane);
        y += 4;
        Tag svg = Tag.of("svg")
                .with("class", "chart")
                .with("role", "img")
                .with("height", y)
                .add(Tag.of("title").text(chart.title()))
                .add(axis.ticks(y));
        if (order != null) {
            svg.add(axis.band(order, y))
                    .add(axis.moment(order.start(), "deployment", y))
                    .add(axis.moment(order.finish(), "boot", y));
        }
        return svg.add(marks);
    }

    private void margin(Order order) {
        String by = PlainText.seconds(Math.abs(order.start() - order.finish()));
        String shade = order.raced() ? "mark broken" : "mark jvm";
        marks.add(Tag.of("line")
                .with("class", "margin " + shade)
                .percent("x1", axis.share(order.first()))
                .percent("x2", axis.share(order.last()))
                .with("y1", y + 5)
                .with("y2", y + 5));
        y += 11;
        label(order.first(), order.raced() ? "raced: " + by + " too early" : "in order, by " + by, "strong " + shade);
    }

    private void heading(String name) {
        marks.add(Tag.of("text")
                .with("class", "lane")
                .with("x", 0)
                .with("y", y + 16)
                .text(name));
        y += HEADING;
    }

    private void lane(Lane lane) {
        heading(lane.name());
        lane.marks().forEach(this::mark);
    }

    private void mark(Mark mark) {
        String shade = "mark " + mark.shade().name().toLowerCase(Locale.ROOT);
        Tag shape = mark.moment()
                ? Tag.of("circle")
                        .percent("cx", axis.share(mark.from()))
                        .with("cy", y + BAR / 2 + 1)
                        .with("r", 5)
                : Tag.of("rect")
                        .percent("x", axis.share(mark.from()))
                        .percent("width", axis.share(mark.to()) - axis.share(mark.from()))
                        .with("y", y + 1)
                        .with("height", BAR)
                        .with("rx", 2);
        marks.add(Tag.of("g")
                .with("class", shade)
                .add(Tag.of("title").text(mark.detail()))
                .add(shape));
        // The next mark continues this one on the same row, and has the label.
        if (mark.label().isEmpty()) {
            rowFrom = rowFrom == null ? mark.from() : rowFrom;
        } else {
            label(rowFrom == null ? mark.from() : rowFrom, mark.from(), mark.to(), mark.label(), shade);
            rowFrom = null;
        }
    }

    private void label(double at, String words, String shade) {
        label(at, at, at, words, shade);
    }

    private void label(double rowBegins, double from, double to, String words, String shade) {
        Label label = new Label(axis, rowBegins, from, to);
        y += label.below(words) ? BAR + 4 : 0;
        marks.add(label.tag(words, shade, y));
        y += ROW;
    }
}
