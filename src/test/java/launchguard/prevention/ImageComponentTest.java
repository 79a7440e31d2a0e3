package launchguard.prevention;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import launchguard.HangGuard;
import launchguard.probe.Shell;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The documents for image builds. Their steps are run for real, in roots that are booted, by src/test/boots/image. */
@Tag("verify")
class ImageComponentTest {
    private static final String PLACE = "/usr/local/lib/codedeploy-agent-order";

    @TempDir
    Path directory;

    private record Run(int exitCode, String output) {}

    @Test
    void filesInIt_areThoseOfSystemd() throws IOException {
        var component = Files.readString(ImageComponent.FILE);

        assertEquals(ImageComponent.written(component), component, "mvn -q -Pdocuments writes it anew");
        try (var files = Files.list(Path.of("prevention/systemd"))) {
            assertEquals(
                    Set.copyOf(ImageComponent.CARRIED),
                    Set.copyOf(files.map(file -> file.getFileName().toString()).toList()));
        }
    }

    /** https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-use-documents.html */
    @Test
    void form_isImageBuilders() throws IOException {
        var text = Files.readString(ImageComponent.FILE);
        var component = component();

        assertTrue(text.length() <= 16_000, "CreateComponent takes 16000 characters inline: " + text.length());
        assertEquals(Set.of("name", "description", "schemaVersion", "phases"), names(component));
        assertEquals(1.0, component.path("schemaVersion").asDouble());
        assertEquals(
                List.of("build", "validate", "test"),
                component
                        .path("phases")
                        .valueStream()
                        .map(phase -> phase.path("name").asText())
                        .toList());
        for (var phase : component.path("phases")) {
            assertEquals(Set.of("name", "steps"), names(phase));
            for (var step : phase.path("steps")) {
                assertEquals(Set.of("name", "action", "timeoutSeconds", "onFailure", "inputs"), names(step));
                assertEquals("ExecuteBash", step.path("action").asText());
                assertEquals("Abort", step.path("onFailure").asText(), "a step that fails must fail the image");
                var commands = step.at("/inputs/commands");
                assertEquals(1, commands.size(), "one command, so that its exit code is the step's");
                assertTrue(!commands.path(0).asText().contains("{{"), "Image Builder would put a variable there");
            }
        }
    }

    @Test
    void buildStep_laysFilesThatOrderTheAgent_andTheValidateStepSaysSo() throws Exception {
        var place = directory.resolve("place");
        var root = Files.createDirectories(directory.resolve("root"));
        var units = Files.createDirectories(root.resolve("usr/lib/systemd/system"));
        Files.writeString(units.resolve("codedeploy-agent.service"), "[Install]\nWantedBy=multi-user.target\n");
        var steps = component().at("/phases/0/steps");

        var laid = bash(steps.at("/0/inputs/commands/0").asText().replace(PLACE, place.toString()));

        assertEquals(new Run(0, ""), laid);
        for (var name : ImageComponent.CARRIED) {
            assertEquals(Files.readString(Path.of("prevention/systemd", name)), Files.readString(place.resolve(name)));
        }
        assertEquals(
                "sh " + PLACE + "/install", steps.at("/1/inputs/commands/0").asText());
        assertEquals(1, bash("sh " + place + "/check --root " + root).exitCode());
        assertEquals(0, bash("sh " + place + "/install --root " + root).exitCode());
        assertEquals(0, bash("sh " + place + "/check --root " + root).exitCode());
    }

    @Test
    void packersSnippet_isValid() throws Exception {
        var snippet = Path.of("prevention/image/agent-after-cloud-init.pkr.hcl");
        var text = Files.readString(snippet);
        for (var part : List.of("\"${path.root}/../systemd/\"", PLACE + "/install", PLACE + "/check --boot")) {
            assertTrue(text.contains(part), part);
        }
        assumeTrue(Shell.find("packer") != null, "packer is not installed");

        var run = bash("packer validate -var source_ami=ami-0123456789abcdef0 " + snippet.toAbsolutePath());

        assertEquals(0, run.exitCode(), run::output);
    }

    private static JsonNode component() throws IOException {
        var yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        return new ObjectMapper().valueToTree(yaml.<Object>load(Files.readString(ImageComponent.FILE)));
    }

    private static Set<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).collect(Collectors.toSet());
    }

    private Run bash(String commands) throws Exception {
        var process = new ProcessBuilder("bash", "-c", commands)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var output = HangGuard.output(process);
        return new Run(process.exitValue(), output);
    }
}
