package launchguard.pages;

/**
 * The label of a bar: after it if there is room, else before it, else inside it, else on a line of its own below, which
 * fills the row.
 *
 * @param rowBegins where the first bar of the row begins
 * @param from where the bar begins that they belong to
 * @param to where it ends
 */
record Label(Axis axis, double rowBegins, double from, double to) {
    /** Width of a letter, and of the narrowest screen that a picture is made for, in pixels. */
    private static final double LETTER = 6.4;

    private static final double NARROWEST = 350;
    private static final double GAP = 9;
    /** As many letters as fit on the narrowest screen; an instance's own words may be longer. */
    private static final int MOST = 50;

    /** Whether the label needs a line of its own. */
    boolean below(String words) {
        return !behind(words) && !before(words) && !inside(words);
    }

    Tag tag(String words, String shade, double y) {
        String shown = words.codePointCount(0, words.length()) <= MOST
                ? words
                : words.substring(0, words.offsetByCodePoints(0, MOST - 3)) + "...";
        Tag text = Tag.of("text").with("y", y + 12);
        if (behind(words)) {
            return placed(text, "label " + shade, axis.share(to), GAP, "start").text(shown);
        }
        if (before(words)) {
            return placed(text, "label " + shade, axis.share(rowBegins), -GAP, "end")
                    .text(shown);
        }
        return inside(words)
                ? placed(text, "label inside " + shade, axis.share(from), GAP - 2, "start")
                        .text(shown)
                : placed(text, "label " + shade, 100, 0, "end").text(shown);
    }

    private boolean behind(String words) {
        return axis.share(to) + needed(words) <= 100;
    }

    private boolean before(String words) {
        return axis.share(rowBegins) >= needed(words);
    }

    private boolean inside(String words) {
        return axis.share(from) + needed(words) <= axis.share(to);
    }

    private static double needed(String words) {
        return 100 * (words.length() * LETTER + GAP) / NARROWEST;
    }

    private static Tag placed(Tag text, String look, double share, double dx, String anchor) {
        return text.with("class", look).percent("x", share).with("dx", dx).with("text-anchor", anchor);
    }
}
