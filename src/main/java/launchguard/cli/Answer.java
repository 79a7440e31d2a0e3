package launchguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import launchguard.model.InstanceId;
import launchguard.probe.Evidence;
import launchguard.report.CaseWording;
import launchguard.report.Cure;
import launchguard.report.FactsWording;
import launchguard.report.VerdictJson;
import launchguard.report.Wording;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** A verdict as {@code explain} and {@code diagnose} both print it. */
final class Answer {
    static final String EXIT_CODES = """

            Exit codes:
               0  HEALTHY, LUCKY_RACE, NOT_DEPLOYED
              10  STALE_JDK, JDK_REPLACED, DEPLOYMENT_FAILED
              11  STILL_BOOTING
              12  INCONCLUSIVE, BOOT_STUCK, UNREACHABLE
              13  STALE_BYSTANDER
               2  wrong usage
               1  any other error
            """;

    private Answer() {}

    /** As {@link #print(PrintWriter, Format, VerdictColours, Verdict, Evidence, InstanceId)}, with what would be done. */
    static int print(PrintWriter out, Format format, VerdictColours paint, Examination examination) {
        if (format == Format.JSON) {
            out.println(json(examination));
            return ExitCode.of(examination.verdict().name());
        }
        int exit = print(out, format, paint, examination.verdict(), examination.evidence(), examination.instance());
        if (format == Format.WORDS && examination.would() != null) {
            out.println(Columns.here().fold(CaseWording.would(examination.would())));
        }
        return exit;
    }

    /** Prints it and gives the exit code; {@code instance} is null where none was named. */
    static int print(
            PrintWriter out,
            Format format,
            VerdictColours paint,
            Verdict verdict,
            @Nullable Evidence evidence,
            @Nullable InstanceId instance) {
        switch (format) {
            case JSON -> out.println(json(verdict, evidence, instance));
            case WORDS -> words(out, paint, verdict, evidence);
            case TABLE, CSV ->
                new Listing(
                                instance == null
                                        ? List.of("verdict", "marginSeconds", "reason")
                                        : List.of("instanceId", "verdict", "marginSeconds", "reason"),
                                List.of("raced", "marginUncertain", "impact", "deploymentId", "prevention"),
                                List.of(json(verdict, evidence, instance)))
                        .print(out, format, paint);
        }
        return ExitCode.of(verdict.name());
    }

    private static void words(PrintWriter out, VerdictColours paint, Verdict verdict, @Nullable Evidence evidence) {
        out.println(paint.word(verdict.name().name()));
        out.println(Columns.here().fold(Wording.reason(verdict)));
        if (evidence != null) {
            out.println(Columns.here().fold(FactsWording.of(evidence)));
        }
        if (Wording.preventable(verdict)) {
            out.println(Columns.here().fold(Wording.prevention(Cure.of(evidence))));
        }
    }

    static ObjectNode json(Examination examination) {
        ObjectNode json = json(examination.verdict(), examination.evidence(), examination.instance());
        if (examination.would() != null) {
            json.put("would", examination.would());
        }
        return json;
    }

    private static ObjectNode json(Verdict verdict, @Nullable Evidence evidence, @Nullable InstanceId instance) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (instance != null) {
            json.put("instanceId", instance.value());
        }
        json.setAll(VerdictJson.of(verdict));
        if (Wording.preventable(verdict)) {
            json.put("prevention", Cure.of(evidence).path());
        }
        return json;
    }
}
