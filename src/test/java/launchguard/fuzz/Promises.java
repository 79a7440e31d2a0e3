package launchguard.fuzz;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.InputSource;

/** What holds of everything that is shown, whatever came in. */
final class Promises {
    private static final int LONGEST = 5_000;

    private Promises() {}

    /** One line that a terminal, a log and a mail may show. */
    static void printable(String text) {
        if (text.length() > LONGEST) {
            throw new AssertionError(text.length() + " characters");
        }
        text.codePoints().forEach(point -> {
            int type = Character.getType(point);
            if (type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE) {
                throw new AssertionError("shows character " + Integer.toHexString(point));
            }
        });
    }

    /** Markup that is ours alone. */
    static void wellFormed(String xml) throws Exception {
        if (xml.contains("<script") || xml.contains("NaN") || xml.contains("Infinity")) {
            throw new AssertionError(xml);
        }
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }
}
