package launchguard.sandbox;

import java.io.PrintStream;
import java.net.URI;
import launchguard.LaunchGuardFunction;
import launchguard.aws.Clients;
import launchguard.flow.Settings;
import launchguard.sandbox.wire.Endpoint;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** The function as the stack would start it, with the sandbox for AWS. */
public final class Functions {
    private Functions() {}

    /** Installs the function in a sandbox; its log goes there. */
    public static LaunchGuardFunction install(Sandbox aws, PrintStream log) {
        LaunchGuardFunction function = new LaunchGuardFunction(
                Settings.from(aws.environment()),
                Clients.with(builder -> builder.endpointOverride(
                                URI.create(aws.environment().getOrDefault("AWS_ENDPOINT_URL", "")))
                        .region(Region.of(aws.environment().getOrDefault("AWS_REGION", "")))
                        .credentialsProvider(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(Endpoint.FUNCTION_KEY, "test")))),
                aws.clock(),
                aws::advance,
                log);
        aws.function(function);
        return function;
    }
}
