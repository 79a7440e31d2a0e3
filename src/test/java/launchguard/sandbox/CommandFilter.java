package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.function.Predicate;
import launchguard.sandbox.wire.AwsError;

/** The filters of ListCommands. */
final class CommandFilter {
    private CommandFilter() {}

    static Predicate<Command> of(JsonNode filters) {
        Predicate<Command> all = command -> true;
        for (JsonNode filter : filters) {
            String value = filter.path("value").asText();
            all = all.and(
                    switch (filter.path("key").asText()) {
                        case "InvokedAfter" -> command -> command.requestedAt.isAfter(time(value));
                        case "InvokedBefore" -> command -> command.requestedAt.isBefore(time(value));
                        case "Status" -> command -> command.status().equals(value);
                        case "DocumentName" -> command -> command.documentName().equals(value);
                        default -> throw new AwsError("InvalidFilterKey", "The specified key is not valid.");
                    });
        }
        return all;
    }

    private static Instant time(String value) {
        if (!value.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ")) {
            throw new AwsError("ValidationException", "The time " + value + " is not in the form 2021-07-07T00:00:00Z");
        }
        return Instant.parse(value);
    }
}
