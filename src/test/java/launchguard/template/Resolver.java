package launchguard.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CloudFormation's functions worked out for given parameters, in a made-up account and region. */
final class Resolver {
    static final String REGION = "us-east-1";
    static final String ACCOUNT = "123456789012";
    static final String STACK = "launch-guard";

    private static final JsonNodeFactory MAKE = JsonNodeFactory.instance;
    private static final JsonNode NOTHING = MissingNode.getInstance();
    private static final Pattern SUB = Pattern.compile("\\$\\{([A-Za-z0-9:.]+)}");
    private static final Map<String, String> PSEUDO = Map.of(
            "AWS::Region", REGION,
            "AWS::AccountId", ACCOUNT,
            "AWS::Partition", "aws",
            "AWS::URLSuffix", "amazonaws.com",
            "AWS::StackName", STACK);

    private final JsonNode template;
    private final Map<String, String> given;

    Resolver(JsonNode template, Map<String, String> given) {
        this.template = template;
        this.given = Map.copyOf(given);
    }

    boolean holds(String condition) {
        JsonNode definition = template.path("Conditions").path(condition);
        if (definition.isMissingNode()) {
            throw new IllegalArgumentException("no condition " + condition);
        }
        return truth(definition);
    }

    /** The value with every function worked out; what is {@code AWS::NoValue} is left out of its list or object. */
    JsonNode resolve(JsonNode value) {
        if (value.isArray()) {
            ArrayNode all = MAKE.arrayNode();
            value.forEach(element -> {
                JsonNode resolved = resolve(element);
                if (!resolved.isMissingNode()) {
                    all.add(resolved);
                }
            });
            return all;
        }
        if (!value.isObject()) {
            return value;
        }
        if (value.size() == 1) {
            String name = value.fieldNames().next();
            JsonNode argument = value.path(name);
            switch (name) {
                case "Ref" -> {
                    return reference(argument.asText());
                }
                case "Fn::GetAtt" -> {
                    return TextNode.valueOf(
                            attribute(argument.get(0).asText(), argument.get(1).asText()));
                }
                case "Fn::Sub" -> {
                    return TextNode.valueOf(substitute(argument.asText()));
                }
                case "Fn::Join" -> {
                    return TextNode.valueOf(join(argument));
                }
                case "Fn::If" -> {
                    return resolve(argument.get(holds(argument.get(0).asText()) ? 1 : 2));
                }
                default -> {}
            }
        }
        ObjectNode object = MAKE.objectNode();
        value.properties().forEach(entry -> {
            JsonNode resolved = resolve(entry.getValue());
            if (!resolved.isMissingNode()) {
                object.set(entry.getKey(), resolved);
            }
        });
        return object;
    }

    private boolean truth(JsonNode condition) {
        String name = condition.fieldNames().next();
        JsonNode argument = condition.path(name);
        return switch (name) {
            case "Condition" -> holds(argument.asText());
            case "Fn::Equals" ->
                resolve(argument.get(0))
                        .asText()
                        .equals(resolve(argument.get(1)).asText());
            case "Fn::Not" -> !truth(argument.get(0));
            case "Fn::And" -> argument.valueStream().allMatch(this::truth);
            case "Fn::Or" -> argument.valueStream().anyMatch(this::truth);
            default -> throw new IllegalArgumentException("no truth in " + condition);
        };
    }

    private JsonNode reference(String name) {
        if (name.equals("AWS::NoValue")) {
            return NOTHING;
        }
        String pseudo = name.startsWith("AWS::") ? given.getOrDefault(name, PSEUDO.get(name)) : null;
        if (pseudo != null) {
            return TextNode.valueOf(pseudo);
        }
        JsonNode parameter = template.path("Parameters").path(name);
        if (!parameter.isMissingNode()) {
            String value = given.getOrDefault(name, parameter.path("Default").asText());
            return parameter.path("Type").asText().equals("CommaDelimitedList") ? list(value) : TextNode.valueOf(value);
        }
        JsonNode resource = resource(name);
        return TextNode.valueOf(
                switch (resource.path("Type").asText()) {
                    case "AWS::SSM::Document" ->
                        resolve(resource.path("Properties").path("Name")).asText();
                    case "AWS::SQS::Queue" ->
                        "https://sqs." + REGION + ".amazonaws.com/" + ACCOUNT + "/" + STACK + "-" + name;
                    case "AWS::SNS::Topic" -> attribute(name, "Arn");
                    default -> STACK + "-" + name;
                });
    }

    String arn(String name) {
        return attribute(name, "Arn");
    }

    private static JsonNode list(String value) {
        ArrayNode all = MAKE.arrayNode();
        for (String element : value.split(",", -1)) {
            all.add(element);
        }
        return all;
    }

    private String attribute(String name, String attribute) {
        JsonNode resource = resource(name);
        if (!attribute.equals("Arn")) {
            return STACK + "-" + name;
        }
        String[] type = resource.path("Type").asText().toLowerCase(Locale.ROOT).split("::", -1);
        return "arn:aws:%s:%s:%s:%s/%s-%s".formatted(type[1], REGION, ACCOUNT, type[2], STACK, name);
    }

    private String substitute(String text) {
        return SUB.matcher(text).replaceAll(match -> {
            String name = match.group(1);
            int dot = name.indexOf('.');
            return Matcher.quoteReplacement(
                    dot < 0 ? reference(name).asText() : attribute(name.substring(0, dot), name.substring(dot + 1)));
        });
    }

    private String join(JsonNode argument) {
        return String.join(
                argument.get(0).asText(),
                resolve(argument.get(1)).valueStream().map(JsonNode::asText).toList());
    }

    private JsonNode resource(String name) {
        JsonNode resource = template.path("Resources").path(name);
        if (resource.isMissingNode()) {
            throw new IllegalArgumentException("no parameter or resource " + name);
        }
        return resource;
    }
}
