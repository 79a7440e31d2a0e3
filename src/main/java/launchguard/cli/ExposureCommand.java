package launchguard.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import launchguard.aws.Accounts.Account;
import launchguard.aws.Session;
import launchguard.pages.ExposurePage;
import launchguard.report.Exposure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code exposure}: which groups could race, before anything has failed; reads only. */
@Command(
        name = "exposure",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Probes one running instance of each Auto Scaling group and says whether the group's next launch could"
                        + " race: the CodeDeploy agent starts at boot and not after cloud-init, and cloud-init upgrades packages."
                        + " In one account and region, or in many. Changes nothing.",
        footer = {
            "",
            "Exit codes: 0 no group is exposed, 10 one is, 12 none is, but some are unknown; 12 too where an"
                    + " account or a region refused, whatever the others say. 2 wrong usage, 1 any other error.",
            "",
            "Permissions it needs: those of diagnose, and autoscaling:DescribeAutoScalingGroups. In other accounts their role"
                    + " has these (packaging/exposure.yaml makes it); you need sts:AssumeRole on it, and for --organization"
                    + " organizations:ListAccounts.",
            "",
            "Examples:",
            "  java -jar target/launch-guard.jar exposure --tag launch-guard=on",
            "  java -jar target/launch-guard.jar exposure --organization \\",
            "      --role LaunchGuardExposure --regions eu-west-1,us-east-1 \\",
            "      --page exposure.html"
        })
final class ExposureCommand extends ProbeCommand {
    /** Prefix of the document of packaging/exposure.yaml, which may be installed beside a stack's own. */
    private static final String PREFIX_ELSEWHERE = "LaunchGuardExposure";

    private static final List<String> SHOWN = List.of("autoScalingGroup", "instances", "exposure", "reason");
    private static final List<String> MORE = List.of(
            "prevention",
            "instanceId",
            "os",
            "osVersion",
            "agentVersion",
            "cloudInitVersion",
            "startsAtBoot",
            "afterCloudInit",
            "upgradesAtBoot");

    @ArgGroup(exclusive = false)
    private @Nullable AccountsOption elsewhere;

    @Mixin
    private GroupQuery groups = new GroupQuery();

    @Option(names = "--page", paramLabel = "FILE", description = "Also writes a page (HTML) there.")
    private @Nullable Path page;

    @Mixin
    private FormatOption.Rows printing = new FormatOption.Rows();

    @Override
    String usualPrefix() {
        return elsewhere == null ? super.usualPrefix() : PREFIX_ELSEWHERE;
    }

    @Override
    void check() {
        super.check();
        groups.fault().ifPresent(fault -> {
            throw usage(fault);
        });
        if (elsewhere != null) {
            elsewhere.fault().ifPresent(fault -> {
                throw usage(fault);
            });
        }
        if (page != null && !EvidenceFile.keepable(page)) {
            throw usage("--page takes a file in a folder that exists, not " + page);
        }
    }

    @Override
    int run(@Nullable Session session) throws InterruptedException, IOException {
        return elsewhere == null ? here(required(session)) : everywhere(required(session), elsewhere);
    }

    private int here(Session session) throws InterruptedException, IOException {
        List<ExposureRow> found = groups.exposed(session, probeRunner(session));
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there is no such Auto Scaling group in " + session.region()
                    + "; look at --asg, --tag, --region and --profile");
        }
        new Listing(SHOWN, MORE, found.stream().map(ExposureRow::row).toList()).print(out(), printing.format, paint());
        if (page != null) {
            keep(
                    page,
                    ExposurePage.of(
                            found.stream()
                                    .map(group -> group.of("", "", session.region()))
                                    .toList(),
                            Instant.now()));
        }
        return code(found);
    }

    private int everywhere(Session session, AccountsOption where) throws IOException {
        List<Account> accounts = where.accounts(session);
        List<String> regions = where.regions(session);
        SurveyReport surveyed = new SurveyReport(
                accounts,
                regions,
                new Survey(
                                session,
                                where.role(),
                                inside -> groups.exposed(inside, probeRunner(inside, Progress.unseen(err()))),
                                err())
                        .ask(accounts, regions));
        surveyed.print(out(), printing.format, paint(), SHOWN, MORE);
        if (page != null) {
            keep(page, surveyed.page(Instant.now()));
        }
        return surveyed.complete() ? code(surveyed.groups()) : 12;
    }

    private void keep(Path file, String html) throws IOException {
        EvidenceFile.keep(file, html);
        err().println("wrote " + file);
        err().flush();
    }

    private static int code(List<ExposureRow> found) {
        List<Exposure> all = found.stream().map(ExposureRow::exposure).toList();
        return all.contains(Exposure.EXPOSED) ? 10 : all.contains(Exposure.UNKNOWN) ? 12 : 0;
    }
}
