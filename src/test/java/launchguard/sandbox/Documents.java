package launchguard.sandbox;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.AwsError;
import launchguard.template.Template;
import org.jspecify.annotations.Nullable;

/** The SSM documents of the region: at first those of the stack's template. */
final class Documents {
    private final Map<String, Template.Document> documents = new TreeMap<>();

    void add(Template.Document document) {
        documents.put(document.name(), document);
    }

    /** By name or ARN. */
    Template.Document find(String name) {
        Template.Document document = documents.get(name.substring(name.lastIndexOf('/') + 1));
        if (document == null) {
            throw new AwsError("InvalidDocument", "document " + name + " does not exist");
        }
        return document;
    }

    /** The script as it reaches the instance; refuses the parameters that SSM refuses. */
    static String script(Template.Document document, Map<String, List<String>> given) {
        for (String name : given.keySet()) {
            if (!document.parameters().containsKey(name)) {
                throw new AwsError("InvalidParameters", "Parameter " + name + " is not declared by " + document.name());
            }
        }
        String text = document.script();
        for (Map.Entry<String, Template.Parameter> parameter :
                document.parameters().entrySet()) {
            String value = value(parameter.getKey(), parameter.getValue(), given.get(parameter.getKey()));
            text = text.replaceAll(
                    "\\{\\{\\s*" + Pattern.quote(parameter.getKey()) + "\\s*}}", Matcher.quoteReplacement(value));
        }
        return text;
    }

    private static String value(String name, Template.Parameter parameter, @Nullable List<String> given) {
        if (given == null) {
            String value = parameter.defaultValue();
            if (value == null) {
                throw new AwsError("InvalidParameters", "Parameter " + name + " is missing");
            }
            return value;
        }
        if (given.size() != 1 || !parameter.accepts(given.getFirst())) {
            throw new AwsError("InvalidParameters", "Parameter " + name + " has a value that is not allowed: " + given);
        }
        return given.getFirst();
    }
}
