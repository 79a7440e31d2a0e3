package launchguard.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import launchguard.aws.Session;
import launchguard.cases.Case;
import launchguard.model.CaseId;
import launchguard.probe.Evidence;
import launchguard.settings.Settings;
import launchguard.store.StoredEvidence;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code replay}: decides a case again from its stored evidence; changes nothing and calls no instance. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Judges a case's stored evidence again, with CodeDeploy's record of that time, and decides again, with other"
                    + " settings where they are given. Changes nothing, and probes no instance.",
            "",
            "The evidence is the one behind the first remedy, else the case's last. The settings are the defaults of"
                    + " the stack, in mode remediate, and then those of --set. The group is taken to be quiet: opted in,"
                    + " in service, nothing deployed, refreshed, suspended or repaired lately.",
            ""
        },
        footer = {
            Answer.EXIT_CODES,
            "Permission it needs: dynamodb:GetItem and dynamodb:Query on the table",
            "",
            "Example:",
            "  java -jar target/launch-guard.jar replay i-0123456789abcdef0 \\",
            "      --table MY-TABLE --set LAUNCH_GUARD_LADDER=restart,replace \\",
            "      --set LAUNCH_GUARD_IN_PLACE=report"
        })
final class Replay extends TableCommand {
    private static final int LARGEST_GROUP = 10_000;

    @Parameters(paramLabel = "CASE", description = "A case's id, or an instance's for its newest case.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--set",
            paramLabel = "LAUNCH_GUARD_NAME=VALUE",
            description = "A setting other than the default; may be given several times.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--desired",
            paramLabel = "N",
            description = "How many instances the group has; default: ${DEFAULT-VALUE}.")
    private int desired = 4;

    @Option(names = "--last", description = "Take the case's last evidence, not what the first remedy was decided by.")
    private boolean last;

    @Mixin
    private FormatOption.Words printing = new FormatOption.Words();

    @Override
    void check() {
        super.check();
        checkName(name);
        if (desired < 1 || desired > LARGEST_GROUP) {
            throw usage("--desired takes 1 to " + LARGEST_GROUP + " instances, not " + desired);
        }
        Settings ignored = settings();
    }

    private Settings settings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("LAUNCH_GUARD_TABLE", "replayed");
        all.put("LAUNCH_GUARD_QUEUE_URL", "replayed");
        all.put("LAUNCH_GUARD_MODE", "remediate");
        for (String variable : set.keySet()) {
            if (!Settings.NAMES.contains(variable)) {
                throw usage("--set knows no " + variable + "; it takes " + String.join(", ", Settings.NAMES));
            }
        }
        all.putAll(set);
        try {
            return Settings.from(all);
        } catch (IllegalArgumentException faulty) {
            throw usage("--set: " + String.valueOf(faulty.getMessage()).replace("the function's environment", "that"));
        }
    }

    @Override
    int run(@Nullable Session session) {
        Case current = find(required(session), name);
        Evidence evidence = last ? StoredEvidence.last(current) : StoredEvidence.first(current);
        if (evidence == null) {
            CaseId id = current.id();
            throw new IllegalArgumentException("case " + id + " keeps no evidence that can be read: it was never probed"
                    + " with success, or was stored by another version; 'diagnose " + id.instance()
                    + "' probes it anew");
        }
        ReplayResult replayed =
                ReplayResult.of(current, StoredEvidence.seen(current, last), evidence, settings(), desired);
        return replayed.print(out(), printing.format, paint());
    }
}
