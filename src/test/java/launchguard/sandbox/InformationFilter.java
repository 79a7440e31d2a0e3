package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.Predicate;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;

/** The filters of DescribeInstanceInformation, of the older form and the newer one. */
final class InformationFilter {
    private InformationFilter() {}

    static Predicate<Instance> of(ObjectNode input) {
        return of(input.path("Filters"), "Key", "Values")
                .and(of(input.path("InstanceInformationFilterList"), "key", "valueSet"));
    }

    private static Predicate<Instance> of(JsonNode filters, String keyMember, String valuesMember) {
        Predicate<Instance> all = instance -> true;
        for (JsonNode filter : filters) {
            List<String> values = Json.strings(filter.path(valuesMember));
            String key = filter.path(keyMember).asText();
            if (key.equals("InstanceIds")) {
                all = all.and(instance -> values.contains(instance.id()));
            } else if (key.equals("PingStatus")) {
                all = all.and(instance -> values.contains(instance.agent ? "Online" : "ConnectionLost"));
            } else if (key.startsWith("tag:")) {
                all = all.and(instance -> values.contains(instance.tags().get(key.substring("tag:".length()))));
            } else {
                throw new AwsError("InvalidInstanceInformationFilterValue", "The filter " + key + " is not valid.");
            }
        }
        return all;
    }
}
