package launchguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import launchguard.aws.Accounts.Account;
import launchguard.pages.ExposurePage;
import launchguard.report.Exposure;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;

/** The answers of accounts and regions, as one table, list or page. */
record SurveyReport(List<Account> accounts, List<String> regions, List<Survey.Answer> answers) {
    private static final String ALL = "all";

    List<ExposureRow> groups() {
        return answers.stream().flatMap(answer -> answer.groups().stream()).toList();
    }

    /** Whether all answered. */
    boolean complete() {
        return answers.stream().allMatch(answer -> answer.refusal() == null);
    }

    /** A table has what refused below it, in sentences; a program gets a row for each. */
    void print(PrintWriter out, Format format, VerdictColours paint, List<String> shown, List<String> more) {
        boolean table = format == Format.TABLE || format == Format.WORDS;
        List<ObjectNode> rows = new ArrayList<>();
        for (Survey.Answer answer : answers) {
            answer.groups().forEach(group -> rows.add(placed(answer, group.row())));
            if (answer.refusal() != null && !table) {
                rows.add(placed(
                        answer,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("exposure", Exposure.UNKNOWN.name())
                                .put("refused", true)
                                .put("reason", PlainText.text(answer.refusal()))));
            }
        }
        if (!table || !rows.isEmpty()) {
            new Listing(
                            joined(List.of("account", "region"), shown),
                            joined(List.of("accountName", "refused"), more),
                            rows)
                    .print(out, format, paint);
        }
        if (table) {
            refused()
                    .forEach(refusal ->
                            out.println(Columns.here().fold("Refused: " + refusal.where() + ": " + refusal.why())));
            out.println(Columns.here()
                    .fold(ExposurePage.summary(rowsOfPage(), asked(), refused().size())));
            out.flush();
        }
    }

    String page(Instant now) {
        return ExposurePage.of(rowsOfPage(), asked(), refused(), now);
    }

    private String asked() {
        return PlainText.text((accounts.size() == 1 ? "1 account" : accounts.size() + " accounts") + ", "
                + (regions.size() == 1 ? "region " : "regions ") + String.join(", ", regions));
    }

    private List<ExposurePage.Row> rowsOfPage() {
        return answers.stream()
                .flatMap(answer -> answer.groups().stream()
                        .map(group -> group.of(
                                answer.account().id().value(), answer.account().name(), region(answer))))
                .toList();
    }

    private List<ExposurePage.Refused> refused() {
        List<ExposurePage.Refused> all = new ArrayList<>();
        for (Survey.Answer answer : answers) {
            String why = answer.refusal();
            if (why != null) {
                all.add(new ExposurePage.Refused(
                        answer.account() + ", " + (answer.region() == null ? "all regions" : answer.region()),
                        PlainText.text(why)));
            }
        }
        return all;
    }

    private static ObjectNode placed(Survey.Answer answer, ObjectNode row) {
        row.put("account", answer.account().id().value()).put("region", region(answer));
        if (!answer.account().name().isEmpty()) {
            row.put("accountName", answer.account().name());
        }
        return row;
    }

    private static String region(Survey.Answer answer) {
        @Nullable String region = answer.region();
        return region == null ? ALL : region;
    }

    private static List<String> joined(List<String> first, List<String> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }
}
