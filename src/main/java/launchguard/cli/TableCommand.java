package launchguard.cli;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import launchguard.aws.CaseArchive;
import launchguard.aws.DynamoCaseStore;
import launchguard.aws.Session;
import launchguard.cases.Case;
import launchguard.model.CaseId;
import launchguard.model.InstanceId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that reads the stack's table of cases. */
abstract class TableCommand extends AwsCommand {
    private static final String MISSING = "which table? Give --table NAME or set LAUNCH_GUARD_TABLE; the stack's output"
            + " TableName has it: aws cloudformation describe-stacks --stack-name launch-guard --query"
            + " \"Stacks[0].Outputs[?OutputKey=='TableName'].OutputValue\" --output text";

    @Option(
            names = "--table",
            paramLabel = "NAME",
            defaultValue = "${env:LAUNCH_GUARD_TABLE}",
            description = "The stack's table (its output TableName); default: variable LAUNCH_GUARD_TABLE.")
    private @Nullable String table;

    @Override
    void check() {
        if (needsAws() && needsTable()) {
            tableName();
        }
    }

    /** Whether these options read the table. */
    boolean needsTable() {
        return true;
    }

    private String tableName() {
        if (table == null || table.isBlank()) {
            throw usage(MISSING);
        }
        if (!table.matches("[A-Za-z0-9_.-]{3,255}")) {
            throw usage("--table takes a table's name of 3 to 255 letters, digits, _, . and -, not '" + table + "'");
        }
        return table;
    }

    final CaseArchive archive(Session session) {
        return new CaseArchive(session.clients(), tableName());
    }

    /** The cases of these launches, the newest first; those that can't be read are named on stderr. */
    final List<Case> opened(Session session, LaunchesOption launches, Instant now) {
        CaseArchive.Found found = archive(session).openedSince(now.minus(launches.since.duration()));
        if (found.unreadable() > 0) {
            complain(found.unreadable() + " cases can't be read: they were stored by another version");
        }
        return found.cases().stream()
                .filter(stored ->
                        launches.group == null || stored.group().value().equals(launches.group))
                .toList();
    }

    final DynamoCaseStore store(Session session) {
        return new DynamoCaseStore(session.clients(), tableName());
    }

    /** A case by its own name, or the newest of an instance. */
    final Case find(Session session, String name) {
        Optional<Case> found = name.contains(".")
                ? store(session).find(caseId(name))
                : store(session).latest(instance(name));
        return found.orElseThrow(() -> new IllegalArgumentException("table " + tableName() + " in " + session.region()
                + " has no case " + name + "; cases are kept for 90 days, and 'cases --since P90D' lists them"));
    }

    /** Reported as wrong usage before AWS is called. */
    final void checkName(String name) {
        if (name.contains(".")) {
            caseId(name);
        } else {
            InstanceId ignored = instance(name);
        }
    }

    private CaseId caseId(String name) {
        try {
            return CaseId.parse(name);
        } catch (IllegalArgumentException notOne) {
            throw usage(String.valueOf(notOne.getMessage()));
        }
    }
}
