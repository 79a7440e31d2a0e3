package launchguard.aws;

import java.util.Set;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** Sends our events to EventBridge. */
public final class Announcements {
    /** The source of our events. */
    public static final String SOURCE = "launch-guard";

    /** Of an entry, in an answer that is no error. */
    private static final Set<String> LATER = Set.of("ThrottlingException", "InternalFailure", "InternalException");

    private final Clients clients;

    /** Uses the EventBridge client of these. */
    public Announcements(Clients clients) {
        this.clients = clients;
    }

    /**
     * Puts one event on the account's default bus.
     *
     * @param detail a JSON object
     * @return false when EventBridge took the call, and will never take the event; one that it may take later is a failure
     *     as if the call had failed
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
