package launchguard.pages;

import java.util.List;
import java.util.Objects;

/**
 * Plots the margins of launches in their order; whatever is below zero raced. Shapes show the same as colours.
 *
 * @param launches those whose margin is known, the newest first
 */
record MarginPlot(List<Launch> launches) {
    private static final double HEIGHT = 276;
    private static final double TOP = 18;
    private static final double BOTTOM = 232;
    private static final double LEFT = 12;
    private static final double LEAST = 10;
    /** The share of launches that the scale shows, so that one very long launch does not flatten all others. */
    private static final double SHARE_SHOWN = 0.95;

    Tag svg() {
        List<Launch> known = launches.reversed();
        double reach = reach(known);
        Tag svg = Tag.of("svg")
                .with("class", "chart")
                .with("role", "img")
                .with("height", HEIGHT)
                .add(Tag.of("title").text("Margin of each launch: deployment start minus cloud-init finish"))
                .add(Tag.of("desc")
                        .text(known.size() + " launches, "
                                + known.stream().filter(Launch::raced).count()
                                + " below zero. The table below has every one."));
        svg.add(Tag.of("rect")
                .with("class", "band raced")
                .percent("x", LEFT)
                .percent("width", 100 - LEFT)
                .with("y", y(0, reach))
                .with("height", BOTTOM - y(0, reach)));
        for (double tick : new double[] {reach, reach / 2, 0, -reach / 2, -reach}) {
            level(svg, tick, reach);
        }
        svg.add(word(LEFT, BOTTOM + 16, "start", "▼ raced: the deployment came first", "label strong mark broken"));
        svg.add(word(LEFT, TOP - 6, "start", "▲ in order", "label strong mark jvm"));
        svg.add(word(LEFT, HEIGHT - 8, "start", time(known.getFirst()), "note"));
        svg.add(word(100, HEIGHT - 8, "end", time(known.getLast()), "note"));
        for (int i = 0; i < known.size(); i++) {
            svg.add(mark(known.get(i), (i + 0.5) / known.size(), reach));
        }
        return svg;
    }

    private static double reach(List<Launch> known) {
        double[] sizes = known.stream()
                .mapToDouble(launch -> Math.abs(Objects.requireNonNullElse(launch.margin(), 0.0)))
                .sorted()
                .toArray();
        double shown = sizes.length == 0 ? LEAST : sizes[(int) Math.floor((sizes.length - 1) * SHARE_SHOWN)];
        double step = shown <= 20 ? 10 : shown <= 100 ? 20 : shown <= 600 ? 60 : 600;
        return Math.max(LEAST, Math.ceil(shown * 1.05 / step) * step);
    }

    private static double y(double margin, double reach) {
        double share = (Math.clamp(margin, -reach, reach) + reach) / (2 * reach);
        return BOTTOM - share * (BOTTOM - TOP);
    }

    private static void level(Tag svg, double tick, double reach) {
        svg.add(Tag.of("line")
                .with("class", tick == 0 ? "zero" : "rule")
                .percent("x1", LEFT)
                .with("x2", "100%")
                .with("y1", y(tick, reach))
                .with("y2", y(tick, reach)));
        String words = tick == 0 ? "0 s" : CaseSection.signed(tick).replace(".0 s", " s");
        svg.add(word(LEFT - 1, y(tick, reach) + 4, "end", words, "note"));
    }

    private static Tag word(double share, double y, String anchor, String words, String look) {
        return Tag.of("text")
                .with("class", look)
                .percent("x", share)
                .with("y", y)
                .with("text-anchor", anchor)
                .text(words);
    }

    /** The mark of a launch: a circle kept the order, a diamond raced; a filled one is or was broken. */
    private static Tag mark(Launch launch, double across, double reach) {
        double margin = Objects.requireNonNullElse(launch.margin(), 0.0);
        double share = LEFT + 2 + (100 - LEFT - 4) * across;
        Tone tone = Tone.of(launch.verdict());
        String shade = "mark " + (tone == Tone.BAD ? "broken" : launch.raced() ? "package" : "jvm");
        Tag shape = launch.raced() ? diamond() : Tag.of("circle").with("r", 5.5);
        String detail = launch.stored().id().instance() + ": " + launch.verdict() + ", " + CaseSection.signed(margin)
                + (Math.abs(margin) > reach ? " (beyond the picture)" : "") + ", "
                + launch.stored().status();
        return Tag.of("svg")
                .with("overflow", "visible")
                .percent("x", share)
                .with("y", y(margin, reach))
                .add(Tag.of("g")
                        .with("class", shade)
                        .add(Tag.of("title").text(detail))
                        .add(shape));
    }

    private static Tag diamond() {
        return Tag.of("path").with("d", "M0,-7 L7,0 L0,7 L-7,0 Z");
    }

    private static String time(Launch launch) {
        return Page.minute(launch.stored().openedAt());
    }
}
