package launchguard.aws;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** What became of a command on one instance. */
public sealed interface CommandAnswer {

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
        /** Whether SSM calls it a success: only then its output is whole. */
        public boolean succeeded() {
            return status.equals("Success");
        }

        /** How it ended, with the first thing it complained of; completes "the probe …". */
        public String end() {
            String first = errors.lines().findFirst().orElse("");
            return "ended as " + status + (first.isEmpty() ? "" : ": " + first);
        }
    }
}
