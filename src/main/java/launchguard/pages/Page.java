package launchguard.pages;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Writes a page without scripts, fonts and network. */
public final class Page {
    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    private Page() {}

    /** A whole HTML document. */
    public static String html(String title, List<Tag> body) {
        Tag head = Tag.of("head")
                .add(Tag.of("meta").with("charset", "utf-8"))
                .add(Tag.of("meta").with("name", "viewport").with("content", "width=device-width, initial-scale=1"))
                .add(Tag.of("meta").with("name", "color-scheme").with("content", "light dark"))
                .add(Tag.of("meta")
                        .with("http-equiv", "Content-Security-Policy")
                        .with("content", POLICY))
                .add(Tag.of("title").text(title))
                .add(Tag.style(css()));
        return "<!DOCTYPE html>\n"
                + Tag.of("html")
                        .with("lang", "en")
                        .add(head)
                        .add(Tag.of("body").add(Tag.of("main").add(body)))
                + "\n";
    }

    /** A table that scrolls sideways if the screen is too narrow for it. */
    public static Tag table(List<String> head, List<List<String>> rows) {
        return table("", head, rows);
    }

    /** The same with a class of its own in the style sheet. */
    static Tag table(String look, List<String> head, List<List<String>> rows) {
        Tag table = look.isEmpty() ? Tag.of("table") : Tag.of("table").with("class", look);
        Tag titles = Tag.of("tr");
        head.forEach(title -> titles.add(Tag.of("th").with("scope", "col").text(title)));
        Tag body = Tag.of("tbody");
        for (List<String> row : rows) {
            Tag cells = Tag.of("tr");
            row.forEach(cell -> cells.add(Tag.of("td").text(cell)));
            body.add(cells);
        }
        return Tag.of("div")
                .with("class", "scroll")
                .add(table.add(Tag.of("thead").add(titles)).add(body));
    }

    static String css() {
        try (InputStream css = Page.class.getResourceAsStream("/launchguard/page.css")) {
            return new String(Objects.requireNonNull(css, "page.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A moment as people write it. */
    static String minute(Instant at) {
        return String.format("%.16s", at).replace('T', ' ') + " UTC";
    }
}
