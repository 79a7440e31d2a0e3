package launchguard.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Session;
import launchguard.cli.Examination.Sight;
import launchguard.model.InstanceId;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code diagnose}: what a live instance shows now; reads only, whatever the environment says. */
@Command(
        name = "diagnose",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Looks at a live instance and says what it shows. Changes nothing: it sends the stack's probe, which only"
                    + " reads, by SSM Run Command, and asks CodeDeploy for its own record.",
            "",
            "Credentials and region come from the environment, the AWS config files or an instance role.",
            ""
        },
        footer = {
            Answer.EXIT_CODES,
            "Permissions it needs:",
            "  ssm:SendCommand on the instance and on document PREFIX-Probe",
            "  ssm:GetCommandInvocation, codedeploy:BatchGetDeploymentTargets",
            "  ec2:DescribeInstances, only to say why an instance can't be reached",
            "",
            "Example: java -jar target/launch-guard.jar diagnose i-0123456789abcdef0"
        })
final class Diagnose implements Callable<Integer> {
    private static final int LONGEST_WAIT = 900;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "INSTANCE_ID", description = "The instance: i-…")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Option(names = "--region", paramLabel = "NAME", description = "The instance's region.")
    private @Nullable String region;

    @Option(names = "--profile", paramLabel = "NAME", description = "The profile of the AWS config files to use.")
    private @Nullable String profile;

    @Option(
            names = "--document-prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:LAUNCH_GUARD_DOCUMENT_PREFIX:-LaunchGuard}",
            description = "What the names of the stack's SSM documents begin with; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private String prefix;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for the probe's end, 1 to 900; default: ${DEFAULT-VALUE}.")
    private int wait = 60;

    @Option(
            names = "--format",
            converter = Format.Reader.class,
            paramLabel = "FORMAT",
            description = "words or json; default: ${DEFAULT-VALUE}.")
    private Format format = Format.WORDS;

    @Option(
            names = "--evidence-out",
            paramLabel = "FILE",
            description = "Also keep what the probe printed, for explain FILE.")
    private @Nullable Path evidenceOut;

    @Override
    public Integer call() throws IOException, InterruptedException {
        InstanceId instance = instance();
        check();
        PrintWriter err = spec.commandLine().getErr();
        Session session = Session.open(region, profile);
        try {
            Examination examination = new Examination(session, prefix, instance, Progress.on(err));
            return Answer.print(spec.commandLine().getOut(), format, verdict(examination), instance);
        } catch (AwsFailureException fault) {
            err.println("launch-guard: " + fault.getMessage());
            err.println(Advice.of(fault, session.region()));
            return ExitCode.ERROR;
        }
    }

    private Verdict verdict(Examination examination) throws IOException, InterruptedException {
        return switch (examination.look(Duration.ofSeconds(wait))) {
            case Sight.Nothing nothing -> nothing.verdict();
            case Sight.Printed printed -> {
                keep(printed.text());
                yield examination.judge(printed.text());
            }
        };
    }

    /** Kept before it is judged: CodeDeploy may still refuse its part, and {@code explain} needs none of it. */
    private void keep(String printed) throws IOException {
        if (evidenceOut != null) {
            EvidenceFile.keep(evidenceOut, printed);
        }
    }

    private InstanceId instance() {
        try {
            return new InstanceId(id);
        } catch (IllegalArgumentException notAnId) {
            throw usage(String.valueOf(notAnId.getMessage()));
        }
    }

    private void check() {
        if (wait < 1 || wait > LONGEST_WAIT) {
            throw usage("--wait takes 1 to " + LONGEST_WAIT + " seconds, not " + wait);
        }
        if (!prefix.matches("[A-Za-z0-9_.-]{3,100}")) {
            throw usage("--document-prefix takes 3 to 100 letters, digits, dots, dashes or underscores, not '" + prefix
                    + "'");
        }
        if (region != null && !region.matches("[a-z0-9-]{1,63}")) {
            throw usage("--region takes a region's name, as in ap-northeast-1, not '" + region + "'");
        }
        if (evidenceOut != null && !EvidenceFile.keepable(evidenceOut)) {
            throw usage("--evidence-out takes a file in a folder that exists, not " + evidenceOut);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
