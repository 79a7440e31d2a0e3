package launchguard.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import launchguard.aws.Session;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diagnose}: what live instances show now; reads only, whatever the environment says. */
@Command(
        name = "diagnose",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Diagnoses one or more running instances. Changes nothing: it sends the stack's"
                    + " probe, which only reads, by SSM Run Command, and asks CodeDeploy for its own record.",
            "",
            "For a broken one it also says what the function would do in mode remediate: by the variables LAUNCH_GUARD_… of"
                    + " this terminal, else by the defaults, and without the budgets that its table counts.",
            "",
            "Credentials and region come from the environment, the AWS config files or an instance role.",
            ""
        },
        footer = {
            Answer.EXIT_CODES,
            "For several instances the worst code wins: 10 before 12, 11, 13 and 0.",
            "",
            "Permissions it needs:",
            "  ssm:SendCommand on the instance and on document PREFIX-Probe",
            "  ssm:GetCommandInvocation, codedeploy:BatchGetDeploymentTargets",
            "  ec2:DescribeInstances, to say why an instance can't be reached, and what would be done",
            "  and to say what would be done about a broken one (left out where one is missing):",
            "  autoscaling:DescribeAutoScalingInstances, DescribeAutoScalingGroups, DescribeInstanceRefreshes,",
            "  codedeploy:GetDeployment, GetDeploymentGroup, ListDeployments, BatchGetDeployments, ListDeploymentTargets",
            "",
            "Example:",
            "  java -jar target/launch-guard.jar diagnose i-0123456789abcdef0"
        })
final class Diagnose extends ProbeCommand {
    @Parameters(paramLabel = "INSTANCE_ID", arity = "1..*", description = "The instance, or several: i-…")
    private List<String> ids = new ArrayList<>();

    @Option(
            names = "--format",
            converter = Format.Reader.class,
            paramLabel = "FORMAT",
            description = "words, table, json or csv; default: words, or table for several instances.")
    private @Nullable Format format;

    @Option(
            names = "--evidence-out",
            paramLabel = "FILE",
            description = "Also keep what the probe printed, for explain FILE; for several instances a folder, in which"
                    + " each gets its INSTANCE_ID.json.")
    private @Nullable Path evidenceOut;

    @Override
    void check() {
        super.check();
        ids.forEach(this::instance);
        if (evidenceOut == null) {
            return;
        }
        if (ids.size() == 1 && !EvidenceFile.keepable(evidenceOut)) {
            throw usage("--evidence-out takes a file in a folder that exists, not " + evidenceOut);
        }
        if (ids.size() > 1 && !Files.isDirectory(evidenceOut)) {
            throw usage("--evidence-out takes a folder that exists for several instances, not " + evidenceOut);
        }
    }

    @Override
    int run(@Nullable Session session) throws IOException, InterruptedException {
        List<InstanceId> instances = ids.stream().distinct().map(this::instance).toList();
        List<Examination> found = new ArrayList<>();
        for (Map.Entry<InstanceId, ProbeResult> result :
                probeRunner(required(session)).probe(instances).entrySet()) {
            keep(result.getKey(), result.getValue());
            found.add(Examination.of(required(session), result.getKey(), result.getValue(), true));
        }
        if (found.size() > 1) {
            return ExaminationRows.print(out(), format == null ? Format.TABLE : format, paint(), found);
        }
        return Answer.print(out(), format == null ? Format.WORDS : format, paint(), found.getFirst());
    }

    /** Kept before it is judged: CodeDeploy may still refuse its part, and {@code explain} needs none of it. */
    private void keep(InstanceId instance, ProbeResult probed) throws IOException {
        if (evidenceOut != null && probed instanceof ProbeResult.Printed printed) {
            EvidenceFile.keep(ids.size() == 1 ? evidenceOut : evidenceOut.resolve(instance + ".json"), printed.text());
        }
    }
}
