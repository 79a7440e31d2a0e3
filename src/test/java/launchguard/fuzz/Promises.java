package launchguard.fuzz;

import java.io.StringReader;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Checks of everything that is shown, whatever came in. */
final class Promises {
    private static final int LONGEST = 5_000;
    private static final Set<String> DRAWN = Set.of("svg", "g", "title", "text", "line", "rect", "circle");
    private static final Pattern NOWHERE = Pattern.compile("NaN|Infinity");

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

    /** Markup that is ours alone: our elements, places that are numbers; what an instance said is text in it. */
    static void wellFormed(String svg) throws Exception {
        NodeList elements = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)))
                .getElementsByTagName("*");
        for (int i = 0; i < elements.getLength(); i++) {
            Node element = elements.item(i);
            if (!DRAWN.contains(element.getNodeName())) {
                throw new AssertionError("element " + element.getNodeName() + " in " + svg);
            }
            NamedNodeMap attributes = element.getAttributes();
            for (int j = 0; j < attributes.getLength(); j++) {
                if (NOWHERE.matcher(attributes.item(j).getNodeValue()).find()) {
                    throw new AssertionError(attributes.item(j) + " in " + svg);
                }
            }
        }
    }
}
