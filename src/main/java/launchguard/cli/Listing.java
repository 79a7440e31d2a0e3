package launchguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import launchguard.report.Plain;

/**
 * Rows for people and for programs. A row is a JSON object; columns name its members. What an instance or a table says is
 * reduced to printable characters on a terminal, and to text, never a formula, in a spreadsheet.
 *
 * @param shown the members that a terminal has room for
 * @param more those that only programs get
 */
record Listing(List<String> shown, List<String> more, List<ObjectNode> rows) {
    private static final String GAP = "  ";

    /** What makes a spreadsheet take a text for a formula. */
    private static final String FORMULA = "=+-@\t\r";

    void print(PrintWriter out, Format format, Paint paint) {
        switch (format) {
            case WORDS, TABLE -> table(out, paint);
            case CSV -> csv(out);
            case JSON -> {
                out.println(JsonNodeFactory.instance.arrayNode().addAll(rows));
                out.flush();
            }
        }
    }

    private void table(PrintWriter out, Paint paint) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(shown.stream().map(Listing::title).toList());
        rows.forEach(row ->
                lines.add(shown.stream().map(name -> cell(row.path(name))).toList()));
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < shown.size(); column++) {
            int at = column;
            widths.add(
                    lines.stream().mapToInt(line -> line.get(at).length()).max().orElse(0));
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < shown.size(); column++) {
                String word = line.get(column);
                boolean last = column == shown.size() - 1;
                text.append(paint.word(word)).append(last ? "" : " ".repeat(widths.get(column) - word.length()) + GAP);
            }
            out.println(text.toString().stripTrailing());
        }
        out.flush();
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
                : Plain.word(text(value));
    }

    /** A number is one; any other text that a spreadsheet could run gets an apostrophe before it. */
    static String field(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (value.isNumber() || value.isBoolean()) {
            return value.asText();
        }
        String text = text(value);
        boolean formula = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0;
        String safe = Plain.text(formula ? "'" + text : text);
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
