package launchguard.sandbox;

import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import launchguard.LaunchGuardFunction;
import launchguard.aws.Clients;
import launchguard.settings.Settings;

/** The function as the stack would start it, with the sandbox for AWS. */
public final class Functions {
    private Functions() {}

    /** The function's clients for this sandbox, for tests that read its table. */
    public static Clients clients(Sandbox aws) {
        return Callers.of(URI.create(aws.environment().getOrDefault("AWS_ENDPOINT_URL", "")));
    }

    /** The same clients for a test that makes calls itself and has no role. */
    public static Clients unbound(Sandbox aws) {
        return Callers.unbound(URI.create(aws.environment().getOrDefault("AWS_ENDPOINT_URL", "")));
    }

    /** Installs the function in a sandbox; its log goes there. */
    public static LaunchGuardFunction install(Sandbox aws, PrintStream log) {
        return install(aws, log, Duration.ZERO);
    }

    /** Installs a function whose clock differs by so much. */
    public static LaunchGuardFunction install(Sandbox aws, PrintStream log, Duration wrongBy) {
        LaunchGuardFunction function = new LaunchGuardFunction(
                Settings.from(aws.environment()),
                clients(aws),
                aws.clock().wrongBy(wrongBy),
                aws::advance,
                log,
                aws.workers());
        aws.function(function);
        return function;
    }
}
