package launchguard.aws;

import java.time.Instant;
import java.util.List;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;

/**
 * The log in which one account keeps the events of all; for the command line only, whose library for it the function's package
 * lacks.
 */
public final class CentralLog {
    private final Clients clients;
    private final String group;

    /** Reads the log group of that name. */
    public CentralLog(Clients clients, String group) {
        this.clients = clients;
        this.group = group;
    }

    /** The events since then as they were written, in no order. */
    public List<String> since(Instant start) {
        return Call.to("read the log group " + group, "logs:FilterLogEvents", () -> {
            try (CloudWatchLogsClient logs = clients.make(CloudWatchLogsClient.builder())) {
                return logs
                        .filterLogEventsPaginator(
                                request -> request.logGroupName(group).startTime(start.toEpochMilli()))
                        .stream()
                        .flatMap(page -> page.events().stream())
                        .map(FilteredLogEvent::message)
                        .toList();
            }
        });
    }
}
