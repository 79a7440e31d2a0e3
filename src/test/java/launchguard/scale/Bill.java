package launchguard.scale;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import launchguard.sandbox.LambdaLoad;
import launchguard.sandbox.wire.Call;

/** What the calls of a run cost, at the list prices of docs/operations.md. */
final class Bill {
    private static final double MILLION = 1e6;
    private static final double SQS_REQUEST = 0.40 / MILLION;
    private static final double WRITE_UNIT = 0.625 / MILLION;
    private static final double READ_UNIT = 0.125 / MILLION;
    private static final double OWN_EVENT = 1.00 / MILLION;
    private static final double LOG_BYTE = 0.50 / 1e9;
    private static final double INVOCATION = 0.20 / MILLION;
    private static final double GIGABYTE_SECOND = 0.0000133334;
    private static final double UNIT = 1024;
    /** The function's memory, which template.yaml sets. */
    private static final double GIGABYTES = 1;
    /** A message is sent, received and deleted; that Lambda's poller does so for ten at a time is left out of account. */
    private static final int REQUESTS = 3;

    private long messages;
    private long events;
    private double writeUnits;
    private double readUnits;
    private long logBytes;
    private long received;

    void call(Call call) {
        switch (call.service() + ":" + call.operation()) {
            case "sqs:SendMessage" -> messages++;
            case "events:PutEvents" -> events += call.input().path("Entries").size();
            case "dynamodb:PutItem" ->
                writeUnits += units(call.input().path("Item").toString()) + 1;
            case "dynamodb:TransactWriteItems" ->
                call.input().path("TransactItems").forEach(item -> writeUnits += 2 * units(item.toString()) + 1);
            case "dynamodb:GetItem", "dynamodb:Query" -> readUnits += 1;
            default -> {}
        }
    }

    private static double units(String item) {
        return Math.ceil(item.getBytes(StandardCharsets.UTF_8).length / UNIT);
    }

    /** A message that a rule of EventBridge sent. */
    void arrived() {
        received++;
    }

    void logged(String line) {
        logBytes += line.getBytes(StandardCharsets.UTF_8).length + 1L;
    }

    Map<String, Double> dollars(LambdaLoad rush) {
        Map<String, Double> dollars = new LinkedHashMap<>();
        dollars.put(
                "Lambda",
                rush.invocations() * INVOCATION + rush.billed().toMillis() / 1000.0 * GIGABYTES * GIGABYTE_SECOND);
        dollars.put("SQS", ((messages + received) * REQUESTS + rush.redelivered()) * SQS_REQUEST);
        dollars.put("DynamoDB", writeUnits * WRITE_UNIT + readUnits * READ_UNIT);
        dollars.put("EventBridge", events * OWN_EVENT);
        dollars.put("logs", logBytes * LOG_BYTE);
        return dollars;
    }
}
