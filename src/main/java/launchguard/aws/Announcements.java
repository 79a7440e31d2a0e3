package launchguard.aws;

import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

/** EventBridge: what we tell the world. */
public final class Announcements {
    /** The source of our events. */
    public static final String SOURCE = "launch-guard";

    private final Clients clients;

    /** Uses the EventBridge client of these. */
    public Announcements(Clients clients) {
        this.clients = clients;
    }

    /**
     * Puts one event on the account's default bus.
     *
     * @param detail a JSON object
     * @return false when EventBridge took the call and not the event
     */
    public boolean put(String detailType, String detail) {
        PutEventsResponse response = Call.to(
                "announce \"" + detailType + "\"",
                "events:PutEvents",
                () -> clients.eventBridge
                        .get()
                        .putEvents(request -> request.entries(PutEventsRequestEntry.builder()
                                .source(SOURCE)
                                .detailType(detailType)
                                .detail(detail)
                                .build())));
        return response.failedEntryCount() == null || response.failedEntryCount() == 0;
    }
}
