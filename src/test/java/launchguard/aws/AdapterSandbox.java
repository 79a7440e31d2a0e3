package launchguard.aws;

import java.net.URI;
import launchguard.sandbox.Sandbox;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The adapters with the function's own clients, in a sandbox. */
final class AdapterSandbox {
    private AdapterSandbox() {}

    static Clients clients(Sandbox aws) {
        return Clients.with(builder -> builder.endpointOverride(
                        URI.create(aws.environment().getOrDefault("AWS_ENDPOINT_URL", "")))
                .region(software.amazon.awssdk.regions.Region.of(
                        aws.environment().getOrDefault("AWS_REGION", "")))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"))));
    }
}
