package launchguard.aws;

import java.time.Duration;
import launchguard.model.CaseId;

/** SQS: the rechecks that we send to ourselves. */
public final class Timers {
    /** SQS delays a message by no more than this. */
    public static final Duration LONGEST = Duration.ofMinutes(15);

    private final Clients clients;
    private final String queueUrl;
    private final String source;

    /** Sends to this queue; {@code source} marks the messages as ours. */
    public Timers(Clients clients, String queueUrl, String source) {
        this.clients = clients;
        this.queueUrl = queueUrl;
        this.source = source;
    }

    /** Rings for the case after that time, 0 to 900 seconds. */
    public void ring(CaseId caseId, Duration after) {
        // A case id holds only digits, hexadecimal digits, dots and hyphens: it needs no escaping.
        String body = "{\"source\":\"" + source + "\",\"caseId\":\"" + caseId + "\",\"instanceId\":\""
                + caseId.instance() + "\"}";
        Duration delay = after.compareTo(LONGEST) > 0 ? LONGEST : after;
        Call.to(
                "set the timer of case " + caseId,
                "sqs:SendMessage",
                () -> clients.sqs
                        .get()
                        .sendMessage(request -> request.queueUrl(queueUrl)
                                .messageBody(body)
                                .delaySeconds(Math.toIntExact(Math.max(0, delay.toSeconds())))));
    }
}
