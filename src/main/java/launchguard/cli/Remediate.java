package launchguard.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.Console;
import java.util.Set;
import launchguard.aws.FunctionCall;
import launchguard.aws.Session;
import launchguard.model.InstanceId;
import launchguard.report.PlainText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code remediate}: asks the deployed function to repair an instance, so that its budgets and limits hold. */
@Command(
        name = "remediate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description =
                "Asks the stack's function to diagnose an instance and, if it is broken, to repair it: restart,"
                        + " redeploy or replace, by the function's own mode, ladder, budgets and opt-in tag. Asks before it acts.",
        footer = {
            "",
            "Exit codes: 0 healthy, repaired or under way, 10 refused or a person is needed, 12 no verdict, 2 wrong usage,"
                    + " 1 any other error.",
            "",
            "Permission it needs: lambda:InvokeFunction on the function",
            "",
            "Example:",
            "  java -jar target/launch-guard.jar remediate i-0123456789abcdef0 \\",
            "      --function MY-FUNCTION"
        })
final class Remediate extends AwsCommand {
    private static final Set<String> FOR_PEOPLE = Set.of("REFUSED", "ESCALATED", "REPORTED", "IGNORED");

    @Parameters(paramLabel = "INSTANCE_ID", description = "The instance: i-…")
    @SuppressWarnings("NullAway.Init")
    private String id;

    @Option(
            names = "--function",
            paramLabel = "NAME",
            defaultValue = "${env:LAUNCH_GUARD_FUNCTION}",
            description = "The stack's function (its output FunctionName); default: variable LAUNCH_GUARD_FUNCTION.")
    private @Nullable String function;

    @Option(
            names = {"-y", "--yes"},
            description = "Don't ask for confirmation; for scripts.")
    private boolean yes;

    @Mixin
    private FormatOption.Words printing = new FormatOption.Words();

    @Override
    void check() {
        InstanceId ignored = instance(id);
        if (function == null || function.isBlank()) {
            throw usage(
                    "which function? Give --function NAME or set LAUNCH_GUARD_FUNCTION; the stack's output FunctionName"
                            + " has it");
        }
        if (!function.matches("[A-Za-z0-9:_-]{1,170}")) {
            throw usage("--function takes a function's name or ARN, not '" + function + "'");
        }
        if (!yes && terminal() == null) {
            throw usage("remediate asks before it acts, and nobody is there to answer: give --yes");
        }
    }

    @Override
    int run(@Nullable Session session) throws JsonProcessingException {
        if (!yes && !agreed(required(session))) {
            complain("nothing was done");
            return ExitCode.ERROR;
        }
        FunctionCall.Answered answer = new FunctionCall(required(session))
                .invoke(
                        String.valueOf(function),
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("instanceId", id)
                                .put("action", "remediate")
                                .toString());
        JsonNode json = new ObjectMapper().readTree(answer.json());
        if (answer.failed()) {
            throw new IllegalStateException("the function failed: "
                    + PlainText.text(json.path("errorMessage").asText(answer.json())) + "; its log group has more");
        }
        new RemediationReport(json).print(out(), printing.format, paint());
        String status = json.path("status").asText();
        return FOR_PEOPLE.contains(status) ? 10 : status.equals("UNRESOLVED") ? 12 : 0;
    }

    private boolean agreed(Session session) {
        Console console = terminal();
        if (console == null) {
            return false;
        }
        String answer = console.readLine(
                "Function %s in %s will probe %s and, if it is broken, restart, redeploy or replace it. Go on? [y/N] ",
                function, session.region(), id);
        return answer != null && answer.strip().matches("(?i)y(es)?");
    }

    @SuppressWarnings("SystemConsoleNull") // where output is redirected, one of the JDK's consoles is null
    private static @Nullable Console terminal() {
        Console console = System.console();
        return console != null && console.isTerminal() ? console : null;
    }
}
