package launchguard.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** YAML with CloudFormation's short tags, as the JSON that it is short for: {@code !Ref X} is {@code {"Ref": "X"}}. */
final class TemplateYaml {
    private static final ObjectMapper JSON = new ObjectMapper();

    private TemplateYaml() {}

    static JsonNode parse(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        // CloudFormation knows no aliases, so neither does this.
        options.setMaxAliasesForCollections(0);
        options.setCodePointLimit(4 << 20);
        return JSON.valueToTree(new Yaml(new Tags(options)).<Object>load(text));
    }

    private static final class Tags extends SafeConstructor {
        Tags(LoaderOptions options) {
            super(options);
            yamlMultiConstructors.put("!", new ShortTag());
        }

        private final class ShortTag extends AbstractConstruct {
            @Override
            public Object construct(Node node) {
                String name = node.getTag().getValue().substring(1);
                Object value = value(node);
                return switch (name) {
                    case "Ref", "Condition" -> Map.of(name, value);
                    case "GetAtt" ->
                        Map.of("Fn::GetAtt", value instanceof String path ? List.of(path.split("\\.", 2)) : value);
                    default -> Map.of("Fn::" + name, value);
                };
            }

            private Object value(Node node) {
                return switch (node) {
                    case ScalarNode scalar -> scalar.getValue();
                    case SequenceNode sequence -> constructSequence(sequence);
                    case MappingNode mapping -> constructMapping(mapping);
                    case @Nullable Node other -> throw new IllegalArgumentException("no value for the tag of " + other);
                };
            }
        }
    }
}
