package launchguard.signal;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;

/** How the function was called. */
public sealed interface Delivery {

    /** By SQS, with messages that each hold one signal. */
    record Batch(SQSEvent event) implements Delivery {}

    /** Directly, with one signal. */
    record Single(JsonNode json) implements Delivery {}
}
