package launchguard.sandbox;

import java.io.Console;
import java.io.PrintStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Prints lines in columns. */
final class ColumnPrinter {
    private static final int WIDTH = 104;
    private static final int INDENT = 33;
    private static final DateTimeFormatter UTC =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private final PrintStream out;
    private final boolean colours;

    ColumnPrinter(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Standard output; with colours where a person looks at it who has not refused them. */
    static ColumnPrinter standard() {
        String refused = System.getenv("NO_COLOR");
        boolean watched = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .isPresent();
        return new ColumnPrinter(System.out, watched && (refused == null || refused.isEmpty()));
    }

    void say(String text) {
        out.println(text);
        out.flush();
    }

    void heading(String text) {
        say("");
        say(coloured("1", text + " " + "\u2500".repeat(Math.max(0, WIDTH - text.length() - 1))));
    }

    void line(Line line) {
        List<String> rows = wrapped(line.text());
        String kind = "%-8s".formatted(line.kind().word());
        String first = "%s %+7.1f  %-6s ".formatted(UTC.format(line.at()), line.sinceBoot(), line.name());
        say(first + coloured(line.kind().colour, kind) + rows.getFirst());
        rows.stream().skip(1).forEach(row -> say(" ".repeat(INDENT) + row));
    }

    /** The last column may be as long as it likes. */
    void table(List<List<String>> rows) {
        List<Integer> widths = IntStream.range(0, rows.getFirst().size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .boxed()
                .toList();
        for (List<String> row : rows) {
            String text = IntStream.range(0, row.size())
                    .mapToObj(column -> ("%-" + widths.get(column) + "s").formatted(row.get(column)))
                    .collect(Collectors.joining("  "));
            say(row.equals(rows.getFirst()) ? coloured("1", text.stripTrailing()) : text.stripTrailing());
        }
    }

    String coloured(String colour, String text) {
        return colours ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
    }

    private static List<String> wrapped(String text) {
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!row.isEmpty() && INDENT + row.length() + 1 + word.length() > WIDTH) {
                rows.add(row.toString());
                row.setLength(0);
            }
            row.append(row.isEmpty() ? "" : " ").append(word);
        }
        rows.add(row.toString());
        return rows;
    }
}
