package launchguard.aws;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.CommandInvocation;
import software.amazon.awssdk.services.ssm.model.CommandPlugin;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** The state or result of a command on one instance. */
public sealed interface CommandAnswer {
    /** Outputs below this are never cut in a list: agents cut at 2,400 or 2,500 bytes, depending on their version. */
    int LISTED_BELOW = 2_400;

    /** As SSM reports it. */
    static CommandAnswer of(GetCommandInvocationResponse response) {
        return switch (response.statusAsString()) {
            case "Pending", "InProgress", "Delayed", "Cancelling" -> new NotEnded();
            default ->
                new Ended(
                        response.statusDetails() == null ? response.statusAsString() : response.statusDetails(),
                        response.executionStartDateTime() != null
                                && !response.executionStartDateTime().isBlank(),
                        response.responseCode() == null ? -1 : response.responseCode(),
                        moment(response.executionEndDateTime()),
                        text(response.standardOutputContent()),
                        text(response.standardErrorContent()));
        };
    }

    /**
     * The result as a list of invocations shows it, if the list holds all of it. Lists append errors to the output and
     * cut both with a mark; what they show of ends other than success was never observed.
     */
    static Optional<Ended> whole(CommandInvocation invocation) {
        if (!"Success".equals(invocation.statusAsString())
                || invocation.commandPlugins().size() != 1) {
            return Optional.empty();
        }
        CommandPlugin plugin = invocation.commandPlugins().getFirst();
        String output = text(plugin.output());
        boolean all = output.strip().startsWith("{")
                && output.strip().endsWith("}")
                && output.getBytes(StandardCharsets.UTF_8).length < LISTED_BELOW
                && !output.contains("----------ERROR-------");
        return all && "Success".equals(plugin.statusAsString())
                ? Optional.of(new Ended(
                        "Success",
                        plugin.responseStartDateTime() != null,
                        plugin.responseCode() == null ? -1 : plugin.responseCode(),
                        plugin.responseFinishDateTime(),
                        output,
                        ""))
                : Optional.empty();
    }

    private static @Nullable Instant moment(@Nullable String text) {
        try {
            return text == null || text.isBlank() ? null : Instant.parse(text);
        } catch (DateTimeParseException unknownForm) {
            return null;
        }
    }

    private static String text(@Nullable String content) {
        return content == null ? "" : content;
    }

    /** Not ended, or SSM does not show it yet: its API is eventually consistent. */
    record NotEnded() implements CommandAnswer {}

    /**
     * Ended.
     *
     * @param status SSM's status details: Success, Failed, Undeliverable, Execution Timed Out, …
     * @param started whether the script began on the instance
     * @param exitCode -1 when the script never started, or a signal ended it
     * @param endedAt on AWS's clock; null when it does not say
     * @param output cut by SSM at 24,000 characters
     * @param errors cut by SSM at 8,000 characters
     */
    record Ended(
            String status,
            boolean started,
            int exitCode,
            @Nullable Instant endedAt,
            String output,
            String errors) implements CommandAnswer {
        /** Whether SSM calls it a success: only then is its output complete. */
        public boolean succeeded() {
            return status.equals("Success");
        }

        /** How it ended, with its first error line; completes "the probe …". */
        public String end() {
            String first = errors.lines().findFirst().orElse("");
            return "ended as " + status + (first.isEmpty() ? "" : ": " + first);
        }
    }
}
