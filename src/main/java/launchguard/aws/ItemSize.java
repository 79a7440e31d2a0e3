package launchguard.aws;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The size of an item as <a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html">DynamoDB counts
 * it</a>: names and values, in bytes of UTF-8.
 */
final class ItemSize {
    /** DynamoDB takes 409,600; numbers are counted roughly, so some is left. */
    private static final int MOST = 400_000;

    /** More than any number takes. */
    private static final int NUMBER = 21;

    private ItemSize() {}

    static boolean fits(Map<String, AttributeValue> item) {
        return of(item) <= MOST;
    }

    static int of(Map<String, AttributeValue> item) {
        int size = 0;
        for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
            String text = attribute.getValue().s();
            size += bytes(attribute.getKey()) + (text == null ? NUMBER : bytes(text));
        }
        return size;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
