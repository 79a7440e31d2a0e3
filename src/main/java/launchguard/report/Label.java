package launchguard.report;

/**
 * The words of a bar: behind it where there is room, else before it, else inside or over it; then the row is full.
 *
 * @param rowBegins where the first bar of the row begins
 * @param from where the bar begins that they belong to
 * @param to where it ends
 */
record Label(Axis axis, double rowBegins, double from, double to) {
    /** A letter, on the narrowest screen that a picture is made for: both in pixels. */
    private static final double LETTER = 6.4;

    private static final double NARROWEST = 350;
    private static final double GAP = 9;

    Tag tag(String words, String shade, double y) {
        double needed = 100 * (words.length() * LETTER + GAP) / NARROWEST;
        Tag text = Tag.of("text").with("y", y + 12);
        if (axis.share(to) + needed <= 100) {
            return placed(text, "label " + shade, axis.share(to), GAP, "start").text(words);
        }
        if (axis.share(rowBegins) >= needed) {
            return placed(text, "label " + shade, axis.share(rowBegins), -GAP, "end")
                    .text(words);
        }
        return axis.share(from) + needed <= 100
                ? placed(text, "label inside " + shade, axis.share(from), GAP - 2, "start")
                        .text(words)
                : placed(text, "label " + shade, 100, 0, "end").text(words);
    }

    private static Tag placed(Tag text, String look, double share, double dx, String anchor) {
        return text.with("class", look).percent("x", share).with("dx", dx).with("text-anchor", anchor);
    }
}
