package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Terraform modules: their form, by terraform itself where it is installed, and that they fit the template. */
final class TerraformTest {
    private static final Path MODULES = Path.of("packaging/terraform");

    @Test
    void form_isTerraformsOwn() throws InterruptedException {
        int exit;
        try {
            exit = new ProcessBuilder("terraform", "fmt", "-check", "-recursive", MODULES.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException notInstalled) {
            System.err.println("NOT RUN: terraform is not installed");
            exit = -1;
        }
        assumeTrue(exit != -1, "terraform is not installed");
        assertEquals(0, exit, "terraform fmt -check -recursive " + MODULES);
    }

    /** Parameters without a default must be given, and no other is named. */
    @Test
    void stackModule_givesTheParametersThatHaveNoDefault() throws IOException {
        JsonNode parameters = TemplateYaml.parse(StackSetTemplate.of(Files.readString(WriteDocuments.TEMPLATE)))
                .path("Parameters");
        Set<String> needed = new TreeSet<>();
        parameters.properties().forEach(parameter -> {
            if (!parameter.getValue().has("Default")) {
                needed.add(parameter.getKey());
            }
        });
        String module = Files.readString(MODULES.resolve("launch-guard/main.tf"));
        Set<String> given = Pattern.compile("^ {4}([A-Z][A-Za-z]+) +=", Pattern.MULTILINE)
                .matcher(module)
                .results()
                .map(MatchResult::group)
                .map(line -> line.replaceAll("[ =]", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(needed, given);
    }

    @Test
    void groupModule_hasTheTemplatesDefaults() throws IOException {
        Template template = Template.read(WriteDocuments.TEMPLATE);
        String module = Files.readString(MODULES.resolve("group/main.tf"));
        for (String parameter : new String[] {"OptInValue", "GateHookName"}) {
            String value =
                    template.tree().at("/Parameters/" + parameter + "/Default").asText();
            assertTrue(module.contains("= \"" + value + "\"\n"), parameter + " " + value);
        }
    }
}
