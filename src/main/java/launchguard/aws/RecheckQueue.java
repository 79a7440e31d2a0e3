package launchguard.aws;

import java.time.Duration;
import launchguard.model.CaseId;

/** SQS: sends rechecks to the function's own queue, and makes received messages visible again. */
public final class RecheckQueue {
    /** SQS delays a message by no more than this. */
    public static final Duration LONGEST = Duration.ofMinutes(15);

    /** SQS hides a message for twelve hours after its receive at most, and some time has passed. */
    private static final Duration LONGEST_HIDDEN = Duration.ofHours(11);

    private final Clients clients;
    private final String queueUrl;
    private final String source;

    /** Sends to this queue; {@code source} marks the messages as ours. */
    public RecheckQueue(Clients clients, String queueUrl, String source) {
        this.clients = clients;
        this.queueUrl = queueUrl;
        this.source = source;
    }

    /** Sends the recheck of that step of the case, to be delivered after that time, and after 15 minutes at most. */
    public void sendRecheck(CaseId caseId, int step, Duration after) {
        // A case id holds only digits, hexadecimal digits, dots and hyphens: it needs no escaping.
        String body = "{\"source\":\"" + source + "\",\"caseId\":\"" + caseId + "\",\"instanceId\":\""
                + caseId.instance() + "\",\"step\":" + step + "}";
        send("set the timer of case " + caseId, body, after);
    }

    /** Sends a message again as a new one, whose receives count from zero; the current one is then done. */
    public void sendAgain(String body, Duration after) {
        send("send a message anew before its last receive", body, after);
    }

    /** Makes the message of this receipt visible again after that time instead of after its visibility timeout. */
    public void putBack(String receipt, Duration after) {
        Duration hidden = after.compareTo(LONGEST_HIDDEN) > 0 ? LONGEST_HIDDEN : after;
        Call.to(
                "change the visibility of a message",
                "sqs:ChangeMessageVisibility",
                () -> clients.sqs
                        .get()
                        .changeMessageVisibility(request -> request.queueUrl(queueUrl)
                                .receiptHandle(receipt)
                                .visibilityTimeout(Math.toIntExact(Math.max(0, hidden.toSeconds())))));
    }

    private void send(String what, String body, Duration after) {
        Duration delay = after.compareTo(LONGEST) > 0 ? LONGEST : after;
        Call.to(
                what,
                "sqs:SendMessage",
                () -> clients.sqs
                        .get()
                        .sendMessage(request -> request.queueUrl(queueUrl)
                                .messageBody(body)
                                .delaySeconds(Math.toIntExact(Math.max(0, delay.toSeconds())))));
    }
}
