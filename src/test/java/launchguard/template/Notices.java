package launchguard.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.event.ruler.Ruler;

/** What EventBridge makes of an event for the topic: the rules that take it, and their input transformers. */
public final class Notices {
    private static final Pattern VARIABLE = Pattern.compile("<([A-Za-z0-9_-]+)>");

    private final Map<String, JsonNode> rules;

    private Notices(Map<String, JsonNode> rules) {
        this.rules = Map.copyOf(rules);
    }

    /** Those of a stack. */
    public static Notices of(Template template) {
        Map<String, JsonNode> rules = new TreeMap<>(template.resourcesOf("AWS::Events::Rule"));
        rules.values().removeIf(rule -> !rule.at("/Targets/0").has("InputTransformer"));
        return new Notices(rules);
    }

    /**
     * The messages by the name of their rule. A variable whose path is not in the event becomes nothing, and one that no
     * path defines stays as it is: as EventBridge does it.
     */
    public Map<String, String> of(JsonNode event) throws Exception {
        Map<String, String> messages = new TreeMap<>();
        for (Map.Entry<String, JsonNode> rule : rules.entrySet()) {
            if (Ruler.matchesRule(
                    event.toString(), rule.getValue().path("EventPattern").toString())) {
                messages.put(rule.getKey(), message(rule.getValue().at("/Targets/0/InputTransformer"), event));
            }
        }
        return messages;
    }

    private static String message(JsonNode transformer, JsonNode event) {
        JsonNode paths = transformer.path("InputPathsMap");
        return VARIABLE.matcher(transformer.path("InputTemplate").asText())
                .replaceAll(variable -> Matcher.quoteReplacement(
                        paths.has(variable.group(1))
                                ? event.at(paths.path(variable.group(1))
                                                .asText()
                                                .substring(1)
                                                .replace('.', '/'))
                                        .asText()
                                : variable.group()));
    }
}
