package launchguard.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options {@code --asg} and {@code --since}, which select launches of the table. */
final class LaunchesOption {
    @Option(names = "--asg", paramLabel = "NAME", description = "Only launches of this Auto Scaling group.")
    @Nullable
    String group;

    @Option(
            names = "--since",
            converter = Since.Reader.class,
            paramLabel = "DURATION",
            description = "How far to look back, as in PT6H or P30D; default: ${DEFAULT-VALUE}.")
    Since since;

    LaunchesOption(Duration since) {
        this.since = new Since(since);
    }
}
