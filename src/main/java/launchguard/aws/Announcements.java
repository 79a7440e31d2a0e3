package launchguard.aws;

import java.util.Set;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** Sends our events to EventBridge. */
public final class Announcements {
    /** The source of our events. */
    public static final String SOURCE = "launch-guard";

    /** Error codes of an entry that EventBridge may take later; the call itself succeeded. */
    private static final Set<String> LATER = Set.of("ThrottlingException", "InternalFailure", "InternalException");

    private final Clients clients;

    /** Uses their EventBridge client. */
    public Announcements(Clients clients) {
        this.clients = clients;
    }

    /**
     * Puts one event on the account's default bus.
     *
     * @param detail a JSON object
     * @return false when EventBridge will never take this event; if it may take it later, the call counts as failed
     */
    public boolean put(String detailType, String detail) {
        String what = "announce \"" + detailType + "\"";
        PutEventsResponse response = Call.to(
                what,
                "events:PutEvents",
                () -> clients.eventBridge
                        .get()
                        .putEvents(request -> request.entries(PutEventsRequestEntry.builder()
                                .source(SOURCE)
                                .detailType(detailType)
                                .detail(detail)
                                .build())));
        for (PutEventsResultEntry entry : response.entries()) {
            String code = entry.errorCode();
            if (code != null && LATER.contains(code)) {
                throw AwsFailureException.answered(what, code, String.valueOf(entry.errorMessage()));
            }
        }
        return response.failedEntryCount() == null || response.failedEntryCount() == 0;
    }
}
