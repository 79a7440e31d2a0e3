package launchguard.signal;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
import launchguard.model.InstanceId;
import launchguard.signal.Signal.GroupAsked;
import launchguard.signal.Signal.InstanceAsked;
import launchguard.signal.Signal.NotOurs;
import launchguard.signal.Signal.Recheck;
import launchguard.signal.Signal.ScheduleTick;
import launchguard.signal.Signal.Wish;
import org.jspecify.annotations.Nullable;

/** Reads bytes from outside into signals. */
public final class SignalReader {
    /** The source of our own timer messages. */
    public static final String RECHECK_SOURCE = "launch-guard.recheck";
    /** The source of the stack's schedule. */
    public static final String SCHEDULE_SOURCE = "launch-guard.schedule";

    /** The attribute of a message that says how often the queue has handed it out. */
    private static final String RECEIVED = "ApproximateReceiveCount";

    private static final String QUEUE = "aws:sqs";

    private static final int DEFAULT_WAIT_SECONDS = 20;
    private static final int MAX_WAIT_SECONDS = 60;

    private SignalReader() {}

    /** Distinguishes a batch from a single signal. */
    public static Delivery delivery(byte[] bytes) throws UnreadableSignalException {
        JsonNode json = JsonInput.parse(bytes);
        return json.has("Records") ? new Delivery.Batch(batch(json.get("Records"))) : new Delivery.Single(json);
    }

    /** Reads the body of one message. */
    public static Signal read(String body) throws UnreadableSignalException {
        return read(JsonInput.parse(body));
    }

    /** Reads one signal. */
    public static Signal read(JsonNode json) throws UnreadableSignalException {
        try {
            return signal(json);
        } catch (IllegalArgumentException wrongValue) {
            throw new UnreadableSignalException("could not read the signal: " + wrongValue.getMessage(), wrongValue);
        }
    }

    private static Signal signal(JsonNode json) throws UnreadableSignalException {
        String source = json.path("source").asText();
        if (source.equals(RECHECK_SOURCE)) {
            return new Recheck(CaseId.parse(RequiredFields.text(json, "caseId")), step(json));
        }
        if (source.equals(SCHEDULE_SOURCE)) {
            return new ScheduleTick();
        }
        if (json.has("source") && json.has("detail-type")) {
            return EventReader.read(json);
        }
        if (json.has("instanceId") && json.has("autoScalingGroup")) {
            throw new UnreadableSignalException(
                    "expected \"instanceId\" or \"autoScalingGroup\", not both: one instance,"
                            + " or every instance of a group");
        }
        if (json.has("instanceId")) {
            return new InstanceAsked(new InstanceId(RequiredFields.text(json, "instanceId")), wish(json), wait(json));
        }
        if (json.has("autoScalingGroup")) {
            return new GroupAsked(new GroupName(RequiredFields.text(json, "autoScalingGroup")), wish(json));
        }
        if (json.path("Event").asText().equals("s3:TestEvent")
                || json.path("Event").asText().equals("autoscaling:TEST_NOTIFICATION")) {
            return new NotOurs("a test notification");
        }
        throw new UnreadableSignalException(sender(json) + JsonInput.EXPECTED);
    }

    /** What was sent instead, if its form is known: a notification of another service that was sent here by mistake. */
    private static String sender(JsonNode json) {
        String neither = "neither an event nor a request";
        if (json.has("Records")) {
            return neither + ", but Records of "
                    + SenderText.quoted(source(json.path("Records").path(0))) + " in a message: ";
        }
        if (json.path("Type").asText().equals("Notification") && json.has("TopicArn")) {
            return neither + ", but a notification of SNS (raw message delivery sends what it holds): ";
        }
        return neither + ": ";
    }

    private static String source(JsonNode item) {
        // SNS writes it with a capital.
        return item.path(item.has("EventSource") ? "EventSource" : "eventSource")
                .asText();
    }

    /** How often the queue has handed out the message, this time included; 0 where it does not say. */
    public static int receives(SQSEvent.SQSMessage message) {
        String times = message.getAttributes().getOrDefault(RECEIVED, "");
        return times.matches("[0-9]{1,6}") ? Integer.parseInt(times) : 0;
    }

    private static Wish wish(JsonNode json) throws UnreadableSignalException {
        if (!json.has("action")) {
            return Wish.DEFAULT;
        }
        return switch (json.path("action").asText().toLowerCase(Locale.ROOT)) {
            case "diagnose" -> Wish.DIAGNOSE;
            case "remediate" -> Wish.REMEDIATE;
            default ->
                throw new UnreadableSignalException(
                        "action must be \"diagnose\" or \"remediate\" (left out: what the mode says)");
        };
    }

    private static @Nullable Integer step(JsonNode json) throws UnreadableSignalException {
        JsonNode step = json.path("step");
        if (step.isMissingNode()) {
            return null;
        }
        if (!step.isIntegralNumber() || !step.canConvertToInt() || step.asInt() < 1) {
            throw new UnreadableSignalException("step must be a whole number from 1 on");
        }
        return step.asInt();
    }

    private static Duration wait(JsonNode json) throws UnreadableSignalException {
        JsonNode seconds = json.path("waitSeconds");
        if (seconds.isMissingNode()) {
            return Duration.ofSeconds(DEFAULT_WAIT_SECONDS);
        }
        if (!seconds.isIntegralNumber()
                || !seconds.canConvertToInt()
                || seconds.asLong() < 0
                || seconds.asLong() > MAX_WAIT_SECONDS) {
            throw new UnreadableSignalException("waitSeconds must be a whole number from 0 to " + MAX_WAIT_SECONDS);
        }
        return Duration.ofSeconds(seconds.asLong());
    }

    private static SQSEvent batch(JsonNode records) throws UnreadableSignalException {
        if (!records.isArray()) {
            throw new UnreadableSignalException("Records is not a list: " + JsonInput.EXPECTED);
        }
        if (!records.isEmpty()
                && records.valueStream().noneMatch(item -> item.path("body").isTextual())) {
            throw new UnreadableSignalException("Records without a body, so not of a queue: " + JsonInput.EXPECTED);
        }
        List<SQSEvent.SQSMessage> messages = new ArrayList<>();
        for (JsonNode item : records) {
            String source = source(item);
            if (!source.isEmpty() && !source.equals(QUEUE)) {
                throw new UnreadableSignalException("Records of " + SenderText.quoted(source) + ", not of a queue ("
                        + SenderText.quoted(QUEUE) + "): " + JsonInput.EXPECTED);
            }
            SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
            // SQS always names it. An empty id in the answer makes Lambda deliver the whole batch again: nothing is
            // lost.
            message.setMessageId(item.path("messageId").asText());
            message.setBody(item.path("body").asText());
            String receipt = item.path("receiptHandle").asText();
            message.setReceiptHandle(receipt.isEmpty() ? null : receipt);
            String times = item.path("attributes").path(RECEIVED).asText();
            message.setAttributes(Map.of(RECEIVED, times));
            messages.add(message);
        }
        SQSEvent event = new SQSEvent();
        event.setRecords(messages);
        return event;
    }
}
