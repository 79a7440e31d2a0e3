package launchguard.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes template.yaml without a transform, as service-managed stack sets ask for: {@code mvn -q -Pstackset}. What SAM would
 * make of the function is written out; the rest is the same text.
 */
public final class StackSetTemplate {
    static final Path WRITTEN = Path.of("target/launch-guard-stackset.yaml");

    private static final String TRANSFORM = "Transform: AWS::Serverless-2016-10-31\n";
    private static final Pattern FUNCTION =
            Pattern.compile("^  LaunchGuardFunction:\\n(?:(?: {4}.*)?\\n)*", Pattern.MULTILINE);
    private static final Pattern EVENTS = Pattern.compile(
            "^ {6}Events:\\n {8}Signals:\\n {10}Type: SQS\\n {10}Properties:\\n((?: {12}.*\\n)+)", Pattern.MULTILINE);
    private static final Pattern PROPERTY = Pattern.compile("^ {6}([A-Za-z]+):", Pattern.MULTILINE);

    /** Of the function's properties, those that are the same in both. */
    private static final Set<String> SAME = Set.of(
            "Architectures",
            "Description",
            "Environment",
            "Handler",
            "KmsKeyArn",
            "LoggingConfig",
            "MemorySize",
            "RecursiveLoop",
            "Role",
            "Runtime",
            "Timeout",
            "VpcConfig");

    /** The others, but for the events: the whole line in either. */
    private static final Map<String, String> OTHERS = Map.of(
            "    Type: AWS::Serverless::Function\n",
            "    Type: AWS::Lambda::Function\n",
            "      CodeUri: .\n",
            "      Code: {S3Bucket: !Sub '${CodeBucketPrefix}-${AWS::Region}', S3Key: !Ref CodeKey}\n",
            "      Tracing: !Ref Tracing\n",
            "      TracingConfig: {Mode: !Ref Tracing}\n",
            "      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt DeadLetterQueue.Arn}\n",
            "      DeadLetterConfig: {TargetArn: !GetAtt DeadLetterQueue.Arn}\n");

    private static final String PARAMETERS = """
            Parameters:
              CodeBucketPrefix:
                Type: String
                AllowedPattern: '^[a-z0-9][a-z0-9.-]{1,45}$'
                ConstraintDescription: the name of an S3 bucket without -REGION at its end
                Description: >-
                  Lambda takes code from its own region only: each region's package lies in the bucket PREFIX-REGION.
              CodeKey:
                Type: String
                MinLength: 1
                Description: >-
                  Key of the package in those buckets. A new version needs a new key: CloudFormation does not see that an object
                  has changed.
            """;

    private StackSetTemplate() {}

    /** Takes no arguments; runs in the project's directory. */
    public static void main(String[] arguments) throws IOException {
        Files.createDirectories(WRITTEN.toAbsolutePath().getParent());
        Files.writeString(WRITTEN, of(Files.readString(WriteDocuments.TEMPLATE)));
        System.out.println(WRITTEN + " written");
    }

    /** The template without a transform; refuses what it would have to guess. */
    static String of(String template) {
        Matcher function = FUNCTION.matcher(template);
        if (!function.find()) {
            throw new IllegalStateException("template.yaml has no resource LaunchGuardFunction");
        }
        String written = template.substring(0, function.start())
                + translated(function.group())
                + template.substring(function.end());
        written = once(written, TRANSFORM, "");
        written = once(written, "\nParameters:\n", "\n" + PARAMETERS);
        if (written.contains("Type: AWS::Serverless::")) {
            throw new IllegalStateException("template.yaml has a second serverless resource, which is not translated");
        }
        return written;
    }

    private static String translated(String function) {
        Matcher events = EVENTS.matcher(function);
        if (!events.find()) {
            throw new IllegalStateException("the function's events are not the one queue that is known here");
        }
        String mapping = events.group(1).replaceAll("(?m)^ {12}", "      ");
        String rest = events.replaceFirst("").stripTrailing() + "\n";
        for (Map.Entry<String, String> line : OTHERS.entrySet()) {
            rest = once(rest, line.getKey(), line.getValue());
        }
        Set<String> unknown = new TreeSet<>();
        PROPERTY.matcher(rest).results().map(found -> found.group(1)).forEach(unknown::add);
        unknown.removeAll(SAME);
        unknown.removeAll(Set.of("Code", "TracingConfig", "DeadLetterConfig"));
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("how to write these of the function without SAM is not known: " + unknown);
        }
        return rest + "\n  LaunchGuardFunctionSignals:\n    Type: AWS::Lambda::EventSourceMapping\n    Properties:\n"
                + "      FunctionName: !Ref LaunchGuardFunction\n"
                + once(mapping, "      Queue: ", "      EventSourceArn: ")
                + "\n";
    }

    private static String once(String text, String from, String to) {
        int at = text.indexOf(from);
        if (at < 0 || text.indexOf(from, at + 1) >= 0) {
            throw new IllegalStateException("template.yaml should have exactly one \"" + from.strip() + "\"");
        }
        return text.substring(0, at) + to + text.substring(at + from.length());
    }
}
