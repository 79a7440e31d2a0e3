package launchguard.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The template for stack sets is template.yaml, with what SAM would make of its function written out. */
final class StackSetTest {
    private static final Path TEMPLATE = Path.of("template.yaml");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static String source() throws IOException {
        return Files.readString(TEMPLATE);
    }

    @Test
    void allButTheFunction_isTheSame_withTheSameDefaults() throws IOException {
        ObjectNode from = (ObjectNode) TemplateYaml.parse(source());
        ObjectNode written = (ObjectNode) TemplateYaml.parse(StackSetTemplate.of(source()));
        assertTrue(from.remove("Transform").isTextual());
        ObjectNode parameters = (ObjectNode) written.path("Parameters");
        assertFalse(parameters.remove("CodeBucketPrefix").has("Default"));
        assertFalse(parameters.remove("CodeKey").has("Default"));
        JsonNode function = ((ObjectNode) written.path("Resources")).remove("LaunchGuardFunction");
        JsonNode mapping = ((ObjectNode) written.path("Resources")).remove("LaunchGuardFunctionSignals");
        JsonNode serverless = ((ObjectNode) from.path("Resources")).remove("LaunchGuardFunction");
        assertEquals(from, written);
        assertEquals("AWS::Lambda::Function", function.path("Type").asText());
        assertEquals("AWS::Lambda::EventSourceMapping", mapping.path("Type").asText());
        ObjectNode own = function.path("Properties").deepCopy();
        ObjectNode theirs = serverless.path("Properties").deepCopy();
        assertEquals(
                theirs.remove("DeadLetterQueue").path("TargetArn"),
                own.remove("DeadLetterConfig").path("TargetArn"));
        assertEquals(theirs.remove("Tracing"), own.remove("TracingConfig").path("Mode"));
        theirs.remove("CodeUri");
        assertTrue(own.remove("Code").has("S3Key"));
        ObjectNode signals = ((ObjectNode) theirs.remove("Events").at("/Signals/Properties")).deepCopy();
        assertEquals(theirs, own);
        ObjectNode source = mapping.path("Properties").deepCopy();
        assertEquals(
                "LaunchGuardFunction", source.remove("FunctionName").path("Ref").asText());
        assertEquals(signals.remove("Queue"), source.remove("EventSourceArn"));
        assertEquals(signals, source);
    }

    /** SAM tags what it makes, and takes the code from where it was packaged to. */
    @Test
    void sameAsSamMakesOfIt() throws IOException, InterruptedException {
        Path result = folder.resolve("translated.json");
        int exit = run("python3", "src/test/package/stack.py", "translate", TEMPLATE.toString(), result.toString());
        orNotRun(exit, "the SAM translator (aws-sam-translator)");
        ObjectNode sam = (ObjectNode)
                new ObjectMapper().readTree(Files.readString(result)).path("Resources");
        ObjectNode ours =
                (ObjectNode) TemplateYaml.parse(StackSetTemplate.of(source())).path("Resources");
        for (ObjectNode resources : new ObjectNode[] {sam, ours}) {
            ((ObjectNode) resources.at("/LaunchGuardFunction/Properties")).remove("Code");
            ((ObjectNode) resources.at("/LaunchGuardFunction/Properties")).remove("Tags");
            ((ObjectNode) resources.at("/LaunchGuardFunctionSignals/Properties")).remove("Tags");
        }
        assertEquals(
                sam.path("LaunchGuardFunction").path("Properties"),
                ours.path("LaunchGuardFunction").path("Properties"));
        assertEquals(
                sam.path("LaunchGuardFunctionSignals").path("Properties"),
                ours.path("LaunchGuardFunctionSignals").path("Properties"));
        assertEquals(
                sam.properties().stream()
                        .map(java.util.Map.Entry::getKey)
                        .sorted()
                        .toList(),
                ours.properties().stream()
                        .map(java.util.Map.Entry::getKey)
                        .sorted()
                        .toList());
    }

    @Test
    @Tag("verify")
    void linterHasNothingToSay() throws IOException, InterruptedException {
        Path written = folder.resolve("stackset.yaml");
        Files.writeString(written, StackSetTemplate.of(source()));
        int exit = run("cfn-lint", "--regions", "us-east-1", "--template", written.toString());
        orNotRun(exit, "cfn-lint");
        assertEquals("", Files.readString(folder.resolve("out")));
    }

    @Test
    void whatItCanNotTranslate_itRefuses() throws IOException {
        String property =
                source().replace("      Timeout: 120\n", "      Timeout: 120\n      AutoPublishAlias: live\n");
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> StackSetTemplate.of(property));
        assertTrue(String.valueOf(refused.getMessage()).contains("AutoPublishAlias"), refused.toString());
        String resource =
                source().replace("\nResources:\n", "\nResources:\n  Other:\n    Type: AWS::Serverless::Api\n");
        assertThrows(IllegalStateException.class, () -> StackSetTemplate.of(resource));
    }

    private static void orNotRun(int exit, String what) {
        if (exit == 3) {
            System.err.println("NOT RUN: " + what + " is not installed");
        }
        assumeTrue(exit != 3, what + " is not installed");
        assertEquals(0, exit, what);
    }

    private int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(folder.resolve("out").toFile())
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
        } catch (IOException notInstalled) {
            return 3;
        }
    }
}
