package launchguard.cli;

import java.time.Duration;
import launchguard.aws.Session;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that sends the stack's probe to instances and waits for it. */
abstract class ProbeCommand extends AwsCommand {
    private static final int LONGEST_WAIT = 900;

    @Option(
            names = "--document-prefix",
            paramLabel = "PREFIX",
            defaultValue = "${env:LAUNCH_GUARD_DOCUMENT_PREFIX}",
            description = "The prefix of the names of the stack's SSM documents; default: variable"
                    + " LAUNCH_GUARD_DOCUMENT_PREFIX, else LaunchGuard.")
    private @Nullable String prefix;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "How long to wait for the probe's end, 1 to 900; default: ${DEFAULT-VALUE}.")
    private int wait = 60;

    @Override
    void check() {
        if (wait < 1 || wait > LONGEST_WAIT) {
            throw usage("--wait takes 1 to " + LONGEST_WAIT + " seconds, not " + wait);
        }
        if (!prefix().matches("[A-Za-z0-9_.-]{3,100}")) {
            throw usage("--document-prefix takes 3 to 100 letters, digits, dots, dashes or underscores, not '"
                    + prefix() + "'");
        }
    }

    /** The default prefix of the documents' names. */
    String usualPrefix() {
        return "LaunchGuard";
    }

    final String prefix() {
        return prefix == null || prefix.isBlank() ? usualPrefix() : prefix;
    }

    final ProbeRunner probeRunner(Session session) {
        return probeRunner(session, Progress.on(err()));
    }

    final ProbeRunner probeRunner(Session session, Progress progress) {
        return new ProbeRunner(session, prefix(), progress, Duration.ofSeconds(wait));
    }
}
