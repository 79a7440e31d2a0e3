package launchguard.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The template as CloudFormation gets it after SAM's transform: linted, and deployed into moto and removed again. Each where
 * Python has what it takes; elsewhere the report says that it was not run.
 */
@Tag("verify")
final class SamTest {
    /** What moto's CloudFormation does not know, and leaves out. */
    private static final Set<String> UNKNOWN_TO_MOTO = Set.of(
            "AWS::SQS::QueuePolicy",
            "AWS::SNS::TopicPolicy",
            "AWS::CloudWatch::Alarm",
            "AWS::CloudWatch::CompositeAlarm");

    private static final Path TEMPLATE = Path.of("template.yaml");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private record Ended(int exit, String out, String err) {}

    private Ended run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("AWS_DEFAULT_REGION", "us-east-1");
        try {
            int exit = builder.start().waitFor();
            return new Ended(exit, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
        } catch (IOException notInstalled) {
            return new Ended(3, String.valueOf(notInstalled.getMessage()), "");
        }
    }

    private static void orNotRun(Ended ended, String what) {
        if (ended.exit() == 3) {
            System.err.println("NOT RUN: " + what + ": " + ended.out().strip());
        }
        assumeTrue(ended.exit() != 3, what + " is not installed");
        assertEquals(0, ended.exit(), ended.out() + ended.err());
    }

    private Path translated() throws IOException, InterruptedException {
        Path result = folder.resolve("translated.json");
        orNotRun(
                run("python3", "src/test/package/stack.py", "translate", TEMPLATE.toString(), result.toString()),
                "the SAM translator (aws-sam-translator)");
        return result;
    }

    @Test
    void translated_hasNoFindings() throws IOException, InterruptedException {
        Path result = translated();
        Ended lint = run("cfn-lint", "--regions", "us-east-1", "--template", result.toString());
        orNotRun(lint, "cfn-lint");
        assertEquals("", lint.out());
        JsonNode mapping = new ObjectMapper()
                .readTree(Files.readString(result))
                .at("/Resources/LaunchGuardFunctionSignals/Properties");
        assertEquals(
                "[\"ReportBatchItemFailures\"]",
                mapping.path("FunctionResponseTypes").toString());
    }

    @Test
    void translated_deploysAndLeavesNothing() throws IOException, InterruptedException {
        Ended deployed = run(
                "python3", "src/test/package/stack.py", "deploy", translated().toString());
        orNotRun(deployed, "moto, an emulator");
        JsonNode printed = new ObjectMapper().readTree(deployed.out());
        check(printed.at("/stacks/0"), Template.read(TEMPLATE));
        check(
                printed.at("/stacks/1"),
                Template.read(
                        TEMPLATE,
                        Map.of(
                                "Mode", "remediate",
                                "NotificationEmail", "sre@example.com",
                                "CreateDashboard", "yes",
                                "DocumentPrefix", "Second")));
        assertEquals("{}", printed.path("left").toString());
    }

    /** All resources that these parameters should make are there, and the commands to paste have no hole. */
    private static void check(JsonNode stack, Template template) {
        Set<String> expected = new TreeSet<>(Set.of("LaunchGuardFunctionSignals"));
        template.tree().path("Resources").properties().forEach(resource -> {
            String type = resource.getValue().path("Type").asText();
            if (!UNKNOWN_TO_MOTO.contains(type) && template.resourcesOf(type).containsKey(resource.getKey())) {
                expected.add(resource.getKey());
            }
        });
        assertEquals("CREATE_COMPLETE", stack.path("status").asText());
        assertEquals(expected, new TreeSet<>(Template.texts(stack.path("made"))));
        for (String command :
                List.of("OptInCommand", "InvokeCommand", "RemediateCommand", "RedriveCommand", "UninstallCommand")) {
            String text = stack.path("outputs").path(command).asText();
            assertTrue(text.startsWith("aws "), command + ": " + text);
            assertFalse(text.contains("${") || text.contains("None"), text);
        }
    }
}
