package launchguard.report;

import java.time.Duration;
import java.util.Locale;

/** Cleans text that may come from an instance for a log line, a terminal or a message. */
public final class PlainText {
    private static final int MAX = 1_000;
    private static final int WORD = 100;

    private PlainText() {}

    /** Printable characters only, at most 1,000 of them: no line break, escape sequence or bidirectional override. */
    public static String text(String text) {
        StringBuilder plain = new StringBuilder(Math.min(text.length(), MAX));
        text.codePoints().limit(MAX).forEach(point -> plain.appendCodePoint(printable(point) ? point : '?'));
        return plain.toString();
    }

    /** One word of an instance inside a sentence of ours: printable and short. */
    public static String word(String word) {
        String plain = text(word);
        return plain.codePointCount(0, plain.length()) <= WORD
                ? plain
                : plain.substring(0, plain.offsetByCodePoints(0, WORD)) + "...";
    }

    /** As {@link #text}, and without quotes and backslashes: fit for EventBridge's input templates, which escape nothing. */
    public static String quotable(String text) {
        return text(text).replace('"', '\'').replace('\\', '/');
    }

    /** How long something took, in one unit. */
    public static String span(Duration time) {
        long seconds = Math.max(0, Math.round(time.toMillis() / 1000.0));
        long minutes = Math.round(seconds / 60.0);
        return seconds < 120 ? seconds + " s" : minutes < 120 ? minutes + " min" : Math.round(minutes / 60.0) + " h";
    }

    /** Seconds with one digit after the point, and their unit. */
    public static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    /** The clause with a capital first letter. */
    public static String upper(String clause) {
        return clause.isEmpty() ? clause : Character.toUpperCase(clause.charAt(0)) + clause.substring(1);
    }

    private static boolean printable(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
