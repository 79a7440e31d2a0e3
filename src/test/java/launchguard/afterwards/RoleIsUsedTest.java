package launchguard.afterwards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import launchguard.sandbox.CalledActions;
import launchguard.template.Role;
import org.junit.jupiter.api.Test;

/**
 * The role of the stack against what the function called in all tests before: nothing missing, nothing extra, and each
 * call on a resource and under the conditions that a statement asks for. Maven runs it after the others. Run alone, or
 * after some of them only, it fails.
 */
class RoleIsUsedTest {
    /** Called by AWS in the function's name, never by the function: no test can see them. */
    private static final Map<String, Set<String>> BY_AWS_ITSELF = Map.of(
            "Lambda writes the log", Set.of("WriteLog logs:CreateLogStream", "WriteLog logs:PutLogEvents"),
            "Lambda takes signals from the queue",
                    Set.of(
                            "UseQueue sqs:ReceiveMessage",
                            "UseQueue sqs:DeleteMessage",
                            "UseQueue sqs:GetQueueAttributes"),
            "Lambda keeps events that failed three times", Set.of("KeepFailedEvents sqs:SendMessage"),
            "SQS and DynamoDB use the key", Set.of("UseKey kms:Decrypt", "UseKey kms:GenerateDataKey"),
            "Lambda traces", Set.of("Trace xray:PutTraceSegments", "Trace xray:PutTelemetryRecords"));

    /** What LambdaLimitsTest calls on purpose, to see that the sandbox denies it. */
    private static final Set<String> ON_PURPOSE = Set.of(
            "DENIED ec2:DeleteTags ",
            "DENIED ssm:SendCommand arn:aws:ssm:us-east-1:123456789012:document/AWS-RunShellScript ");

    private static Set<String> called() throws IOException {
        assertTrue(
                Files.isDirectory(CalledActions.FOLDER),
                CalledActions.FOLDER + " is not there: this runs after the tests that call the function (mvn verify)");
        Set<String> called = new TreeSet<>();
        try (Stream<Path> files = Files.list(CalledActions.FOLDER)) {
            for (Path file : files.toList()) {
                called.addAll(Files.readAllLines(file));
            }
        }
        return called;
    }

    @Test
    void nothingIsMissing() throws IOException {
        Set<String> denied = new TreeSet<>(called());
        denied.removeIf(line -> !line.startsWith(CalledActions.DENIED));
        denied.removeIf(line -> ON_PURPOSE.stream().anyMatch(line::startsWith));
        assertEquals(Set.of(), denied);
    }

    @Test
    void nothingIsExtra() throws IOException {
        Set<String> unused = new TreeSet<>(Role.grants().keySet());
        unused.removeAll(called());
        Set<String> byAws = new TreeSet<>();
        BY_AWS_ITSELF.values().forEach(byAws::addAll);
        assertEquals(byAws, unused);
    }
}
