package launchguard.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import launchguard.aws.AwsFailureException;
import launchguard.aws.Session;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that calls AWS: credentials, region, and advice about failed calls. */
abstract class AwsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    CommandSpec spec;

    @Option(names = "--region", paramLabel = "NAME", description = "The region; default: as the AWS SDK finds it.")
    private @Nullable String region;

    @Option(names = "--profile", paramLabel = "NAME", description = "The profile of the AWS config files to use.")
    private @Nullable String profile;

    @Override
    public final Integer call() throws Exception {
        if (region != null && !region.matches("[a-z0-9-]{1,63}")) {
            throw usage("--region takes a region's name, as in ap-northeast-1, not '" + region + "'");
        }
        check();
        Session session = needsAws() ? Session.open(region, profile) : null;
        try {
            return run(session);
        } catch (AwsFailureException fault) {
            complain(fault.getMessage());
            String advice = Advice.of(fault, session == null ? "no region" : session.region());
            if (!advice.isEmpty()) {
                err().println(advice);
            }
            return ExitCode.ERROR;
        }
    }

    /** Wrong usage is reported before any call. */
    void check() {}

    /** Whether these options need AWS at all; if not, no credentials are needed. */
    boolean needsAws() {
        return true;
    }

    /** Runs the command and returns the exit code; the session is null only if {@link #needsAws} is false. */
    abstract int run(@Nullable Session session) throws Exception;

    static Session required(@Nullable Session session) {
        if (session == null) {
            throw new IllegalStateException("asked AWS without credentials");
        }
        return session;
    }

    final void complain(@Nullable String message) {
        err().println("launch-guard: " + message);
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    final VerdictColours paint() {
        return VerdictColours.of(spec);
    }

    final InstanceId instance(String id) {
        try {
            return new InstanceId(id);
        } catch (IllegalArgumentException notAnId) {
            throw usage(String.valueOf(notAnId.getMessage()));
        }
    }

    final ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
