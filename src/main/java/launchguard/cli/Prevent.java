package launchguard.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import launchguard.aws.Session;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.Cure;
import launchguard.report.Wording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prevent}: what prevents the race on this instance's system; reads only. */
@Command(
        name = "prevent",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Says whether an instance's next launch could race, and prints the cure for its system with its files:"
                        + " what goes into the image, the user data or the AppSpec. Changes nothing there.",
        footer = {
            "",
            "Permissions it needs: those of diagnose; with --evidence none.",
            "",
            "Examples:",
            "  java -jar target/launch-guard.jar prevent i-0123456789abcdef0 \\",
            "      --cure user-data",
            "  sh src/main/resources/launchguard/probe.sh \\",
            "      | java -jar target/launch-guard.jar prevent --evidence -"
        })
final class Prevent extends ProbeCommand {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Which which;

    @Option(
            names = "--cure",
            paramLabel = "CURE",
            converter = CureName.Reader.class,
            description = "Another cure than the one for this system: ${COMPLETION-CANDIDATES}.")
    private @Nullable CureName cure;

    @Option(names = "--out", paramLabel = "FOLDER", description = "Write the cure's files there, too.")
    private @Nullable Path out;

    @Mixin
    private FormatOption.Words printing = new FormatOption.Words();

    /** Either an instance or a file with evidence. */
    static final class Which {
        @Parameters(paramLabel = "INSTANCE_ID", arity = "0..1", description = "The instance: i-…")
        private @Nullable String id;

        @Option(
                names = "--evidence",
                paramLabel = "FILE",
                required = true,
                description = "Saved evidence, or - for standard input.")
        private @Nullable String file;
    }

    @Override
    boolean needsAws() {
        return which.file == null;
    }

    @Override
    void check() {
        super.check();
        if (which.id != null) {
            InstanceId ignored = instance(which.id);
        }
        if (out != null && Files.exists(out) && !Files.isDirectory(out)) {
            throw usage("--out takes a folder, and " + out + " is none");
        }
    }

    @Override
    int run(@Nullable Session session) throws IOException, InterruptedException {
        Evidence evidence;
        try {
            evidence = EvidenceReader.read(printed(session));
        } catch (UnreadableEvidenceException unreadable) {
            throw new IllegalArgumentException("the evidence can't be read: " + unreadable.why(), unreadable);
        }
        Cure chosen = cure == null ? Cure.of(evidence) : cure.on(evidence);
        Prevention.of(evidence, chosen).print(out(), printing.format, paint(), out == null);
        if (out != null) {
            Files.createDirectories(out);
            for (Cure.File file : chosen.files()) {
                Path kept = out.resolve(Path.of(file.path()).getFileName());
                Files.writeString(kept, file.text());
                err().println("wrote " + kept);
            }
        }
        return 0;
    }

    private String printed(@Nullable Session session)
            throws IOException, InterruptedException, UnreadableEvidenceException {
        if (which.file != null) {
            return EvidenceFile.given(spec, which.file);
        }
        InstanceId id = instance(String.valueOf(which.id));
        return switch (probeRunner(required(session)).probe(id)) {
            case ProbeResult.Printed printed -> printed.text();
            case ProbeResult.Nothing nothing -> throw new IllegalStateException(Wording.reason(nothing.verdict()));
        };
    }
}
