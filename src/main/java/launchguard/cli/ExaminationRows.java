package launchguard.cli;

import java.io.PrintWriter;
import java.util.List;

/** Prints the results of several instances as rows. */
final class ExaminationRows {
    private ExaminationRows() {}

    /** Prints a row for each and gives the worst one's exit code. */
    static int print(PrintWriter out, Format format, VerdictColours paint, List<Examination> found) {
        new Listing(
                        List.of("instanceId", "verdict", "marginSeconds", "reason"),
                        List.of("raced", "marginUncertain", "impact", "deploymentId", "prevention"),
                        found.stream()
                                .map(examination -> Answer.json(examination))
                                .toList())
                .print(out, format, paint);
        return ExitCode.worst(found.stream()
                .map(examination -> ExitCode.of(examination.verdict().name()))
                .toList());
    }
}
