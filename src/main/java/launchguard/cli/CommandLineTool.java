package launchguard.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code launch-guard}. */
@Command(
        name = "launch-guard",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Finds Java services whose JDK was replaced under them while their instance was launching.",
        subcommands = {Explain.class})
public final class CommandLineTool {

    /** Ends the process with the exit code of the command. */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** Runs a command and gives its exit code; 2 for usage, 1 for any error that is not a verdict. */
    static int run(String... arguments) {
        return new CommandLine(new CommandLineTool())
                .setExecutionExceptionHandler((fault, command, parsed) -> {
                    command.getErr()
                            .println("launch-guard: " + (fault.getMessage() == null ? fault : fault.getMessage()));
                    return ExitCode.ERROR;
                })
                .execute(arguments);
    }
}
