package launchguard.signal;

/** Makes a sender's text fit for our own messages. */
final class SenderText {
    private static final int MAX = 60;

    private SenderText() {}

    /** In quotes, printable ASCII only, cut. */
    static String quoted(String text) {
        return "\"" + cut(text, MAX) + "\"";
    }

    /** As {@link #quoted}, for a parser's message. */
    static String sentence(String text) {
        return cut(text, 3 * MAX);
    }

    /** Without quotes, as long as a name may be. */
    static String plain(String text) {
        return cut(text, 4 * MAX);
    }

    private static String cut(String text, int max) {
        String head = text.length() <= max ? text : text.substring(0, max) + "...";
        return head.replaceAll("\\P{Print}", "?");
    }
}
