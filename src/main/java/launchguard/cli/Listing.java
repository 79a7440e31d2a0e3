package launchguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import launchguard.report.PlainText;

/**
 * Rows for people and for programs. A row is a JSON object; columns name its members. Texts of instances and tables are
 * reduced to printable characters on a terminal, and to text that is no formula in a spreadsheet.
 *
 * @param shown the members that are shown on a terminal
 * @param more the others, for programs only
 */
record Listing(List<String> shown, List<String> more, List<ObjectNode> rows) {
    private static final String GAP = "  ";

    /** The narrowest column in which a sentence can be read. */
    private static final int NARROWEST = 24;

    /** First characters by which a spreadsheet takes a text for a formula. */
    private static final String FORMULA = "=+-@\t\r";

    void print(PrintWriter out, Format format, VerdictColours paint) {
        switch (format) {
            case WORDS, TABLE -> table(out, paint, Columns.here());
            case CSV -> csv(out);
            case JSON -> {
                out.println(JsonNodeFactory.instance.arrayNode().addAll(rows));
                out.flush();
            }
        }
    }

    /** Prints columns if they fit, with folded sentences if necessary; else a block of lines for each row. */
    void table(PrintWriter out, VerdictColours paint, Columns columns) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(shown.stream().map(Listing::title).toList());
        rows.forEach(row ->
                lines.add(shown.stream().map(name -> cell(row.path(name))).toList()));
        List<Integer> widths = widths(lines, columns);
        if (widths.isEmpty()) {
            blocks(out, paint, columns, lines);
        } else {
            lines.forEach(line -> row(out, paint, line, widths));
        }
        out.flush();
    }

    /** Empty if no folding makes the columns fit. */
    private List<Integer> widths(List<List<String>> lines, Columns columns) {
        List<Integer> widths = new ArrayList<>();
        List<Integer> least = new ArrayList<>();
        for (int column = 0; column < shown.size(); column++) {
            int at = column;
            widths.add(longest(lines.stream().map(line -> line.get(at))));
            least.add(longest(
                    lines.stream().flatMap(line -> Stream.of(line.get(at).split(" ")))));
        }
        int gaps = GAP.length() * (shown.size() - 1);
        int over = sum(widths) + gaps - columns.count();
        while (over > 0) {
            int widest = IntStream.range(0, widths.size())
                    .filter(column -> widths.get(column) > Math.max(least.get(column), NARROWEST))
                    .boxed()
                    .max(Comparator.comparing(widths::get))
                    .orElse(-1);
            if (widest < 0) {
                return List.of();
            }
            int room = widths.get(widest) - Math.max(least.get(widest), NARROWEST);
            widths.set(widest, widths.get(widest) - Math.min(over, room));
            over -= room;
        }
        return widths;
    }

    private static int longest(Stream<String> words) {
        return words.mapToInt(String::length).max().orElse(0);
    }

    private static int sum(List<Integer> widths) {
        return widths.stream().mapToInt(Integer::intValue).sum();
    }

    private static void row(PrintWriter out, VerdictColours paint, List<String> cells, List<Integer> widths) {
        List<List<String>> folded = new ArrayList<>();
        for (int column = 0; column < cells.size(); column++) {
            folded.add(Columns.fold(cells.get(column), widths.get(column)));
        }
        int height = folded.stream().mapToInt(List::size).max().orElse(1);
        for (int line = 0; line < height; line++) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < cells.size(); column++) {
                String word =
                        line < folded.get(column).size() ? folded.get(column).get(line) : "";
                text.append(paint.word(word))
                        .append(" ".repeat(Math.max(0, widths.get(column) - word.length())))
                        .append(GAP);
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private void blocks(PrintWriter out, VerdictColours paint, Columns columns, List<List<String>> lines) {
        for (List<String> line : lines.subList(1, lines.size())) {
            for (int column = 0; column < shown.size(); column++) {
                String word = line.get(column);
                String title = lines.getFirst().get(column) + ": ";
                boolean colored = !paint.word(word).equals(word);
                out.println(colored ? title + paint.word(word) : columns.fold(title + word));
            }
            out.println();
        }
    }

    private void csv(PrintWriter out) {
        List<String> all = new ArrayList<>(shown);
        all.addAll(more);
        out.print(String.join(",", all) + "\r\n");
        for (ObjectNode row : rows) {
            out.print(all.stream().map(name -> field(row.path(name))).collect(Collectors.joining(",")) + "\r\n");
        }
        out.flush();
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "-";
        }
        return value.isFloatingPointNumber()
                ? String.format(Locale.ROOT, "%.1f", value.asDouble())
                : PlainText.text(text(value));
    }

    /**
     * A cell of the CSV: any text but a number that a spreadsheet could take for a formula gets an apostrophe before
     * it.
     */
    static String field(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (value.isNumber() || value.isBoolean()) {
            return value.asText();
        }
        String text = text(value);
        boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
        String safe = PlainText.text(formula ? "'" + text : text);
        return safe.matches("[^,\"]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asText() : value.toString();
    }

    /** {@code marginSeconds} is headed MARGIN S, {@code openedAt} OPENED. */
    private static String title(String name) {
        return name.replaceAll("At$", "")
                .replaceAll("Seconds$", "S")
                .replaceAll("([A-Z])", " $1")
                .toUpperCase(Locale.ROOT);
    }
}
