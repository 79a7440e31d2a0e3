package launchguard.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import launchguard.report.PlainText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code launch-guard}. */
@Command(
        name = "launch-guard",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Finds Java services whose JDK was replaced under them while their instance was launching.",
        footer = {
            "",
            "Examples:",
            "  java -jar target/launch-guard.jar diagnose i-0123456789abcdef0",
            "  java -jar target/launch-guard.jar sweep --asg MY-GROUP",
            "  sh src/main/resources/launchguard/probe.sh \\",
            "      | java -jar target/launch-guard.jar explain -",
            "",
            "'launch-guard COMMAND --help' says more of each, with an example."
        })
public final class CommandLineTool {
    private static final List<String> COMMANDS = List.of(
            "diagnose",
            "sweep",
            "exposure",
            "cases",
            "case",
            "explain",
            "replay",
            "report",
            "remediate",
            "prevent",
            "gate",
            "completion");

    @Option(
            names = "--no-color",
            scope = ScopeType.INHERIT,
            description = "Print plain text, as with the variable NO_COLOR.")
    private boolean noColor;

    /** Ends the process with the exit code of the command. */
    public static void main(String[] arguments) {
        // Without this the SDK's log facade would print a warning to stderr.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(run(arguments));
    }

    /**
     * The tool with the command that these arguments name, or with all commands if they name none: setting up each
     * takes time.
     */
    static CommandLine line(CommandLineTool tool, String... arguments) {
        String named = arguments.length == 0 ? "" : arguments[0];
        boolean ofOneCommand = COMMANDS.contains(named) && !named.equals("completion");
        CommandLine line = new CommandLine(tool);
        for (String name : ofOneCommand ? List.of(named) : COMMANDS) {
            line.addSubcommand(name, command(name));
        }
        return line.setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static Class<?> command(String name) {
        return switch (name) {
            case "diagnose" -> Diagnose.class;
            case "sweep" -> Sweep.class;
            case "exposure" -> ExposureCommand.class;
            case "cases" -> Cases.class;
            case "case" -> ShowCase.class;
            case "explain" -> Explain.class;
            case "replay" -> Replay.class;
            case "report" -> Report.class;
            case "remediate" -> Remediate.class;
            case "prevent" -> Prevent.class;
            case "gate" -> GateCommand.class;
            case "completion" -> Completion.class;
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Runs a command and gives its exit code; 2 for usage, 1 for any error that is not a verdict. */
    static int run(String... arguments) {
        CommandLineTool tool = new CommandLineTool();
        CommandLine line = line(tool, arguments);
        return line.setErr(new Messages(System.err))
                .setExecutionExceptionHandler((fault, command, parsed) -> {
                    command.getErr()
                            .println("launch-guard: " + (fault.getMessage() == null ? fault : fault.getMessage()));
                    return ExitCode.ERROR;
                })
                .setParameterExceptionHandler(CommandLineTool::misused)
                .setExecutionStrategy(parsed -> {
                    if (tool.noColor) {
                        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
                    }
                    return new CommandLine.RunLast().execute(parsed);
                })
                .execute(arguments);
    }

    /** Prints no help: it would push the line out of sight that says what is wrong. */
    private static int misused(ParameterException fault, String[] arguments) {
        PrintWriter err = fault.getCommandLine().getErr();
        if (fault instanceof UnmatchedArgumentException unknown) {
            return unknown(err, fault.getCommandLine(), unknown);
        }
        if (fault.getArgSpec() instanceof OptionSpec option
                && option.completionCandidates() != null
                && fault.getValue() != null) {
            return unknown(err, fault.getCommandLine(), option, fault.getValue());
        }
        err.println("launch-guard: " + fault.getMessage());
        if (fault.getCommandLine().getSubcommands().isEmpty()) {
            err.print("Usage: " + fault.getCommandLine().getHelp().synopsis("Usage: ".length()));
            err.println("Try '" + fault.getCommandLine().getCommandSpec().qualifiedName() + " --help'.");
        } else {
            fault.getCommandLine().usage(err);
        }
        return ExitCode.USAGE;
    }

    /** Reports a value that the option does not take, with those that it takes. */
    private static int unknown(PrintWriter err, CommandLine line, OptionSpec option, String value) {
        List<String> words = new ArrayList<>();
        option.completionCandidates().forEach(words::add);
        String nearest = words.stream()
                .max(Comparator.comparingInt(word -> alike(word, value)))
                .filter(word -> alike(word, value) > 1)
                .map(word -> "; did you mean '" + word + "'?")
                .orElse(".");
        err.println("launch-guard: " + option.longestName() + " knows no '" + PlainText.text(value) + "'" + nearest
                + " It takes " + String.join(", ", words));
        err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    /** How many first letters two words have in common. */
    private static int alike(String word, String value) {
        int most = Math.min(word.length(), value.length());
        return (int) IntStream.range(0, most)
                .takeWhile(at -> Character.toUpperCase(word.charAt(at)) == Character.toUpperCase(value.charAt(at)))
                .count();
    }

    /** Reports an unknown name with the nearest one, and says where the others are listed. */
    private static int unknown(PrintWriter err, CommandLine line, UnmatchedArgumentException unknown) {
        String nearest = unknown.getSuggestions().stream()
                .findFirst()
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
        err.println("launch-guard: unknown '"
                + PlainText.text(unknown.getUnmatched().getFirst()) + "'" + nearest);
        err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }
}
