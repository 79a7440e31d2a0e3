package launchguard.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A part of a page that a command writes, between two marks.
 *
 * @param page its file in {@code docs}
 * @param name as the marks have it
 */
public record Block(String page, String name) {

    private String begin() {
        return "<!-- " + name + ": begin -->\n";
    }

    private String end() {
        return "<!-- " + name + ": end -->";
    }

    /** What it says now. */
    public List<String> lines() {
        String text = text();
        return Arrays.asList(
                text.substring(text.indexOf(begin()), text.indexOf(end())).split("\n", -1));
    }

    /** Puts this in its place. */
    public void write(String part) throws IOException {
        String text = text();
        int from = text.indexOf(begin()) + begin().length();
        Files.writeString(file(), text.substring(0, from) + part + text.substring(text.indexOf(end())));
    }

    private Path file() {
        return Path.of("docs", page);
    }

    private String text() {
        try {
            return Files.readString(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One cell of a table's line. */
    public static String cell(String line, int number) {
        return line.split("\\|", -1)[number + 1].strip();
    }
}
