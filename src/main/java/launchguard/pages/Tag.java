package launchguard.pages;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import launchguard.report.PlainText;

/**
 * One element of HTML or SVG: every text and attribute is escaped here and nowhere else, so text of an instance never
 * becomes markup.
 */
public final class Tag {
    private static final Set<String> VOID = Set.of("meta", "br");
    private final String name;
    private final StringBuilder attributes = new StringBuilder();
    private final StringBuilder inner = new StringBuilder();

    private Tag(String name) {
        this.name = name;
    }

    /** An empty element; the name is ours, never data. */
    public static Tag of(String name) {
        return new Tag(name);
    }

    /** Adds an attribute; its name is ours, its value may be any text. */
    public Tag with(String attribute, String value) {
        attributes
                .append(' ')
                .append(attribute)
                .append("=\"")
                .append(escaped(PlainText.text(value)))
                .append('"');
        return this;
    }

    /** Adds a length in pixels. */
    public Tag with(String attribute, double pixels) {
        return with(attribute, number(pixels));
    }

    /** Adds a position in per cent of the whole. */
    public Tag percent(String attribute, double share) {
        return with(attribute, number(share) + "%");
    }

    /** Adds text, which may be any. */
    public Tag text(String text) {
        inner.append(escaped(PlainText.text(text)));
        return this;
    }

    /** Adds text of our own with its line breaks. */
    Tag ours(String text) {
        inner.append(escaped(text));
        return this;
    }

    /** Adds an element. */
    public Tag add(Tag child) {
        inner.append(child);
        return this;
    }

    /** Adds elements. */
    public Tag add(Collection<Tag> children) {
        children.forEach(this::add);
        return this;
    }

    /** A style sheet of ours: HTML reads its text raw, so it may hold neither {@code <} nor {@code &}. */
    static Tag style(String css) {
        if (css.contains("<") || css.contains("&")) {
            throw new IllegalArgumentException("a style sheet that is not plain text");
        }
        Tag style = new Tag("style");
        style.inner.append(css);
        return style;
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }

    /** The markup, well-formed as XML too. */
    @Override
    public String toString() {
        return "<" + name + attributes + (VOID.contains(name) ? "/>" : ">" + inner + "</" + name + ">");
    }
}
