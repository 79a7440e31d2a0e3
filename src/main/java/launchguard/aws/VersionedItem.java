package launchguard.aws;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import launchguard.model.CaseId;
import launchguard.model.GroupName;
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

    /** Written only where nobody has told that since then, or this case itself. */
    static VersionedItem notice(CaseId teller, GroupName group, String kind, Instant now, Duration window) {
        return new VersionedItem(
                Map.of(
                        "pk", TableItems.text("group/" + group),
                        "sk", TableItems.text("told/" + kind),
                        "teller", TableItems.text(teller.toString()),
                        "told", TableItems.number(now.getEpochSecond()),
                        "expires",
                                TableItems.number(
                                        now.plus(window.multipliedBy(2)).getEpochSecond())),
                "attribute_not_exists(pk) OR teller = :teller OR told <= :since",
                Map.of(
                        ":teller", TableItems.text(teller.toString()),
                        ":since", TableItems.number(now.minus(window).getEpochSecond())));
    }

    /** Written only over that version. */
    static VersionedItem over(long version, Map<String, AttributeValue> item) {
        return new VersionedItem(item, "version = :version", Map.of(":version", TableItems.number(version)));
    }
}
