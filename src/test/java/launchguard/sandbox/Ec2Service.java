package launchguard.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import launchguard.sandbox.wire.AwsError;
import launchguard.sandbox.wire.Json;
import launchguard.sandbox.wire.Service;

/** EC2. */
final class Ec2Service implements Service {
    private static final int SMALLEST_PAGE = 5;
    private static final int LARGEST_PAGE = 1000;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 256;
    private static final int MOST_TAGS = 50;
    private static final Map<String, Function<Instance, String>> FIELDS = Map.of(
            "instance-id",
            Instance::id,
            "instance-state-name",
            Instance::state,
            "instance-type",
            instance -> "m5.large",
            "availability-zone",
            instance -> Names.ZONE);
    /** A terminated instance is shown for about an hour, and is unknown after that. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    private final Fleet fleet;
    private final InstantSource clock;
    private final Settings settings;

    Ec2Service(Fleet fleet, InstantSource clock, Settings settings) {
        this.fleet = fleet;
        this.clock = clock;
        this.settings = settings;
    }

    private boolean known(Instance instance) {
        Instant now = clock.instant();
        Instant ended = instance.terminatedAt;
        return !instance.unknownToEc2
                && !instance.launchTime().plus(settings.ec2Lag()).isAfter(now)
                && (ended == null || ended.plus(REMEMBERED).isAfter(now));
    }

    private List<Instance> all() {
        return fleet.instances().values().stream().filter(this::known).toList();
    }

    @Override
    public String name() {
        return "ec2";
    }

    @Override
    public Map<String, UnaryOperator<ObjectNode>> operations() {
        return Map.of(
                "DescribeInstances", this::describe,
                "DescribeInstanceStatus", this::status,
                "DescribeTags", this::describeTags,
                "CreateTags", this::createTags,
                "DeleteTags", this::deleteTags);
    }

    private Instance instance(String id) {
        if (!id.matches("i-(?:[0-9a-f]{8}|[0-9a-f]{17})")) {
            throw new AwsError("InvalidInstanceID.Malformed", "Invalid id: \"" + id + "\"");
        }
        return fleet.find(id)
                .filter(this::known)
                .orElseThrow(() ->
                        new AwsError("InvalidInstanceID.NotFound", "The instance ID '" + id + "' does not exist"));
    }

    private Page<Instance> found(ObjectNode input, Predicate<Instance> also) {
        JsonNode ids = input.path("InstanceIds");
        int size = input.path("MaxResults").asInt(LARGEST_PAGE);
        if (input.has("MaxResults") && !ids.isEmpty()) {
            throw new AwsError(
                    "InvalidParameterCombination",
                    "The parameter instancesSet cannot be used with the parameter maxResults");
        }
        if (size < SMALLEST_PAGE || size > LARGEST_PAGE) {
            throw new AwsError("InvalidParameterValue", "Value ( " + size + " ) for parameter maxResults is invalid.");
        }
        List<Instance> asked = ids.isEmpty()
                ? all()
                : Json.strings(ids).stream().map(this::instance).toList();
        Predicate<Instance> fits = TagFilter.of(input.path("Filters"), Instance::tags, FIELDS, "InvalidParameterValue");
        List<Instance> all = asked.stream().filter(fits).filter(also).toList();
        return Page.of(all, Json.text(input, "NextToken"), size, "InvalidParameterValue");
    }

    private ObjectNode describe(ObjectNode input) {
        return found(input, instance -> true).output("Reservations", "NextToken", Ec2View::reservation);
    }

    private ObjectNode status(ObjectNode input) {
        boolean all = input.path("IncludeAllInstances").asBoolean(false);
        return found(input, instance -> all || instance.state().equals("running"))
                .output("InstanceStatuses", "NextToken", Ec2View::status);
    }

    private ObjectNode describeTags(ObjectNode input) {
        Predicate<JsonNode> fits = tag -> true;
        for (JsonNode filter : input.path("Filters")) {
            List<String> values = Json.strings(filter.path("Values"));
            String name = filter.path("Name").asText();
            fits = fits.and(
                    switch (name) {
                        case "resource-id" ->
                            tag -> values.contains(tag.path("ResourceId").asText());
                        case "resource-type" -> tag -> values.contains("instance");
                        case "key" -> tag -> values.contains(tag.path("Key").asText());
                        case "value" -> tag -> values.contains(tag.path("Value").asText());
                        default -> throw new AwsError("InvalidParameterValue", "The filter '" + name + "' is invalid");
                    });
        }
        List<JsonNode> tags = all().stream()
                .flatMap(instance -> Stream.<JsonNode>of(Ec2View.tags(instance).toArray(JsonNode[]::new)))
                .filter(fits)
                .toList();
        return Page.of(tags, Json.text(input, "NextToken"), LARGEST_PAGE, "InvalidParameterValue")
                .output("Tags", "NextToken", tag -> tag);
    }

    private ObjectNode createTags(ObjectNode input) {
        List<Instance> instances = Json.strings(input.path("Resources")).stream()
                .map(this::instance)
                .toList();
        for (JsonNode tag : input.path("Tags")) {
            String key = tag.path("Key").asText();
            String value = tag.path("Value").asText();
            if (key.isEmpty() || key.length() > LONGEST_KEY || value.length() > LONGEST_VALUE) {
                throw new AwsError("InvalidParameterValue", "Tag key or value has an invalid length.");
            } else if (key.startsWith("aws:")) {
                throw new AwsError("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved");
            }
        }
        for (Instance instance : instances) {
            Set<String> keys = new HashSet<>(instance.tags().keySet());
            input.path("Tags").forEach(tag -> keys.add(tag.path("Key").asText()));
            // Those of AWS itself don't count.
            if (keys.stream().filter(key -> !key.startsWith("aws:")).count() > MOST_TAGS) {
                throw new AwsError(
                        "TagLimitExceeded",
                        "The maximum number of Tags for instance '" + instance.id() + "' has been reached.");
            }
        }
        for (Instance instance : instances) {
            for (JsonNode tag : input.path("Tags")) {
                instance.tags().put(tag.path("Key").asText(), tag.path("Value").asText());
            }
        }
        return Json.object();
    }

    private ObjectNode deleteTags(ObjectNode input) {
        List<Instance> instances = new ArrayList<>();
        Json.strings(input.path("Resources")).forEach(id -> instances.add(instance(id)));
        for (Instance instance : instances) {
            for (JsonNode tag : input.path("Tags")) {
                String key = tag.path("Key").asText();
                String value = Json.text(tag, "Value");
                if (value == null || Objects.equals(instance.tags().get(key), value)) {
                    instance.tags().remove(key);
                }
            }
        }
        return Json.object();
    }
}
