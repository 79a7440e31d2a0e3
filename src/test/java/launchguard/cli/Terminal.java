package launchguard.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import launchguard.HangGuard;
import launchguard.sandbox.Sandbox;

/** The command line at a terminal whose AWS is a sandbox. */
public final class Terminal {
    private Terminal() {}

    /** In this process; the SDK's own properties stand for the variables that a shell would set. */
    public static ToolRun run(Sandbox aws, String... arguments) {
        return run(aws.environment(), arguments);
    }

    /** As {@link #run(Sandbox, String...)}, with the variables that the shell would have. */
    static synchronized ToolRun run(Map<String, String> environment, String... arguments) {
        Properties before = (Properties) System.getProperties().clone();
        Map.of(
                        "aws.endpointUrl", "AWS_ENDPOINT_URL",
                        "aws.region", "AWS_REGION",
                        "aws.accessKeyId", "AWS_ACCESS_KEY_ID",
                        "aws.secretAccessKey", "AWS_SECRET_ACCESS_KEY")
                .forEach((property, name) -> System.setProperty(property, environment.getOrDefault(name, "")));
        try {
            return ToolRun.of(arguments);
        } finally {
            System.setProperties(before);
        }
    }

    /** As a process of its own, with these variables and no other of AWS or of ours. */
    static ToolRun process(Path home, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Duser.home=" + home,
                "-cp",
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .filter(entry -> !entry.contains("test-classes"))
                        .collect(Collectors.joining(File.pathSeparator)),
                Launcher.class.getName()));
        command.addAll(Arrays.asList(arguments));
        Path out = home.resolve("out");
        Path err = home.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AWS_") || name.startsWith("LAUNCH_GUARD_"));
        builder.environment().putAll(Map.of("HOME", home.toString(), "AWS_EC2_METADATA_DISABLED", "true"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        int code = HangGuard.exit(process);
        return new ToolRun(code, Files.readString(out, UTF_8), Files.readString(err, UTF_8));
    }
}
