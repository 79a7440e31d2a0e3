package launchguard.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A part of docs/performance.md that a command writes, between two marks.
 *
 * @param name as the marks have it
 */
public record Block(String name) {
    private static final Path FILE = Path.of("docs/performance.md");

    private String begin() {
        return "<!-- " + name + ": begin -->\n";
    }

    private String end() {
        return "<!-- " + name + ": end -->";
    }

    /** What it says now. */
    public List<String> lines() {
        String page = page();
        return Arrays.asList(
                page.substring(page.indexOf(begin()), page.indexOf(end())).split("\n", -1));
    }

    /** Puts this in its place. */
    public void write(String text) throws IOException {
        String page = page();
        int from = page.indexOf(begin()) + begin().length();
        Files.writeString(FILE, page.substring(0, from) + text + page.substring(page.indexOf(end())));
    }

    private static String page() {
        try {
            return Files.readString(FILE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One cell of a table's line. */
    public static String cell(String line, int number) {
        return line.split("\\|", -1)[number + 1].strip();
    }
}
