package launchguard.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import launchguard.probe.Evidence;
import launchguard.report.Cure;
import launchguard.report.PlainText;
import launchguard.report.Wording;
import org.jspecify.annotations.Nullable;

/** How exposed an instance is, and what cures it, as {@code prevent} prints it. */
record Prevention(Evidence evidence, ExposureRow exposed, Cure cure) {

    static Prevention of(Evidence evidence, Cure cure) {
        return new Prevention(evidence, ExposureRow.of(evidence), cure);
    }

    /** With or without the text of the files, which goes to a folder where one is given. */
    void print(PrintWriter out, Format format, VerdictColours paint, boolean files) {
        if (format == Format.WORDS) {
            words(out, paint, files);
        } else {
            exposed.row().put("cure", cure.path());
            new Listing(
                            List.of("exposure", "os", "osVersion", "agentVersion", "cure"),
                            List.of("cloudInitVersion", "startsAtBoot", "afterCloudInit", "upgradesAtBoot", "reason"),
                            List.of(exposed.row()))
                    .print(out, format, paint);
        }
        out.flush();
    }

    private void words(PrintWriter out, VerdictColours paint, boolean files) {
        String exposure = exposed.exposure().name();
        String system = "system "
                + (known("unknown", evidence.host().os()) + " "
                                + known("", evidence.host().osVersion()))
                        .strip()
                + ", agent "
                + known("of unknown version", evidence.agent().version()) + ", cloud-init "
                + known("of unknown version", evidence.cloudInit().version());
        out.println(paint.strong(exposure) + "  "
                + String.join("\n", Columns.fold(system, Columns.here().count() - exposure.length() - 2)));
        out.println(Columns.here().fold(exposed.row().path("reason").asText()));
        out.println(Columns.here().fold(Wording.prevention(cure)));
        out.println();
        out.println(paint.emphasized(Columns.here().fill(cure.guide())));
        for (Cure.File file : files ? cure.files() : List.<Cure.File>of()) {
            out.println();
            out.println(paint.strong("----- " + file.path() + " -----"));
            out.print(file.text());
        }
        out.println();
        out.println("Other cures:");
        for (CureName other : CureName.values()) {
            if (other.on(evidence) != cure) {
                out.println("  "
                        + String.join(
                                "\n      ",
                                Columns.fold(
                                        "--cure " + other + ": " + Wording.cure(other.on(evidence)),
                                        Columns.here().count() - 6)));
            }
        }
    }

    private static String known(String otherwise, @Nullable String word) {
        return PlainText.word(Objects.requireNonNullElse(word, otherwise));
    }
}
