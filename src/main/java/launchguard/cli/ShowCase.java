package launchguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import launchguard.aws.Session;
import launchguard.cases.Case;
import launchguard.cases.TimelineEntry;
import launchguard.probe.Evidence;
import launchguard.report.CaseSummary;
import launchguard.report.CaseWording;
import launchguard.report.Cure;
import launchguard.report.FactsWording;
import launchguard.report.PlainText;
import launchguard.report.Wording;
import launchguard.store.StoredEvidence;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code case}: one case from its beginning to its end. */
@Command(
        name = "case",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Shows one case: what happened, how we know, what was done, and what prevents it. Reads only.",
        footer = {
            "",
            "Permission it needs: dynamodb:GetItem and dynamodb:Query on the table",
            "",
            "Example:",
            "  java -jar target/launch-guard.jar case i-0123456789abcdef0 \\",
            "      --table MY-TABLE"
        })
final class ShowCase extends TableCommand {
    @Parameters(paramLabel = "CASE", description = "A case's id, or an instance's for its newest case.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--format",
            converter = Format.Reader.class,
            paramLabel = "FORMAT",
            description = "words, table (the timeline), json or csv; default: ${DEFAULT-VALUE}.")
    private Format format = Format.WORDS;

    @Override
    void check() {
        super.check();
        checkName(name);
    }

    @Override
    int run(@Nullable Session session) {
        Case current = find(required(session), name);
        switch (format) {
            case WORDS -> words(current);
            case JSON -> out().println(CaseSummary.whole(current));
            case TABLE, CSV -> timeline(current).print(out(), format, paint());
        }
        out().flush();
        return 0;
    }

    private void words(Case current) {
        String verdict = current.finding().verdict() == null
                ? "no verdict yet"
                : current.finding().verdict();
        out().println(paint().strong(current.id().toString()) + "  " + paint().word(verdict) + "  "
                + paint().word(current.status().name()));
        out().println(Columns.here()
                .fold("Group " + PlainText.word(current.group().value()) + ", opened " + current.openedAt()
                        + (current.deployment() == null ? "" : ", deployment " + current.deployment())));
        out().println();
        CaseSummary.findings(current)
                .forEach(part -> out().println(Columns.here().fold(PlainText.text(part))));
        Evidence evidence = StoredEvidence.first(current);
        if (evidence != null) {
            out().println(Columns.here().fold(FactsWording.of(evidence)));
        }
        out().println(Columns.here().fold(CaseWording.done(current)));
        if (CaseWording.preventable(current)) {
            out().println(Columns.here().fold(Wording.prevention(Cure.of(evidence))));
        }
        out().println();
        timeline(current).print(out(), Format.TABLE, paint());
    }

    private static Listing timeline(Case current) {
        return new Listing(
                List.of("at", "sinceLaunchSeconds", "what"),
                List.of(),
                current.timeline().stream().map(entry -> row(current, entry)).toList());
    }

    private static ObjectNode row(Case current, TimelineEntry entry) {
        Duration since = Duration.between(current.id().launchedAt(), entry.at());
        return JsonNodeFactory.instance
                .objectNode()
                .put("at", entry.at().toString())
                .put("sinceLaunchSeconds", since.toMillis() / 1000.0)
                .put("what", entry.what());
    }
}
