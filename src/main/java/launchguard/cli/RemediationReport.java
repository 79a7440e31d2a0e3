package launchguard.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import launchguard.report.PlainText;

/** The function's answer as {@code remediate} prints it. */
record RemediationReport(JsonNode json) {

    void print(PrintWriter out, Format format, VerdictColours paint) {
        switch (format) {
            case JSON -> out.println(json);
            case WORDS -> {
                out.println(paint.word(json.path("status").asText("?"))
                        + (json.has("verdict")
                                ? "  " + paint.word(json.path("verdict").asText())
                                : "")
                        + (json.has("action")
                                ? "  " + PlainText.word(json.path("action").asText())
                                : ""));
                out.println(
                        Columns.here().fold(PlainText.text(json.path("reason").asText("The case goes on by itself."))));
                if (json.has("caseId")) {
                    out.println(Columns.here()
                            .fold("'case " + PlainText.word(json.path("caseId").asText()) + "' shows all of it."));
                }
            }
            case TABLE, CSV ->
                new Listing(
                                List.of("instanceId", "status", "verdict", "marginSeconds", "action", "refusal"),
                                List.of("reason", "caseId"),
                                List.of((ObjectNode) json))
                        .print(out, format, paint);
        }
        out.flush();
    }
}
