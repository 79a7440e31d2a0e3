package launchguard.cli;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import launchguard.aws.Session;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.probe.EvidenceReader;
import launchguard.probe.UnreadableEvidenceException;
import launchguard.report.Cure;
import launchguard.report.Plain;
import launchguard.report.Wording;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code prevent}: the cure for this instance's system, so that its successors never race; reads only. */
@Command(
        name = "prevent",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Says whether an instance's next launch could race, and prints the cure for its system: what goes into"
                + " the image or the user data. Changes nothing there.",
        footer = {
            "",
            "Permissions it needs: those of diagnose; with --evidence none.",
            "",
            "Example: sh src/main/resources/launchguard/probe.sh | java -jar target/launch-guard.jar prevent --evidence -"
        })
final class Prevent extends ProbeCommand {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Which which;

    @Option(
            names = "--format",
            converter = Format.Reader.class,
            paramLabel = "FORMAT",
            description = "words, table, json or csv; default: ${DEFAULT-VALUE}.")
    private Format format = Format.WORDS;

    /** One of the two. */
    static final class Which {
        @Parameters(paramLabel = "INSTANCE_ID", arity = "0..1", description = "The instance: i-…")
        private @Nullable String id;

        @Option(names = "--evidence", paramLabel = "FILE", required = true, description = "Saved evidence, or - for standard input.")
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
    }

    @Override
    int run(@Nullable Session session) throws IOException, InterruptedException {
        Evidence evidence;
        try {
            evidence = EvidenceReader.read(printed(session));
        } catch (UnreadableEvidenceException unreadable) {
            throw new IllegalArgumentException("the evidence can't be read: " + unreadable.why(), unreadable);
        }
        Exposed exposed = Exposed.of(evidence);
        if (format != Format.WORDS) {
            exposed.row().put("cure", Cure.of(evidence).path());
            new Listing(
                            List.of("exposure", "os", "osVersion", "agentVersion", "cure"),
                            List.of("cloudInitVersion", "startsAtBoot", "afterCloudInit", "upgradesAtBoot", "reason"),
                            List.of(exposed.row()))
                    .print(out(), format, paint());
            return 0;
        }
        words(evidence, exposed);
        return 0;
    }

    private void words(Evidence evidence, Exposed exposed) {
        out().println(paint().strong(exposed.exposure().name()) + "  "
                + Plain.word(evidence.host().os() + " " + evidence.host().osVersion()) + ", agent "
                + Plain.word(String.valueOf(evidence.agent().version())) + ", cloud-init "
                + Plain.word(String.valueOf(evidence.cloudInit().version())));
        out().println(exposed.row().path("reason").asText());
        Cure cure = Cure.of(evidence);
        out().println(Wording.prevention(cure));
        cure.text().forEach(out()::println);
        out().flush();
    }

    private String printed(@Nullable Session session)
            throws IOException, InterruptedException, UnreadableEvidenceException {
        if (which.file != null) {
            try {
                return EvidenceFile.read(which.file);
            } catch (NoSuchFileException missing) {
                throw new IllegalArgumentException("there is no file " + which.file, missing);
            }
        }
        InstanceId id = instance(String.valueOf(which.id));
        Sight sight = probing(there(session)).look(List.of(id)).getOrDefault(id, null);
        return switch (sight) {
            case Sight.Printed printed -> printed.text();
            case Sight.Nothing nothing -> throw new IllegalStateException(Wording.reason(nothing.verdict()));
        };
    }
}
