package launchguard.aws;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item and the condition on which it is written.
 *
 * @param values what the condition names; empty when it names nothing
 */
record VersionedItem(Map<String, AttributeValue> item, String condition, Map<String, AttributeValue> values) {

    /** Written only where nothing is yet. */
    static VersionedItem first(Map<String, AttributeValue> item) {
        return new VersionedItem(item, "attribute_not_exists(pk)", Map.of());
    }

    /** Written only over that version; 0 is that of what was never written. */
    static VersionedItem overOrFirst(long version, Map<String, AttributeValue> item) {
        return version == 0 ? first(item) : over(version, item);
    }

    /** Written only over that version. */
    static VersionedItem over(long version, Map<String, AttributeValue> item) {
        return new VersionedItem(item, "version = :version", Map.of(":version", TableItems.number(version)));
    }
}
