package launchguard.settings;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import launchguard.guard.Limits;
import launchguard.guard.Rung;
import launchguard.model.GroupName;

/**
 * The function's environment, read once.
 *
 * @param groups the only Auto Scaling groups that are checked; empty means all that have opted in
 * @param limits what the owner allows
 * @param launchWindow how long after its launch an instance is checked
 * @param gate the launch gate
 * @param afterPatch whether instances are probed after patching, and once a day
 * @param bootDeadline how long after boot cloud-init and the deployment may take
 */
public record Settings(
        String table,
        String queueUrl,
        String documentPrefix,
        String optInValue,
        Set<GroupName> groups,
        Limits limits,
        Duration launchWindow,
        Duration bootDeadline,
        GateSettings gate,
        boolean afterPatch) {
    /** The key of the opt-in tag is fixed: IAM conditions can't take a parameter as key. */
    public static final String OPT_IN_KEY = "launch-guard";

    /** The key of the tag by which a group lowers itself to mode observe. */
    public static final String MODE_KEY = "launch-guard-mode";

    private static final String OBSERVE = "observe";

    /** Copies its set. */
    public Settings {
        groups = Set.copyOf(groups);
    }

    /** Whether this group may be checked at all, by whatever signal. */
    public boolean selects(GroupName group) {
        return groups.isEmpty() || groups.contains(group);
    }

    /** Whether these tags of a group lower it to mode observe; no value raises a group. */
    public static boolean observed(Map<String, String> tags) {
        return OBSERVE.equals(tags.get(MODE_KEY));
    }

    /** The variables that a decision depends on. */
    public static final List<String> NAMES = List.of(
            "LAUNCH_GUARD_MODE",
            "LAUNCH_GUARD_LADDER",
            "LAUNCH_GUARD_REDEPLOY_SCOPE",
            "LAUNCH_GUARD_LAUNCH_WINDOW",
            "LAUNCH_GUARD_BOOT_DEADLINE",
            "LAUNCH_GUARD_MAX_REPLACEMENTS",
            "LAUNCH_GUARD_REPLACEMENT_WINDOW",
            "LAUNCH_GUARD_MAX_UNAVAILABLE_PERCENT",
            "LAUNCH_GUARD_REPLACE_SINGLE",
            "LAUNCH_GUARD_IN_PLACE",
            "LAUNCH_GUARD_ACT_ON_BYSTANDERS");

    private static final int MOST_REPLACEMENTS = 1_000;

    /** Reads the variables of the contract; an {@link IllegalArgumentException} names every faulty one at once. */
    public static Settings from(Map<String, String> environment) {
        Variables variables = new Variables(environment);
        Settings settings = new Settings(
                variables.required("LAUNCH_GUARD_TABLE"),
                variables.required("LAUNCH_GUARD_QUEUE_URL"),
                variables.text(
                        "LAUNCH_GUARD_DOCUMENT_PREFIX",
                        "LaunchGuard",
                        "[A-Za-z0-9_.-]{3,100}",
                        "3 to 100 letters, digits, _, . and -"),
                variables.text("LAUNCH_GUARD_OPT_IN_VALUE", "on", ".{1,256}", "at most 256 characters"),
                variables.groups("LAUNCH_GUARD_GROUPS"),
                limits(variables),
                variables.duration("LAUNCH_GUARD_LAUNCH_WINDOW", Duration.ofHours(2)),
                variables.duration("LAUNCH_GUARD_BOOT_DEADLINE", Duration.ofHours(1)),
                GateSettings.from(variables),
                variables.choice("LAUNCH_GUARD_AFTER_PATCH", "off", "report"));
        variables.throwIfFaulty();
        return settings;
    }

    private static Limits limits(Variables variables) {
        return new Limits(
                variables.choice("LAUNCH_GUARD_MODE", OBSERVE, "remediate"),
                ladder(variables),
                variables.choice("LAUNCH_GUARD_REDEPLOY_SCOPE", "instance", "group"),
                variables.number("LAUNCH_GUARD_MAX_REPLACEMENTS", 2, 0, MOST_REPLACEMENTS),
                variables.duration("LAUNCH_GUARD_REPLACEMENT_WINDOW", Duration.ofHours(1)),
                variables.number("LAUNCH_GUARD_MAX_UNAVAILABLE_PERCENT", 20, 0, 100),
                variables.choice("LAUNCH_GUARD_REPLACE_SINGLE", "false", "true"),
                !variables.choice("LAUNCH_GUARD_IN_PLACE", "act", "report"),
                variables.choice("LAUNCH_GUARD_ACT_ON_BYSTANDERS", "false", "true"));
    }

    private static List<Rung> ladder(Variables variables) {
        String rungs = variables.text(
                "LAUNCH_GUARD_LADDER",
                "redeploy,replace",
                "(restart|redeploy|replace)(, ?(restart|redeploy|replace))*",
                "restart, redeploy and replace in any order, with commas between them");
        return List.of(rungs.split(", ?")).stream()
                .map(rung -> Rung.valueOf(rung.toUpperCase(Locale.ROOT)))
                .distinct()
                .toList();
    }
}
