package launchguard.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import launchguard.aws.Session;
import launchguard.cases.Case;
import launchguard.cases.Status;
import launchguard.report.CaseSummary;
import launchguard.verdict.VerdictName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cases}: what the table holds. */
@Command(
        name = "cases",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Lists the cases of the stack's table, or of all accounts, newest first. Reads only.",
        footer = {
            "",
            "Permission it needs: dynamodb:Scan on the table; with --central logs:FilterLogEvents on the log.",
            "",
            "Examples:",
            "  java -jar target/launch-guard.jar cases --table MY-TABLE \\",
            "      --since P7D --status ESCALATED",
            "  java -jar target/launch-guard.jar cases \\",
            "      --central /aws/events/launch-guard --since P7D"
        })
final class Cases extends TableCommand {
    static final List<String> SHOWN = List.of(
            "caseId",
            "autoScalingGroup",
            "openedAt",
            "status",
            "firstVerdict",
            "launchMarginSeconds",
            "remedies",
            "gate");
    static final List<String> MORE =
            List.of("instanceId", "verdict", "marginSeconds", "action", "refusal", "reason", "heldSeconds");

    @Mixin
    private CentralOption central = new CentralOption();

    @Mixin
    private LaunchesOption launches = new LaunchesOption(Duration.ofDays(1));

    @Option(names = "--status", paramLabel = "STATUS", description = "Only with this status: ${COMPLETION-CANDIDATES}.")
    private @Nullable Status status;

    @Option(
            names = "--verdict",
            paramLabel = "VERDICT",
            description = "Only with this verdict, at first or now: ${COMPLETION-CANDIDATES}.")
    private @Nullable VerdictName verdict;

    @Option(names = "--open", description = "Only those that have not ended.")
    private boolean open;

    @Mixin
    private FormatOption.Rows printing = new FormatOption.Rows();

    @Override
    boolean needsTable() {
        return !central.asked();
    }

    @Override
    void check() {
        super.check();
        central.fault().ifPresent(fault -> {
            throw usage(fault);
        });
    }

    @Override
    int run(@Nullable Session session) {
        if (central.asked()) {
            return everywhere(central.cases(required(session), launches, err()));
        }
        List<Case> cases = opened(required(session), launches, Instant.now()).stream()
                .filter(this::wanted)
                .toList();
        if (cases.isEmpty() && printing.format != Format.JSON) {
            complain("no such case was opened within " + launches.since + " (--since looks further back)");
        }
        new Listing(SHOWN, MORE, cases.stream().map(CaseSummary::row).toList()).print(out(), printing.format, paint());
        return 0;
    }

    private int everywhere(List<CentralCase> all) {
        List<CentralCase> cases = all.stream()
                .filter(line -> (status == null || status.name().equals(line.status()))
                        && (!open || !line.ended())
                        && (verdict == null || line.verdicts().contains(verdict.name())))
                .toList();
        if (cases.isEmpty() && printing.format != Format.JSON) {
            complain("no such case within " + launches.since + " (--since looks further back)");
        }
        new Listing(
                        CentralCase.SHOWN,
                        CentralCase.MORE,
                        cases.stream().map(CentralCase::row).toList())
                .print(out(), printing.format, paint());
        return 0;
    }

    private boolean wanted(Case current) {
        return (status == null || current.status() == status)
                && (!open || !current.ended())
                && (verdict == null || CaseSummary.verdicts(current).contains(verdict.name()));
    }
}
