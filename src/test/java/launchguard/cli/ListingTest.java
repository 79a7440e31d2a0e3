package launchguard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows hold what instances and tables say, whatever that is. */
class ListingTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static String printed(Format format, ObjectNode... rows) {
        StringWriter out = new StringWriter();
        new Listing(List.of("verdict", "marginSeconds"), List.of("reason"), List.of(rows))
                .print(new PrintWriter(out), format, new VerdictColours(false));
        return out.toString();
    }

    @Test
    void hostileWords_areNoFormulaAndNoEscapeSequence() {
        for (String hostile : List.of("=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1")) {
            String field = Listing.field(JSON.textNode(hostile)).replaceFirst("^\"", "");
            assertEquals('\'', field.charAt(0), hostile);
            assertFalse(field.chars().anyMatch(point -> point < ' '), hostile);
        }
        ObjectNode row = JSON.objectNode().put("verdict", "\033[31mred\n\u202e");
        assertFalse(printed(Format.TABLE, row).contains("\033"));
        assertEquals(2, printed(Format.TABLE, row).lines().count());
        assertFalse(printed(Format.CSV, row).contains("\033"));
    }

    @Test
    void csv_isQuotedAsSpreadsheetsExpect() {
        ObjectNode row = JSON.objectNode().put("verdict", "a \"b\", c").put("marginSeconds", -16.1);
        assertEquals("verdict,marginSeconds,reason\r\n\"a \"\"b\"\", c\",-16.1,\r\n", printed(Format.CSV, row));
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 80, 160})
    void table_fitsTheTerminal_andBreaksNoWord(int columns) {
        ObjectNode row = JSON.objectNode()
                .put("verdict", "STALE_BYSTANDER")
                .put("marginSeconds", -16.1)
                .put(
                        "reason",
                        "The JVM with pid 184 runs on a JDK whose files are gone: classes can't be loaded any more.");
        StringWriter out = new StringWriter();
        new Listing(List.of("verdict", "marginSeconds", "reason"), List.of(), List.of(row))
                .table(new PrintWriter(out), new VerdictColours(false), new Columns(columns));
        out.toString().lines().forEach(line -> assertTrue(line.length() <= columns, line));
        List<String> words = List.of(out.toString().split("\\s+", -1));
        for (String word : row.path("reason").asText().split(" ", -1)) {
            assertTrue(words.contains(word), word + " in " + out);
        }
    }

    @Test
    void table_alignsAndLeavesOutWhatOnlyProgramsGet() {
        ObjectNode row = JSON.objectNode()
                .put("verdict", "HEALTHY")
                .put("marginSeconds", 3.25)
                .put("reason", "x");
        assertEquals(
                "VERDICT  MARGIN S\nHEALTHY  3.3\n", printed(Format.TABLE, row).replace("\r", ""));
        assertEquals(
                "[{\"verdict\":\"HEALTHY\",\"marginSeconds\":3.25,\"reason\":\"x\"}]\n", printed(Format.JSON, row));
    }

    @Test
    void paint_colorsVerdictsOnlyWhereItIsOn() {
        assertEquals("STALE_JDK", new VerdictColours(false).word("STALE_JDK"));
        assertFalse(new VerdictColours(true).word("STALE_JDK").equals("STALE_JDK"));
        assertEquals("anything", new VerdictColours(true).word("anything"));
    }
}
