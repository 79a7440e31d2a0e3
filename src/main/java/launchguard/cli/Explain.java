package launchguard.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import launchguard.model.DeploymentId;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.VerdictJson;
import launchguard.report.Wording;
import launchguard.verdict.DeploymentRecord;
import launchguard.verdict.DeploymentRecord.Progress;
import launchguard.verdict.Diagnosis;
import launchguard.verdict.Question;
import launchguard.verdict.Verdict;
import launchguard.verdict.Verdict.Inconclusive;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
        description = "Says what evidence means that the probe printed. Calls nothing.",
        footer = {
            "",
            "Exit codes: 0 healthy, lucky or not deployed; 10 to be repaired; 11 still booting; 12 can't be told or stuck;",
            "13 only bystanders are stale; 2 usage; 1 any other error.",
            "",
            "Example: sh probe.sh | java -jar target/launch-guard.jar explain -"
        })
final class Explain implements Callable<Integer> {
    private static final int MAX_BYTES = 1_000_000;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The evidence, or - for standard input.")
    @SuppressWarnings("NullAway.Init")
    private String file;

    @Option(
            names = "--deployment-start",
            paramLabel = "EPOCH",
            description = "When CodeDeploy's first lifecycle event on the instance started, in epoch seconds.")
    private @Nullable Double deploymentStart;

    @Option(names = "--deployment-failed", description = "CodeDeploy says that the deployment failed on the instance.")
    private boolean deploymentFailed;

    @Option(names = "--deployment", paramLabel = "ID", description = "The deployment that is asked about: d-…")
    private @Nullable String deployment;

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private Format format = Format.WORDS;

    @Override
    public Integer call() throws IOException {
        Verdict verdict = verdict(evidence());
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case JSON -> out.println(VerdictJson.of(verdict));
            case WORDS -> {
                out.println(verdict.name());
                out.println(Wording.reason(verdict));
            }
        }
        return ExitCode.of(verdict.name());
    }

    private Verdict verdict(String printed) {
        DeploymentId asked = asked();
        try {
            return Diagnosis.of(
                    EvidenceReader.read(printed),
                    new Question(null, null, asked, records(asked), Set.of(), false, Duration.ofHours(1)));
        } catch (UnreadableEvidenceException unreadable) {
            return new Inconclusive(unreadable.why());
        }
    }

    private @Nullable DeploymentId asked() {
        try {
            return deployment == null ? null : new DeploymentId(deployment);
        } catch (IllegalArgumentException notAnId) {
            throw new ParameterException(spec.commandLine(), notAnId.getMessage(), notAnId);
        }
    }

    private List<DeploymentRecord> records(@Nullable DeploymentId asked) {
        if (deploymentStart == null && !deploymentFailed) {
            return List.of();
        }
        Instant start = deploymentStart == null ? null : Instant.ofEpochMilli(Math.round(deploymentStart * 1000));
        Progress progress = deploymentFailed ? Progress.FAILED : Progress.UNKNOWN;
        return List.of(new DeploymentRecord(asked, null, progress, start, null));
    }

    private String evidence() throws IOException {
        byte[] bytes;
        try {
            bytes = file.equals("-")
                    ? System.in.readNBytes(MAX_BYTES)
                    : Files.newInputStream(Path.of(file)).readNBytes(MAX_BYTES);
        } catch (NoSuchFileException missing) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no file " + file + "; give a file that holds the probe's output, or -",
                    missing);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
