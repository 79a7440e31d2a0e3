package launchguard.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import launchguard.model.DeploymentId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code explain}: what saved evidence means; calls nothing. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Says what saved evidence of the probe means. Makes no calls.",
        footer = {
            Answer.EXIT_CODES,
            "Example:",
            "  sh src/main/resources/launchguard/probe.sh \\",
            "      | java -jar target/launch-guard.jar explain -"
        })
final class Explain implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The evidence, or - for standard input.")
    @SuppressWarnings("NullAway.Init")
    private String file;

    @Option(
            names = "--deployment-start",
            paramLabel = "EPOCH",
            converter = EpochSeconds.class,
            description = "When CodeDeploy's first lifecycle event on the instance started, in epoch seconds.")
    private @Nullable Instant deploymentStart;

    @Option(
            names = "--deployment-end",
            paramLabel = "EPOCH",
            converter = EpochSeconds.class,
            description = "When CodeDeploy's last lifecycle event on the instance ended, in epoch seconds.")
    private @Nullable Instant deploymentEnd;

    @Option(names = "--deployment-failed", description = "CodeDeploy says that the deployment failed on the instance.")
    private boolean deploymentFailed;

    @Option(names = "--deployment", paramLabel = "ID", description = "The deployment that is asked about: d-…")
    private @Nullable String deployment;

    @Mixin
    private FormatOption.Words printing = new FormatOption.Words();

    @Override
    public Integer call() throws IOException {
        DeploymentId asked = asked();
        Verdict verdict;
        Evidence evidence = null;
        try {
            evidence = EvidenceReader.read(EvidenceFile.given(spec, file));
            verdict = Diagnosis.of(
                    evidence,
                    new Question(null, null, asked, records(asked), Set.of(), false, Examination.BOOT_DEADLINE));
        } catch (UnreadableEvidenceException unreadable) {
            verdict = new Inconclusive(unreadable.why());
        }
        return Answer.print(
                spec.commandLine().getOut(), printing.format, VerdictColours.of(spec), verdict, evidence, null);
    }

    private @Nullable DeploymentId asked() {
        try {
            return deployment == null ? null : new DeploymentId(deployment);
        } catch (IllegalArgumentException notAnId) {
            throw usage("--deployment: " + notAnId.getMessage(), notAnId);
        }
    }

    private List<DeploymentRecord> records(@Nullable DeploymentId asked) {
        if (deploymentStart == null && deploymentEnd == null && !deploymentFailed) {
            return List.of();
        }
        if (deploymentStart != null && deploymentEnd != null && deploymentEnd.isBefore(deploymentStart)) {
            throw usage("--deployment-end is before --deployment-start", null);
        }
        return List.of(new DeploymentRecord(asked, null, progress(), deploymentStart, deploymentEnd));
    }

    /** A deployment that has ended without a failure has succeeded. */
    private Progress progress() {
        if (deploymentFailed) {
            return Progress.FAILED;
        }
        return deploymentEnd == null ? Progress.UNKNOWN : Progress.SUCCEEDED;
    }

    private ParameterException usage(String message, @Nullable Exception cause) {
        return new ParameterException(spec.commandLine(), message, cause);
    }
}
