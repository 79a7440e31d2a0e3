package launchguard.sandbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import launchguard.sandbox.wire.AwsError;
import launchguard.template.Template;
import org.jspecify.annotations.Nullable;

/** The SSM documents of the region: at first those of the stack's template. */
final class Documents {
    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*(\\w+)\\s*}}");
    private static final Map<String, List<Part>> PARTS = new ConcurrentHashMap<>();
    private final Map<String, Template.Document> documents = new TreeMap<>();

    /** A piece of a script: words, or the place of a parameter of this name. */
    private record Part(String name, String text) {}

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
        Map<String, String> values = new TreeMap<>();
        document.parameters().forEach((name, parameter) -> values.put(name, value(name, parameter, given.get(name))));
        StringBuilder text = new StringBuilder();
        for (Part part : PARTS.computeIfAbsent(document.script(), Documents::parts)) {
            text.append(values.getOrDefault(part.name(), part.text()));
        }
        return text.toString();
    }

    /**
     * The parts of a script. A value that looks like a parameter stays as it is, since the text is split before values
     * are filled in.
     */
    private static List<Part> parts(String script) {
        List<Part> parts = new ArrayList<>();
        Matcher place = PLACE.matcher(script);
        int end = 0;
        while (place.find()) {
            parts.add(new Part("", script.substring(end, place.start())));
            parts.add(new Part(place.group(1), place.group()));
            end = place.end();
        }
        parts.add(new Part("", script.substring(end)));
        return parts;
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
