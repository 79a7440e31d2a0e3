package launchguard.aws;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item and the condition on which it is written.
 *
 * @param values what the condition names; empty when it names nothing
 */
record VersionedItem(Map<String, AttributeValue> item, String condition, Map<String, AttributeValue> values) {

    /** Written only if there is no such item. */
    static VersionedItem first(Map<String, AttributeValue> item) {
        return new VersionedItem(item, "attribute_not_exists(pk)", Map.of());
    }

    /** Written only over that version; 0 means that there is no such item. */
    static VersionedItem overOrFirst(long version, Map<String, AttributeValue> item) {
        return version == 0 ? first(item) : over(version, item);
    }

    /** Written only over that version, and only if nothing was added to it since it was read. */
    static VersionedItem overUnchanged(long version, long added, Map<String, AttributeValue> item) {
        return added == 0
                ? new VersionedItem(
                        item,
                        "version = :version AND attribute_not_exists(added)",
                        Map.of(":version", TableItems.number(version)))
                : new VersionedItem(
                        item,
                        "version = :version AND added = :added",
                        Map.of(":version", TableItems.number(version), ":added", TableItems.number(added)));
    }

    /** Written only over that version. */
    static VersionedItem over(long version, Map<String, AttributeValue> item) {
        return new VersionedItem(item, "version = :version", Map.of(":version", TableItems.number(version)));
    }
}
