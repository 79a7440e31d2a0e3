package launchguard.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion}: a script that makes a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Prints a script that makes bash or zsh complete the command launch-guard.",
        footer = {
            "",
            "It completes a command of that name. Example, for this shell:",
            "  alias launch-guard=\"java -jar $PWD/target/launch-guard.jar\"",
            "  eval \"$(launch-guard completion)\""
        })
final class Completion implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", arity = "0..1", description = "bash or zsh; one script serves both.")
    private @Nullable Shell shell;

    /** The shells that it serves. */
    enum Shell {
        bash,
        zsh
    }

    @Override
    public Integer call() {
        // Bash and zsh take the same script: picocli's script loads zsh's emulation of bash completion.
        spec.commandLine().getOut().println("# Completion for " + (shell == null ? "bash and zsh" : shell) + ".");
        spec.commandLine()
                .getOut()
                .print(AutoComplete.bash("launch-guard", spec.root().commandLine()));
        spec.commandLine().getOut().flush();
        return 0;
    }
}
