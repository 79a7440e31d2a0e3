package launchguard.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Duration;
import launchguard.model.InstanceId;
import launchguard.report.VerdictJson;
import launchguard.report.Wording;
import launchguard.verdict.Verdict;
import org.jspecify.annotations.Nullable;

/** A verdict as {@code explain} and {@code diagnose} both print it. */
final class Answer {
    /** The function's default; what runs here knows of no stack's settings. */
    static final Duration BOOT_DEADLINE = Duration.ofHours(1);

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

    /** Prints it and gives the exit code; {@code instance} is null where whoever asks did not name one. */
    static int print(PrintWriter out, Format format, Verdict verdict, @Nullable InstanceId instance) {
        switch (format) {
            case JSON -> {
                ObjectNode json = JsonNodeFactory.instance.objectNode();
                if (instance != null) {
                    json.put("instanceId", instance.value());
                }
                json.setAll(VerdictJson.of(verdict));
                out.println(json);
            }
            case WORDS -> {
                out.println(verdict.name());
                out.println(Wording.reason(verdict));
            }
        }
        return ExitCode.of(verdict.name());
    }
}
