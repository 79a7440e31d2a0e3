package launchguard.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What the stack would be for given parameters: the one source from which tests and sandbox take rules and documents. */
public final class Template {
    private final JsonNode tree;
    private final Map<String, String> parameters;
    private final Resolver resolver;

    private Template(JsonNode tree, Map<String, String> parameters) {
        this.tree = tree;
        this.parameters = parameters;
        this.resolver = new Resolver(tree, parameters);
        parameters.keySet().forEach(name -> {
            if (!name.startsWith("AWS::") && !tree.path("Parameters").has(name)) {
                throw new IllegalArgumentException("the template has no parameter " + name);
            }
        });
    }

    /** The stack that an install with nothing but defaults makes. */
    public static Template read(Path file) {
        return read(file, Map.of());
    }

    /**
     * The stack that these parameters make; those not named keep their defaults. AWS::AccountId and AWS::Region may be
     * given.
     */
    public static Template read(Path file, Map<String, String> parameters) {
        try {
            return new Template(TemplateYaml.parse(Files.readString(file)), parameters);
        } catch (IOException failure) {
            throw new IllegalStateException("could not read " + file, failure);
        }
    }

    /** The same but for one number: {@code /Resources/Queue/Properties/VisibilityTimeout}. */
    public Template with(String pointer, int number) {
        JsonNode changed = tree.deepCopy();
        int slash = pointer.lastIndexOf('/');
        String name = pointer.substring(slash + 1);
        if (!(changed.at(pointer.substring(0, slash)) instanceof ObjectNode parent) || !parent.has(name)) {
            throw new IllegalArgumentException("the template has no " + pointer);
        }
        parent.put(name, number);
        return new Template(changed, parameters);
    }

    /** The same without this member: {@code /Resources/LaunchGuardFunction/Properties/RecursiveLoop}. */
    public Template without(String pointer) {
        JsonNode changed = tree.deepCopy();
        int slash = pointer.lastIndexOf('/');
        if (!(changed.at(pointer.substring(0, slash)) instanceof ObjectNode parent)) {
            throw new IllegalArgumentException("the template has no " + pointer);
        }
        parent.remove(pointer.substring(slash + 1));
        return new Template(changed, parameters);
    }

    /** The number that {@link #with} would change. */
    public int number(String pointer) {
        return tree.at(pointer).asInt();
    }

    /** Event patterns as JSON, by the logical name of their rule. */
    public Map<String, String> rulePatterns() {
        Map<String, String> patterns = new TreeMap<>();
        resourcesOf("AWS::Events::Rule").forEach((name, properties) -> {
            if (properties.has("EventPattern")) {
                patterns.put(name, properties.path("EventPattern").toString());
            }
        });
        return patterns;
    }

    /** As {@link #rulePatterns}, of the rules that send to this ARN. */
    public Map<String, String> patternsTo(String target) {
        Map<String, String> patterns = rulePatterns();
        resourcesOf("AWS::Events::Rule").forEach((name, properties) -> {
            if (properties
                    .path("Targets")
                    .valueStream()
                    .noneMatch(node -> node.path("Arn").asText().equals(target))) {
                patterns.remove(name);
            }
        });
        return patterns;
    }

    /** What a parameter of the stack was set to, or its default. */
    public String parameter(String name) {
        return parameters.getOrDefault(
                name, tree.path("Parameters").path(name).path("Default").asText());
    }

    /** Patterns of the rules that put what they take in the stack's own queue. */
    public Map<String, String> patternsOfSignals() {
        return patternsTo(resolver.arn("Queue"));
    }

    /** Inputs that rules with a schedule send, by the logical name of their rule. */
    public Map<String, String> scheduledInputs() {
        Map<String, String> inputs = new TreeMap<>();
        resourcesOf("AWS::Events::Rule").forEach((name, properties) -> {
            if (properties.has("ScheduleExpression")) {
                inputs.put(name, properties.at("/Targets/0/Input").asText());
            }
        });
        return inputs;
    }

    /** The SSM documents by their names, as {@code LaunchGuard-Probe}. */
    public Map<String, Document> documents() {
        Map<String, Document> documents = new TreeMap<>();
        resourcesOf("AWS::SSM::Document").values().forEach(properties -> {
            Document document = Document.of(properties);
            documents.put(document.name(), document);
        });
        return documents;
    }

    /** The table of cases. */
    public TableDefinition tableDefinition() {
        return TableDefinition.of(only("AWS::DynamoDB::Table"));
    }

    /** The queue of signals and how Lambda takes from it. */
    public QueueSettings queueSettings() {
        JsonNode queue = resource("Queue");
        JsonNode source = resource("LaunchGuardFunction").at("/Events/Signals/Properties");
        return new QueueSettings(
                Duration.ofSeconds(queue.path("VisibilityTimeout").asLong()),
                queue.at("/RedrivePolicy/maxReceiveCount").asInt(),
                source.path("BatchSize").asInt(),
                Duration.ofSeconds(source.path("MaximumBatchingWindowInSeconds").asLong()));
    }

    /** After which Lambda ends an invocation. */
    public Duration functionTimeout() {
        return Duration.ofSeconds(
                resource("LaunchGuardFunction").path("Timeout").asLong());
    }

    /** Whether Lambda lets a chain of invocations be longer than 16. */
    public boolean recursionAllowed() {
        return resource("LaunchGuardFunction").path("RecursiveLoop").asText().equals("Allow");
    }

    /** How many batches of the queue the function is given at a time. */
    public int maximumConcurrency() {
        return resource("LaunchGuardFunction")
                .at("/Events/Signals/Properties/ScalingConfig/MaximumConcurrency")
                .asInt();
    }

    /** The function's environment; table and queue have made-up names. */
    public Map<String, String> functionEnvironment() {
        Map<String, String> environment = new TreeMap<>();
        resource("LaunchGuardFunction")
                .at("/Environment/Variables")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asText()));
        return environment;
    }

    /** The dashboard's body; only where these parameters make one. */
    public String dashboard() {
        return resource("Dashboard").path("DashboardBody").asText();
    }

    /** The value of an output, as the stack prints it; not whether these parameters make it. */
    public String output(String name) {
        return resolver.resolve(tree.path("Outputs").path(name).path("Value")).asText();
    }

    /** The properties of each alarm that these parameters make. */
    public List<JsonNode> alarms() {
        return List.copyOf(resourcesOf("AWS::CloudWatch::Alarm").values());
    }

    /** Every action that the function's role allows, as {@code ssm:SendCommand}, whatever its resource. */
    public Set<String> allowedActions() {
        Set<String> actions = new TreeSet<>();
        statements().forEach(statement -> actions.addAll(texts(statement.path("Action"))));
        return actions;
    }

    /** Every action that the first policy of this role allows, whatever its resource. */
    public Set<String> actionsOf(String role) {
        Set<String> actions = new TreeSet<>();
        resource(role)
                .at("/Policies/0/PolicyDocument/Statement")
                .forEach(statement -> actions.addAll(texts(statement.path("Action"))));
        return actions;
    }

    /** The ARN of one of the stack's resources. */
    String arn(String name) {
        return resolver.arn(name);
    }

    /** The statements of the function's role. */
    List<JsonNode> statements() {
        return resource("FunctionRole")
                .at("/Policies/0/PolicyDocument/Statement")
                .valueStream()
                .toList();
    }

    /** The raw template, functions and all. */
    JsonNode tree() {
        return tree;
    }

    /** Logical names and resolved properties of the resources of one type that these parameters make. */
    Map<String, JsonNode> resourcesOf(String type) {
        Map<String, JsonNode> found = new TreeMap<>();
        tree.path("Resources").properties().forEach(entry -> {
            JsonNode resource = entry.getValue();
            if (resource.path("Type").asText().equals(type) && made(resource)) {
                found.put(entry.getKey(), resolver.resolve(resource.path("Properties")));
            }
        });
        return found;
    }

    /** The resolved properties of one resource. */
    JsonNode resource(String name) {
        JsonNode resource = tree.path("Resources").path(name);
        if (resource.isMissingNode() || !made(resource)) {
            throw new IllegalArgumentException("these parameters make no resource " + name);
        }
        return resolver.resolve(resource.path("Properties"));
    }

    /** One text, or each of a list of texts. */
    static List<String> texts(JsonNode value) {
        return value.isArray() ? value.valueStream().map(JsonNode::asText).toList() : List.of(value.asText());
    }

    private boolean made(JsonNode resource) {
        return !resource.has("Condition")
                || resolver.holds(resource.path("Condition").asText());
    }

    private JsonNode only(String type) {
        Map<String, JsonNode> found = resourcesOf(type);
        if (found.size() != 1) {
            throw new IllegalStateException("expected one " + type + ", found " + found.keySet());
        }
        return found.values().iterator().next();
    }

    /**
     * An SSM document.
     *
     * @param script the text that SSM writes to a file and runs, with {@code {{ name }}} where a parameter goes
     * @param timeout after which SSM kills it
     * @param content the whole document as JSON, as SSM stores it
     */
    public record Document(
            String name, Map<String, Parameter> parameters, String script, Duration timeout, String content) {
        /** Copies. */
        public Document {
            parameters = Map.copyOf(parameters);
        }

        static Document of(JsonNode properties) {
            JsonNode content = properties.path("Content");
            Map<String, Parameter> parameters = new TreeMap<>();
            content.path("parameters")
                    .properties()
                    .forEach(entry -> parameters.put(entry.getKey(), Parameter.of(entry.getValue())));
            JsonNode inputs = content.at("/mainSteps/0/inputs");
            return new Document(
                    properties.path("Name").asText(),
                    parameters,
                    String.join("\n", texts(inputs.path("runCommand"))),
                    Duration.ofSeconds(inputs.path("timeoutSeconds").asLong()),
                    content.toString());
        }
    }

    /**
     * A parameter of an SSM document.
     *
     * @param allowedValues empty where any value that fits the pattern is allowed
     * @param defaultValue null where the sender has to give one
     */
    public record Parameter(
            Pattern allowedPattern,
            List<String> allowedValues,
            @Nullable String defaultValue) {
        /** Copies. */
        public Parameter {
            allowedValues = List.copyOf(allowedValues);
        }

        static Parameter of(JsonNode node) {
            return new Parameter(
                    Pattern.compile(node.path("allowedPattern").asText()),
                    node.has("allowedValues") ? texts(node.path("allowedValues")) : List.of(),
                    node.has("default") ? node.path("default").asText() : null);
        }

        /** Whether SSM lets this value through. */
        public boolean accepts(String value) {
            return allowedPattern.matcher(value).matches()
                    && (allowedValues.isEmpty() || allowedValues.contains(value));
        }
    }

    /**
     * A DynamoDB table.
     *
     * @param attributes types ({@code S} or {@code N}) by attribute name
     * @param indexes keys by index name; every index holds keys only
     * @param expiry the attribute that DynamoDB tidies by
     */
    public record TableDefinition(Map<String, String> attributes, Key key, Map<String, Key> indexes, String expiry) {
        /** Copies. */
        public TableDefinition {
            attributes = Map.copyOf(attributes);
            indexes = Map.copyOf(indexes);
        }

        static TableDefinition of(JsonNode table) {
            Map<String, String> attributes = new TreeMap<>();
            table.path("AttributeDefinitions")
                    .forEach(attribute -> attributes.put(
                            attribute.path("AttributeName").asText(),
                            attribute.path("AttributeType").asText()));
            Map<String, Key> indexes = new TreeMap<>();
            table.path("GlobalSecondaryIndexes")
                    .forEach(index -> indexes.put(index.path("IndexName").asText(), Key.of(index.path("KeySchema"))));
            return new TableDefinition(
                    attributes,
                    Key.of(table.path("KeySchema")),
                    indexes,
                    table.at("/TimeToLiveSpecification/AttributeName").asText());
        }
    }

    /** Names of the key attributes of a table or an index. */
    public record Key(String hash, String range) {
        static Key of(JsonNode schema) {
            return new Key(attribute(schema, "HASH"), attribute(schema, "RANGE"));
        }

        private static String attribute(JsonNode schema, String type) {
            return StreamSupport.stream(schema.spliterator(), false)
                    .filter(part -> part.path("KeyType").asText().equals(type))
                    .map(part -> part.path("AttributeName").asText())
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * The queue of signals and how Lambda takes from it.
     *
     * @param maxReceiveCount how often a message is delivered before it goes to the dead-letter queue
     * @param batchWindow how long Lambda gathers a batch
     */
    public record QueueSettings(Duration visibility, int maxReceiveCount, int batchSize, Duration batchWindow) {}
}
