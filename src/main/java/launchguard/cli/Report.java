package launchguard.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import launchguard.aws.Session;
import launchguard.cases.Case;
import launchguard.pages.CasePage;
import launchguard.pages.GroupPage;
import launchguard.pages.Launch;
import launchguard.pages.OrganizationPage;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.store.StoredEvidence;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code report}: a page about one launch, or about all launches of a group; reads only. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Writes one self-contained HTML page without scripts: with a CASE the picture of that launch, with"
                    + " --evidence of a saved one, with --central all accounts, else the launches of a group or of the whole"
                    + " table. Changes nothing in AWS.",
            ""
        },
        footer = {
            "",
            "Permissions it needs: dynamodb:GetItem and dynamodb:Query on the table for a case, dynamodb:Scan for a group;",
            "  codedeploy:BatchGetDeploymentTargets (lifecycle events) and autoscaling:DescribeAutoScalingGroups (launch",
            "  templates), without which the page lacks those; with --central logs:FilterLogEvents on the log, with --evidence",
            "  none.",
            "",
            "Examples:",
            "  java -jar target/launch-guard.jar report i-0123456789abcdef0 \\",
            "      --table MY-TABLE --out launch.html",
            "  java -jar target/launch-guard.jar report --asg MY-GROUP \\",
            "      --since P30D --table MY-TABLE --out group.html",
            "  java -jar target/launch-guard.jar report --since P30D \\",
            "      --central /aws/events/launch-guard --out all.html",
            "  sh src/main/resources/launchguard/probe.sh \\",
            "      | java -jar target/launch-guard.jar report --evidence - --out here.html"
        })
final class Report extends TableCommand {
    @Parameters(
            paramLabel = "CASE",
            arity = "0..1",
            description = "A case's id, or an instance's for its newest case; default: all of --asg or of the table.")
    private @Nullable String name;

    @Option(names = "--evidence", paramLabel = "FILE", description = "Saved evidence, or - for standard input.")
    private @Nullable String evidence;

    @Mixin
    private CentralOption central = new CentralOption();

    @Mixin
    private LaunchesOption launches = new LaunchesOption(Duration.ofDays(7));

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "Where the page goes.")
    @SuppressWarnings("NullAway.Init")
    private Path out;

    @Override
    boolean needsAws() {
        return evidence == null;
    }

    @Override
    boolean needsTable() {
        return !central.asked();
    }

    @Override
    void check() {
        super.check();
        if (name != null) {
            checkName(name);
        }
        if (name != null && evidence != null) {
            throw usage("give a CASE or --evidence, not both");
        }
        if (central.asked() && (name != null || evidence != null)) {
            throw usage("--central is for a page of all accounts: give it without CASE and --evidence");
        }
        central.fault().ifPresent(fault -> {
            throw usage(fault);
        });
        if (!EvidenceFile.keepable(out)) {
            throw usage("--out takes a file in a folder that exists, not " + out);
        }
    }

    @Override
    int run(@Nullable Session session) throws IOException {
        if (evidence != null) {
            return keep(ofEvidence(evidence), "saved evidence");
        }
        if (central.asked()) {
            return everywhere(central.cases(required(session), launches, err()));
        }
        PageSources gathered = new PageSources(required(session), err());
        if (name != null) {
            Case current = find(required(session), name);
            return keep(
                    CasePage.of(current, StoredEvidence.judged(current), gathered.runs(current)),
                    "case " + current.id());
        }
        Instant now = Instant.now();
        List<Case> cases = opened(required(session), launches, now);
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("no case "
                    + (launches.group == null ? "" : "of group " + launches.group + " ") + "was opened within "
                    + launches.since + "; --since looks further back, and cases are kept for 90 days");
        }
        List<Launch> found = gathered.launches(cases, store(required(session)));
        String title = launches.group == null ? "All groups" : "Group " + launches.group;
        return keep(GroupPage.of(title, found, now.minus(launches.since.duration()), now), cases.size() + " launches");
    }

    private int everywhere(List<CentralCase> cases) throws IOException {
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("no case within " + launches.since + "; --since looks further back");
        }
        Instant now = Instant.now();
        return keep(
                OrganizationPage.of(
                        cases.stream().map(CentralCase::ofPage).toList(), now.minus(launches.since.duration()), now),
                cases.size() + " launches of all accounts");
    }

    private String ofEvidence(String file) throws IOException {
        try {
            Evidence read = EvidenceReader.read(EvidenceFile.given(spec, file));
            Question question = new Question(null, null, null, List.of(), Set.of(), false, Examination.BOOT_DEADLINE);
            String title = read.host().instanceId() == null
                    ? "Saved evidence"
                    : String.valueOf(read.host().instanceId());
            return CasePage.of(title, read, Diagnosis.of(read, question));
        } catch (UnreadableEvidenceException unreadable) {
            throw new IllegalArgumentException("the evidence can't be read: " + unreadable.why(), unreadable);
        }
    }

    private int keep(String html, String what) throws IOException {
        EvidenceFile.keep(out, html);
        long size = Math.max(1, Files.size(out) / 1024);
        out().println(Columns.here().fold("wrote " + out + ": " + what + ", " + size + " KB"));
        out().flush();
        return 0;
    }
}
